"""A permission that nobody needs any more is taken away."""

from typing import Final

from sekimori.sim import world
from sekimori.sim.attack import OFFICE, Attacker

ID: Final = "permission_withdrawn"
TITLE: Final = {"ja": "不要な権限を取り消し(無害)", "en": "Withdraw a permission (benign)"}
STORY: Final = {
    "ja": "使わなくなった権限を管理者が取り消す。付与と同じ場所に記録される。",
    "en": "An administrator takes away a permission that nobody needs. It is logged where a grant is.",
}
ATTACK: Final = ()
MUST_FIRE: Final = ()
MUST_STAY_QUIET: Final = ("*",)
TELLING: Final = ("AppRole.Value",)


async def detonate(attacker: Attacker) -> None:
    """Take it away."""
    role = "df021288-bdef-4463-88db-98f22de89214"  # User.Read.All
    path = f"/servicePrincipals/{world.HR_PRINCIPAL}/appRoleAssignments/{role}"
    await attacker.administer("DELETE", path, source=OFFICE)
