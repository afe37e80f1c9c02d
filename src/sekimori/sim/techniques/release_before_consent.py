"""A release calls something a few times before it is consented to."""

import contextlib
from typing import Final

from sekimori.sim import world
from sekimori.sim.attack import EGRESS, Attacker, AttackFailedError

ID: Final = "release_before_consent"
TITLE: Final = {"ja": "同意前のリリース(無害)", "en": "A release before its consent (benign)"}
STORY: Final = {
    "ja": "「HR feed」の新しい版が、同意がまだの API を三回呼んで拒否される。",
    "en": "A new version of the HR feed calls three times what nobody has consented to yet, and is refused.",
}
ATTACK: Final = ()
MUST_FIRE: Final = ()
MUST_STAY_QUIET: Final = ("*",)
TELLING: Final = ("properties.responseStatusCode",)


async def detonate(attacker: Attacker) -> None:
    """Call and be refused."""
    secret = attacker.backstage.stolen_secret(attacker.backstage.feed)
    token = await attacker.sign_in_as(world.HR_APP, {"client_secret": secret}, source=EGRESS)
    for _ in range(3):
        with contextlib.suppress(AttackFailedError):
            await attacker.graph("GET", "/servicePrincipals", token, source=EGRESS)
