"""Guests may do more than before."""

from typing import Final

from sekimori.sim.attack import Attacker

ID: Final = "authorization_policy_loosened"
TITLE: Final = {"ja": "既定の権限を緩める", "en": "Loosen the authorization policy"}
STORY: Final = {
    "ja": "だれでもゲストを招けるように、テナントの既定の権限を緩める。",
    "en": "What everybody may do by default is widened: anybody may invite guests.",
}
ATTACK: Final = ("T1556",)
MUST_FIRE: Final = ("authorization_policy_changed",)
MUST_STAY_QUIET: Final = (
    "service_principal_sign_in",
    "permission_requested",
    "federated_credential_added",
    "client_credential_added",
)
TELLING: Final = ("operationName",)


async def detonate(attacker: Attacker) -> None:
    """Change it."""
    await attacker.administer("PATCH", "/policies/authorizationPolicy", {"allowInvitesFrom": "everyone"})
