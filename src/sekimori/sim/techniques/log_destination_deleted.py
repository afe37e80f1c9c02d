"""What the logs are sent to is deleted."""

from typing import Final

from sekimori.sim.attack import Attacker
from sekimori.sim.azure.resource_manager import HUB

ID: Final = "log_destination_deleted"
TITLE: Final = {"ja": "ログの送り先を削除", "en": "Delete where the logs go"}
STORY: Final = {
    "ja": "診断設定は残し、送り先の Event Hub を消す。設定の画面では何も変わらない。",
    "en": "The setting stays, and the event hub behind it is deleted: the page of settings looks as before.",
}
ATTACK: Final = ("T1562.008",)
MUST_FIRE: Final = ("log_destination_deleted",)
MUST_STAY_QUIET: Final = ("diagnostic_setting_deleted",)
TELLING: Final = ("operationName", "resourceId")


async def detonate(attacker: Attacker) -> None:
    """Delete it."""
    await attacker.azure("DELETE", HUB)
