"""The HR feed does what it is for."""

from typing import Final

from sekimori.sim import world
from sekimori.sim.attack import EGRESS, Attacker

ID: Final = "people_read_by_feed"
TITLE: Final = {"ja": "「HR feed」の通常業務(無害)", "en": "The HR feed at work (benign)"}
STORY: Final = {
    "ja": "宣言どおりの場所から、宣言どおりの権限で、「HR feed」が社員の一覧を読む。",
    "en": "From its declared address and with its declared permission, the HR feed reads the list of people.",
}
ATTACK: Final = ()
MUST_FIRE: Final = ()
MUST_STAY_QUIET: Final = ("*",)
TELLING: Final = ("properties.requestUri", "properties.ipAddress")


async def detonate(attacker: Attacker) -> None:
    """Sign in and read."""
    secret = attacker.backstage.stolen_secret(attacker.backstage.feed)
    token = await attacker.sign_in_as(world.HR_APP, {"client_secret": secret}, source=EGRESS)
    await attacker.graph("GET", "/users", token, source=EGRESS)
