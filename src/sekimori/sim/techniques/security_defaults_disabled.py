"""Microsoft's basic protection is switched off."""

from typing import Final

from sekimori.sim.attack import Attacker

ID: Final = "security_defaults_disabled"
TITLE: Final = {"ja": "セキュリティの既定値を無効化", "en": "Switch security defaults off"}
STORY: Final = {
    "ja": "Microsoft の基本的な保護を切る。",
    "en": "Microsoft's basic protection is switched off.",
}
ATTACK: Final = ("T1556",)
MUST_FIRE: Final = ("security_defaults_changed",)
MUST_STAY_QUIET: Final = (
    "service_principal_sign_in",
    "permission_requested",
    "federated_credential_added",
    "client_credential_added",
)
TELLING: Final = ("operationName",)


async def detonate(attacker: Attacker) -> None:
    """Change it."""
    await attacker.administer("PATCH", "/policies/identitySecurityDefaultsEnforcementPolicy", {"isEnabled": False})
