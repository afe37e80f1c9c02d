"""The HR feed signs in from its second declared address."""

from typing import Final

from sekimori.sim import world
from sekimori.sim.attack import Attacker

ID: Final = "new_deployment"
TITLE: Final = {"ja": "新しい配備先からのサインイン(無害)", "en": "New deployment (benign)"}
STORY: Final = {
    "ja": "宣言済みのもう一つの出口から、新しい配備の「HR feed」が初めてサインインする。",
    "en": "A new deployment of the HR feed signs in for the first time, from the other address that is declared.",
}
ATTACK: Final = ()
MUST_FIRE: Final = ()
MUST_STAY_QUIET: Final = ("*",)
TELLING: Final = ("properties.ipAddress",)


async def detonate(attacker: Attacker) -> None:
    """Sign in from there."""
    secret = attacker.backstage.stolen_secret(attacker.backstage.feed)
    await attacker.sign_in_as(world.HR_APP, {"client_secret": secret}, source="203.0.113.11")
