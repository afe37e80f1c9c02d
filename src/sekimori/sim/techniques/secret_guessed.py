"""Somebody tries secrets of the bot until one fits."""

import contextlib
from typing import Final

from sekimori.sim import world
from sekimori.sim.attack import Attacker, AttackFailedError

ID: Final = "secret_guessed"
TITLE: Final = {"ja": "シークレットを総当たり", "en": "Guess a client secret"}
STORY: Final = {
    "ja": "漏れた古いシークレットの候補を、攻撃者の手元から次々に試す。どれも間違っているが、失敗はログに残る。",
    "en": "Candidates for the bot's secret are tried one after the other, from elsewhere. Each failure is logged.",
}
ATTACK: Final = ("T1110",)
MUST_FIRE: Final = ("service_principal_sign_in_failed",)
MUST_STAY_QUIET: Final = (
    "service_principal_sign_in",
    "permission_requested",
    "federated_credential_added",
    "client_credential_added",
)
TELLING: Final = ("properties.status.errorCode", "properties.ipAddress")
GUESSES: Final = 12


async def detonate(attacker: Attacker) -> None:
    """Try a dozen secrets within a second."""
    for number in range(GUESSES):
        with contextlib.suppress(AttackFailedError):
            await attacker.sign_in_as(world.APP, {"client_secret": f"guess-{number}"})
