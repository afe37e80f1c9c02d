"""The export of the logs leaves out what matters."""

from typing import Final

from sekimori.sim.attack import Attacker
from sekimori.sim.azure.resource_manager import EXPORT

ID: Final = "log_export_narrowed"
TITLE: Final = {"ja": "ログの出力を間引く", "en": "Narrow the export of logs"}
STORY: Final = {
    "ja": "診断設定から監査ログだけを外す。ほかのログは届き続けるので気づきにくい。",
    "en": "The audit log is taken out of the export. The rest goes on arriving, so that it is hardly noticed.",
}
ATTACK: Final = ("T1562.008",)
MUST_FIRE: Final = ("diagnostic_setting_changed",)
MUST_STAY_QUIET: Final = ("diagnostic_setting_deleted",)
TELLING: Final = ("operationName", "callerIpAddress")


async def detonate(attacker: Attacker) -> None:
    """Write the setting anew."""
    await attacker.azure("PUT", EXPORT, {"properties": {"logs": [{"category": "AuditLogs", "enabled": False}]}})
