"""Users may consent to more than before."""

from typing import Final

from sekimori.sim.attack import Attacker

ID: Final = "consent_policy_loosened"
TITLE: Final = {"ja": "同意ポリシーを緩める", "en": "Loosen the consent policy"}
STORY: Final = {
    "ja": "利用者が、検証されていない発行元のアプリにも同意できるようにする。",
    "en": "Users may now consent to applications of publishers that nobody verified.",
}
ATTACK: Final = ("T1556",)
MUST_FIRE: Final = ("consent_policy_changed",)
MUST_STAY_QUIET: Final = (
    "service_principal_sign_in",
    "permission_requested",
    "federated_credential_added",
    "client_credential_added",
)
TELLING: Final = ("operationName",)


async def detonate(attacker: Attacker) -> None:
    """Change it."""
    await attacker.administer("PATCH", "/policies/permissionGrantPolicies/user-low", {"displayName": "user-low"})
