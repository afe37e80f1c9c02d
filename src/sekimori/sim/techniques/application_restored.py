"""A registration that was deleted comes back."""

from typing import Final

from sekimori.sim import world
from sekimori.sim.attack import Attacker

ID: Final = "application_restored"
TITLE: Final = {"ja": "削除済みアプリを復元", "en": "Restore a deleted application"}
STORY: Final = {
    "ja": "廃止したアプリを、古い資格情報と権限ごと復元する。",
    "en": "An application that was given up comes back with its old credentials and permissions.",
}
ATTACK: Final = ("T1098",)
MUST_FIRE: Final = ("application_restored",)
MUST_STAY_QUIET: Final = ("application_deleted", "application_erased")
TELLING: Final = ("operationName",)


async def warm_up(attacker: Attacker) -> None:
    """Have the HR feed deleted."""
    gone = attacker.backstage.feed
    attacker.backstage.directory.applications.remove(gone)
    attacker.backstage.directory.deleted.append(gone)


async def detonate(attacker: Attacker) -> None:
    """Restore it."""
    await attacker.administer("POST", f"/directory/deletedItems/{world.HR_OBJECT}/restore")
