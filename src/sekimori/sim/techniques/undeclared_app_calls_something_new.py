"""An application that nobody declared does what it never did, with another program."""

from typing import Final

from sekimori.sim.attack import EGRESS, Attacker
from sekimori.sim.entra.neighbours import WAREHOUSE_APP

ID: Final = "undeclared_app_calls_something_new"
TITLE: Final = {"ja": "宣言のないアプリの見慣れない呼び出し", "en": "Call something new as an undeclared application"}
STORY: Final = {
    "ja": "「warehouse sync」のトークンで、いつもは読まないアプリの一覧を、別のプログラムから読む。",
    "en": "With the warehouse sync's token the list of applications is read, which it never reads.",
}
ATTACK: Final = ("T1087.004",)
MUST_FIRE: Final = ("graph_call_of_new_kind", "graph_client_library_new")
MUST_STAY_QUIET: Final = ("sign_in_from_new_network", "sign_in_with_new_key")
TELLING: Final = ("properties.requestUri", "properties.userAgent")


async def detonate(attacker: Attacker) -> None:
    """Read the list."""
    secret = attacker.backstage.stolen_secret(attacker.backstage.warehouse)

    token = await attacker.sign_in_as(WAREHOUSE_APP, {"client_secret": secret}, source=EGRESS)
    await attacker.graph("GET", "/servicePrincipals", token, source=EGRESS)
