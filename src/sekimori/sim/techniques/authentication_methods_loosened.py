"""A weaker way to sign in is allowed."""

from typing import Final

from sekimori.sim.attack import Attacker

ID: Final = "authentication_methods_loosened"
TITLE: Final = {"ja": "認証方法を弱める", "en": "Allow a weaker authentication method"}
STORY: Final = {
    "ja": "SMSによるサインインを全員に許す。",
    "en": "Signing in by SMS is allowed for everybody.",
}
ATTACK: Final = ("T1556",)
MUST_FIRE: Final = ("authentication_methods_changed",)
MUST_STAY_QUIET: Final = (
    "service_principal_sign_in",
    "permission_requested",
    "federated_credential_added",
    "client_credential_added",
)
TELLING: Final = ("operationName",)


async def detonate(attacker: Attacker) -> None:
    """Change it."""
    await attacker.administer("PATCH", "/policies/authenticationMethodsPolicy", {"sms": "enabled"})
