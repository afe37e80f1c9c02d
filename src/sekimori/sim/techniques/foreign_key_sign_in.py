"""A key that the attacker added is used, from the bot's own host."""

from typing import Final

from sekimori.sim.attack import EGRESS, Attacker

ID: Final = "foreign_key_sign_in"
TITLE: Final = {"ja": "足しておいた鍵でサインイン", "en": "Sign in with a key that was added"}
STORY: Final = {
    "ja": "以前に足しておいた自分の鍵で、ボットのサーバーからサインインする。場所は正しく、鍵だけが宣言と違う。",
    "en": "A key that was added earlier signs in from the bot's own host: the place is right, the key is not.",
}
ATTACK: Final = ("T1078.004",)
MUST_FIRE: Final = ("sign_in_with_undeclared_credential",)
MUST_STAY_QUIET: Final = ("service_principal_sign_in", "sign_in_to_undeclared_resource", "sign_in_while_idle")
TELLING: Final = ("properties.servicePrincipalCredentialKeyId",)


async def detonate(attacker: Attacker) -> None:
    """Sign in with the key."""
    await attacker.sign_in_with_key(attacker.backstage.own_key(attacker.backstage.bot), source=EGRESS)
