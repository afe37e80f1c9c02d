"""The list of people is pulled some hundred times."""

from typing import Final

from sekimori.sim import world
from sekimori.sim.attack import EGRESS, Attacker

ID: Final = "people_pulled_in_bulk"
TITLE: Final = {"ja": "社員一覧を大量に取得", "en": "Pull the list of people in bulk"}
STORY: Final = {
    "ja": "盗んだ「HR feed」のトークンで、社員の一覧を数百回続けて取る。",
    "en": "With the HR feed's stolen token the list of people is pulled some hundred times within minutes.",
}
ATTACK: Final = ("T1119",)
MUST_FIRE: Final = ("graph_volume",)
MUST_STAY_QUIET: Final = ("service_principal_sign_in", "graph_call_without_entry")
TELLING: Final = ("properties.requestUri",)


async def detonate(attacker: Attacker) -> None:
    """Sign in as the HR feed, from its own host, and pull."""
    secret = attacker.backstage.stolen_secret(attacker.backstage.feed)
    token = await attacker.sign_in_as(world.HR_APP, {"client_secret": secret}, source=EGRESS)
    for _ in range(304):
        await attacker.graph("GET", "/users", token, source=EGRESS)
