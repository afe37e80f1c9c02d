"""One of the secrets that were tried fits, and is used from elsewhere."""

import contextlib
from typing import Final

from sekimori.sim.attack import ELSEWHERE, Attacker, AttackFailedError
from sekimori.sim.entra.neighbours import CLOSING_APP

ID: Final = "guessed_secret_used"
TITLE: Final = {"ja": "当たったシークレットを別の場所で使用", "en": "Use the secret that was guessed"}
STORY: Final = {
    "ja": "総当たりの末に当たったシークレットで、別の場所からサインインする。",
    "en": "After many wrong secrets one fits, and signs in from another place.",
}
ATTACK: Final = ("T1110", "T1078.004")
MUST_FIRE: Final = ("guessed_secret_fits",)
MUST_STAY_QUIET: Final = ("client_credential_added",)
TELLING: Final = ("properties.status.errorCode", "properties.ipAddress")


async def detonate(attacker: Attacker) -> None:
    """Try six, then sign in with the right one."""
    for number in range(6):
        with contextlib.suppress(AttackFailedError):
            await attacker.sign_in_as(CLOSING_APP, {"client_secret": f"guess-{number}"})
    secret = attacker.backstage.stolen_secret(attacker.backstage.closing)
    await attacker.sign_in_as(CLOSING_APP, {"client_secret": secret}, source=ELSEWHERE)
