"""What is left of an application is erased."""

from typing import Final

from sekimori.sim import world
from sekimori.sim.attack import Attacker

ID: Final = "application_erased"
TITLE: Final = {"ja": "削除済みアプリを完全消去", "en": "Erase a deleted application"}
STORY: Final = {
    "ja": "攻撃に使ったアプリを完全に消し、調べられないようにする。",
    "en": "The application that served the attack is erased for good, so that nobody can look at it.",
}
ATTACK: Final = ("T1070",)
MUST_FIRE: Final = ("application_erased",)
MUST_STAY_QUIET: Final = ("application_deleted", "application_restored")
TELLING: Final = ("operationName",)


async def warm_up(attacker: Attacker) -> None:
    """Have the HR feed deleted."""
    gone = attacker.backstage.feed
    attacker.backstage.directory.applications.remove(gone)
    attacker.backstage.directory.deleted.append(gone)


async def detonate(attacker: Attacker) -> None:
    """Erase it."""
    await attacker.administer("DELETE", f"/directory/deletedItems/{world.HR_OBJECT}")
