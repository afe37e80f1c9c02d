"""A stolen token is tried on everything."""

import contextlib
from typing import Final

from sekimori.sim import world
from sekimori.sim.attack import EGRESS, Attacker, AttackFailedError

ID: Final = "permissions_probed"
TITLE: Final = {"ja": "権限の総当たり", "en": "Probe what a token may do"}
STORY: Final = {
    "ja": "盗んだ「HR feed」のトークンで、読めるものを片端から試す。ほとんどは拒否される。",
    "en": "With the HR feed's stolen token everything is tried; nearly all of it is refused.",
}
ATTACK: Final = ("T1526",)
MUST_FIRE: Final = ("graph_refusals",)
MUST_STAY_QUIET: Final = ("service_principal_sign_in", "graph_call_without_entry")
TELLING: Final = ("properties.responseStatusCode", "properties.requestUri")
TRIES: Final = 24
PATHS: Final = (
    "/servicePrincipals",
    "/users/sato@fabrikam.example/messages",
    "/users/sato@fabrikam.example/events",
)


async def detonate(attacker: Attacker) -> None:
    """Sign in as the HR feed, from its own host, and try."""
    secret = attacker.backstage.stolen_secret(attacker.backstage.feed)
    token = await attacker.sign_in_as(world.HR_APP, {"client_secret": secret}, source=EGRESS)
    for number in range(TRIES):
        with contextlib.suppress(AttackFailedError):
            await attacker.graph("GET", PATHS[number % len(PATHS)], token, source=EGRESS)
