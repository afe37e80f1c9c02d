"""A clerk becomes an administrator."""

from typing import Final

from sekimori.sim.attack import Attacker
from sekimori.sim.entra.neighbours import CLERK

ID: Final = "admin_role_to_user"
TITLE: Final = {"ja": "利用者に管理者ロールを付与", "en": "Give a user an administrator role"}
STORY: Final = {
    "ja": "乗っ取った一般ユーザーを全体管理者にする。",
    "en": "A clerk whose account was taken over becomes Global Administrator.",
}
ATTACK: Final = ("T1098.003",)
MUST_FIRE: Final = ("privileged_role_to_user",)
MUST_STAY_QUIET: Final = ("privileged_role_to_service_principal", "role_outside_pim")
TELLING: Final = ("Role.DisplayName",)


async def detonate(attacker: Attacker) -> None:
    """Assign Global Administrator."""
    body = {
        "roleDefinitionId": "62e90394-69f5-4237-9190-012177145e10",
        "principalId": CLERK.id,
        "directoryScopeId": "/",
    }
    await attacker.administer("POST", "/roleManagement/directory/roleAssignments", body)
