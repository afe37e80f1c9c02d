"""The bot's registration is deleted."""

from typing import Final

from sekimori.sim.attack import Attacker
from sekimori.sim.plan import Plan, Step

ID: Final = "application_deleted"
TITLE: Final = {"ja": "アプリ登録を削除", "en": "Delete the registration"}
STORY: Final = {
    "ja": "ボットのアプリ登録を削除し、業務を止める。30日間は復元できる。",
    "en": "The bot's registration is deleted: for thirty days it can be restored.",
}
ATTACK: Final = ("T1531",)
MUST_FIRE: Final = ("application_deleted",)
MUST_STAY_QUIET: Final = ("application_erased", "application_restored")
TELLING: Final = ("operationName",)
PLAN: Final = Plan(
    permissions=("Application.ReadWrite.All",),
    steps=(Step(method="DELETE", path="/applications/{object_id}"),),
    undo=(Step(method="POST", path="/directory/deletedItems/{object_id}/restore"),),
)


async def detonate(attacker: Attacker) -> None:
    """Delete it."""
    await attacker.manage("DELETE")
