"""An application that nobody declared asks for a token it never asked for."""

from typing import Final

from sekimori.sim.attack import EGRESS, Attacker
from sekimori.sim.entra.neighbours import WAREHOUSE_APP

ID: Final = "undeclared_app_for_another_resource"
TITLE: Final = {"ja": "宣言のないアプリで別のリソースへ", "en": "Fetch another token as an undeclared application"}
STORY: Final = {
    "ja": "「warehouse sync」として、これまで使ったことのない Key Vault のトークンを取る。",
    "en": "As the warehouse sync a token for Key Vault is fetched, which it never used.",
}
ATTACK: Final = ("T1078.004",)
MUST_FIRE: Final = ("sign_in_to_new_resource",)
MUST_STAY_QUIET: Final = ("sign_in_with_new_key", "sign_in_from_new_network")
TELLING: Final = ("properties.resourceDisplayName",)


async def detonate(attacker: Attacker) -> None:
    """Ask for the token, from the usual place."""
    secret = attacker.backstage.stolen_secret(attacker.backstage.warehouse)

    vault = "https://vault.azure.net"
    await attacker.sign_in_as(WAREHOUSE_APP, {"client_secret": secret}, source=EGRESS, resource=vault)
