"""Somebody without the right tries to add a secret."""

import contextlib
from typing import Final

from sekimori.sim import world
from sekimori.sim.attack import OFFICE, Attacker, AttackFailedError

ID: Final = "change_refused"
TITLE: Final = {"ja": "権限不足で拒否された変更(無害)", "en": "A change that is refused (benign)"}
STORY: Final = {
    "ja": "権限のない管理者がシークレットを足そうとして拒否される。何も変わらない。",
    "en": "Somebody without the right tries to add a secret and is refused: nothing changes.",
}
ATTACK: Final = ()
MUST_FIRE: Final = ()
MUST_STAY_QUIET: Final = ("*",)
TELLING: Final = ("properties.responseStatusCode",)


async def detonate(attacker: Attacker) -> None:
    """Try to add a secret."""
    token = attacker.loot.admin_session("Directory.Read.All")
    with contextlib.suppress(AttackFailedError):
        await attacker.graph("POST", f"/applications/{world.APP_OBJECT}/addPassword", token, {}, source=OFFICE)
