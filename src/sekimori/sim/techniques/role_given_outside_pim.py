"""A role that PIM manages is given past it."""

from typing import Final

from sekimori.sim.attack import Attacker
from sekimori.sim.entra.neighbours import CLERK

ID: Final = "role_given_outside_pim"
TITLE: Final = {"ja": "PIMを通さずロールを付与", "en": "Give a role outside of PIM"}
STORY: Final = {
    "ja": "PIMで管理しているロールを、承認も期限もなしに直接与える。",
    "en": "A role that PIM manages is given directly: no approval, no end.",
}
ATTACK: Final = ("T1098.003",)
MUST_FIRE: Final = ("role_outside_pim", "privileged_role_to_user")
MUST_STAY_QUIET: Final = ("privileged_role_to_service_principal",)
TELLING: Final = ("operationName",)


async def detonate(attacker: Attacker) -> None:
    """Assign Privileged Role Administrator."""
    body = {
        "roleDefinitionId": "e8611ab8-c189-46e8-94e1-60213ab1f814",
        "principalId": CLERK.id,
        "directoryScopeId": "/",
    }
    await attacker.administer("POST", "/roleManagement/directory/roleAssignments", body)
