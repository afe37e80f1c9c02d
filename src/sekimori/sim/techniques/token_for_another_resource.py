"""The bot's certificate fetches a token for something that the bot never uses."""

from typing import Final

from sekimori.sim.attack import EGRESS, Attacker

ID: Final = "token_for_another_resource"
TITLE: Final = {"ja": "別のリソースのトークンを取る", "en": "Fetch a token for another resource"}
STORY: Final = {
    "ja": "ボットのサーバーから、ボットが使わない Key Vault のトークンを取り、ほかの秘密を探す。",
    "en": "From the bot's own host a token for Key Vault is fetched, which the bot never uses, to look for secrets.",
}
ATTACK: Final = ("T1078.004",)
MUST_FIRE: Final = ("sign_in_to_undeclared_resource",)
MUST_STAY_QUIET: Final = ("service_principal_sign_in", "sign_in_with_undeclared_credential", "sign_in_while_idle")
TELLING: Final = ("properties.resourceDisplayName",)


async def detonate(attacker: Attacker) -> None:
    """Ask for the token."""
    await attacker.sign_in(source=EGRESS, resource="https://vault.azure.net")
