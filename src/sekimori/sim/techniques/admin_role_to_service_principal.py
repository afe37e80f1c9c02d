"""The bot becomes an administrator."""

from typing import Final

from sekimori.sim import world
from sekimori.sim.attack import Attacker

ID: Final = "admin_role_to_service_principal"
TITLE: Final = {"ja": "ボットに管理者ロールを付与", "en": "Give the bot an administrator role"}
STORY: Final = {
    "ja": "ボットを全体管理者にする。MFAも人も要らず、証明書だけで使える。",
    "en": "The bot becomes Global Administrator: no MFA, no person, only its certificate.",
}
ATTACK: Final = ("T1098.003",)
MUST_FIRE: Final = ("privileged_role_to_service_principal",)
MUST_STAY_QUIET: Final = ("role_to_service_principal", "privileged_role_to_user", "role_outside_pim")
TELLING: Final = ("Role.DisplayName", "properties.targetResources.0.type")


async def detonate(attacker: Attacker) -> None:
    """Assign Global Administrator."""
    body = {
        "roleDefinitionId": "62e90394-69f5-4237-9190-012177145e10",
        "principalId": world.SERVICE_PRINCIPAL,
        "directoryScopeId": "/",
    }
    await attacker.administer("POST", "/roleManagement/directory/roleAssignments", body)
