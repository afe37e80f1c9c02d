"""Another tenant is trusted."""

from typing import Final

from sekimori.sim.attack import Attacker

ID: Final = "other_tenant_trusted"
TITLE: Final = {"ja": "他のテナントを信頼", "en": "Trust another tenant"}
STORY: Final = {
    "ja": "攻撃者のテナントを、クロステナントアクセスの相手に加える。",
    "en": "The attacker's tenant becomes a partner of the cross-tenant access settings.",
}
ATTACK: Final = ("T1484.002",)
MUST_FIRE: Final = ("cross_tenant_access_changed",)
MUST_STAY_QUIET: Final = (
    "service_principal_sign_in",
    "permission_requested",
    "federated_credential_added",
    "client_credential_added",
)
TELLING: Final = ("operationName",)


async def detonate(attacker: Attacker) -> None:
    """Change it."""
    await attacker.administer("POST", "/policies/crossTenantAccessPolicy/partners", {"id": "northwind.example"})
