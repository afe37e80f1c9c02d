"""A secret that the attacker added is used, where the bot has a certificate."""

from typing import Final

from sekimori.sim import world
from sekimori.sim.attack import EGRESS, Attacker

ID: Final = "added_secret_sign_in"
TITLE: Final = {"ja": "足しておいたシークレットでサインイン", "en": "Sign in with a secret that was added"}
STORY: Final = {
    "ja": "証明書を使うはずのボットとして、以前に足しておいたシークレットでサインインする。場所は正しい。",
    "en": "The bot uses a certificate; a secret that was added earlier signs in as it, from the right place.",
}
ATTACK: Final = ("T1078.004",)
MUST_FIRE: Final = ("sign_in_with_undeclared_credential",)
MUST_STAY_QUIET: Final = ("service_principal_sign_in", "sign_in_to_undeclared_resource", "sign_in_while_idle")
TELLING: Final = ("properties.clientCredentialType", "properties.servicePrincipalCredentialKeyId")


async def detonate(attacker: Attacker) -> None:
    """Sign in with the secret."""
    secret = attacker.backstage.stolen_secret(attacker.backstage.bot)
    await attacker.sign_in_as(world.APP, {"client_secret": secret}, source=EGRESS)
