"""The stolen certificate signs in from elsewhere."""

from typing import Final

from sekimori.sim.attack import Attacker

ID: Final = "stolen_credential_sign_in"
TITLE: Final = {"ja": "盗んだ証明書でサインイン", "en": "Sign in with the stolen certificate"}
STORY: Final = {
    "ja": "ボットのサーバーから証明書を盗み、攻撃者の手元(198.51.100.66)からアクセストークンを取る。",
    "en": "The certificate was taken from the bot's host; an access token is fetched from 198.51.100.66.",
}
ATTACK: Final = ("T1078.004",)
MUST_FIRE: Final = ("service_principal_sign_in",)
MUST_STAY_QUIET: Final = (
    "service_principal_added",
    "federated_credential_added",
    "client_credential_added",
    "permission_requested",
    "graph_call_without_entry",
)
TELLING: Final = ("properties.ipAddress", "properties.servicePrincipalCredentialKeyId")


async def detonate(attacker: Attacker) -> None:
    """Get a token and do nothing with it."""
    await attacker.sign_in()
