"""Everything is pulled as fast as it goes."""

import contextlib
from typing import Final

from sekimori.sim import world
from sekimori.sim.attack import EGRESS, Attacker, AttackFailedError

ID: Final = "people_pulled_until_throttled"
TITLE: Final = {"ja": "止められるまで一気に取得", "en": "Pull until Graph says stop"}
STORY: Final = {
    "ja": "盗んだ「HR feed」のトークンで社員の一覧を取り続け、Graph に速度を制限される。",
    "en": "With the HR feed's stolen token the list of people is pulled again and again, until Graph slows it down.",
}
ATTACK: Final = ("T1119",)
MUST_FIRE: Final = ("graph_throttling",)
MUST_STAY_QUIET: Final = ("service_principal_sign_in", "graph_call_without_entry")
TELLING: Final = ("properties.responseStatusCode",)
CALLS: Final = 104


async def detonate(attacker: Attacker) -> None:
    """Sign in as the HR feed, from its own host, and go on when Graph says to wait."""
    secret = attacker.backstage.stolen_secret(attacker.backstage.feed)
    token = await attacker.sign_in_as(world.HR_APP, {"client_secret": secret}, source=EGRESS)
    attacker.backstage.throttle(CALLS)
    for _ in range(CALLS):
        with contextlib.suppress(AttackFailedError):
            await attacker.graph("GET", "/users", token, source=EGRESS)
