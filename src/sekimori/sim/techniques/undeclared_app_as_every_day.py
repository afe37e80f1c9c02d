"""An application that nobody declared does what it does every day."""

from typing import Final

from sekimori.sim.attack import EGRESS, WAREHOUSE_AGENT, Attacker
from sekimori.sim.entra.neighbours import WAREHOUSE_APP

ID: Final = "undeclared_app_as_every_day"
TITLE: Final = {"ja": "宣言のないアプリの日常(無害)", "en": "An undeclared application at work (benign)"}
STORY: Final = {
    "ja": "マニフェストにない「warehouse sync」が、いつもの場所からいつもの一覧を読む。",
    "en": "The warehouse sync, which no manifest declares, reads the same list from the same place.",
}
ATTACK: Final = ()
MUST_FIRE: Final = ()
MUST_STAY_QUIET: Final = ("*",)
TELLING: Final = ("properties.requestUri", "properties.ipAddress")


async def detonate(attacker: Attacker) -> None:
    """Sign in and read."""
    secret = attacker.backstage.stolen_secret(attacker.backstage.warehouse)

    token = await attacker.sign_in_as(WAREHOUSE_APP, {"client_secret": secret}, source=EGRESS)
    await attacker.graph("GET", "/users", token, source=EGRESS, agent=WAREHOUSE_AGENT)
