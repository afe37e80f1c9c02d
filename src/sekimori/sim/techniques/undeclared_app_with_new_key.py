"""An application that nobody declared signs in with a key it never used."""

from typing import Final

from sekimori.sim.attack import EGRESS, Attacker
from sekimori.sim.entra.neighbours import WAREHOUSE_APP

ID: Final = "undeclared_app_with_new_key"
TITLE: Final = {
    "ja": "宣言のないアプリに新しい鍵でサインイン",
    "en": "Sign in with a new key as an undeclared application",
}
STORY: Final = {
    "ja": "以前に足しておいたシークレットで、いつもの場所から「warehouse sync」としてサインインする。",
    "en": "With a secret that was added long ago, and from the usual place, somebody signs in as the warehouse sync.",
}
ATTACK: Final = ("T1098.001",)
MUST_FIRE: Final = ("sign_in_with_new_key",)
MUST_STAY_QUIET: Final = ("sign_in_from_new_network", "sign_in_to_new_resource")
TELLING: Final = ("properties.servicePrincipalCredentialKeyId",)


async def detonate(attacker: Attacker) -> None:
    """Sign in."""
    secret = attacker.backstage.further_secret(attacker.backstage.warehouse)
    await attacker.sign_in_as(WAREHOUSE_APP, {"client_secret": secret}, source=EGRESS)
