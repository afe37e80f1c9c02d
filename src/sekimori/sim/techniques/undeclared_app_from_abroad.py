"""A secret of an application that nobody declared is used from abroad."""

from typing import Final

from sekimori.sim.attack import Attacker
from sekimori.sim.entra.neighbours import WAREHOUSE_APP

ID: Final = "undeclared_app_from_abroad"
TITLE: Final = {"ja": "宣言のないアプリに海外からサインイン", "en": "Sign in from abroad as an undeclared application"}
STORY: Final = {
    "ja": "マニフェストにない「warehouse sync」のシークレットを、いつもと違う国から使う。",
    "en": "The secret of the warehouse sync, which no manifest declares, is used from a country it never came from.",
}
ATTACK: Final = ("T1078.004",)
MUST_FIRE: Final = ("sign_in_from_new_country", "sign_in_from_new_network")
MUST_STAY_QUIET: Final = ("sign_in_with_new_key", "sign_in_to_new_resource")
TELLING: Final = ("properties.location.countryOrRegion", "properties.ipAddress")


async def detonate(attacker: Attacker) -> None:
    """Sign in from elsewhere."""
    secret = attacker.backstage.stolen_secret(attacker.backstage.warehouse)

    await attacker.sign_in_as(WAREHOUSE_APP, {"client_secret": secret})
