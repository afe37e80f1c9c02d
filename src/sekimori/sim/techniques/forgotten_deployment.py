"""A deployment that was forgotten goes on with its expired secret."""

import contextlib
from typing import Final

from sekimori.sim import world
from sekimori.sim.attack import EGRESS, Attacker, AttackFailedError

ID: Final = "forgotten_deployment"
TITLE: Final = {"ja": "忘れられた配備の期限切れ(無害)", "en": "Forgotten deployment (benign)"}
STORY: Final = {
    "ja": "止め忘れた古い配備が、期限切れのシークレットでサインインを試み続ける。",
    "en": "An old deployment that nobody stopped tries to sign in with a secret that is over.",
}
ATTACK: Final = ()
MUST_FIRE: Final = ()
MUST_STAY_QUIET: Final = ("*",)
TELLING: Final = ("properties.status.errorCode",)


async def detonate(attacker: Attacker) -> None:
    """Try to sign in."""
    secret = attacker.backstage.expired_secret(attacker.backstage.feed)
    with contextlib.suppress(AttackFailedError):
        await attacker.sign_in_as(world.HR_APP, {"client_secret": secret}, source=EGRESS)
