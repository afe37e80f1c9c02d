"""The export of the logs is deleted: what follows is seen by nobody."""

from typing import Final

from sekimori.sim.attack import Attacker
from sekimori.sim.azure.resource_manager import EXPORT

ID: Final = "log_export_deleted"
TITLE: Final = {"ja": "ログの出力設定を削除", "en": "Delete the export of logs"}
STORY: Final = {
    "ja": "Entra ID のログを外に出す診断設定を消す。このあとに何をしても、どこにも届かない。",
    "en": "The diagnostic setting that exports Entra ID's logs is deleted. Whatever follows arrives nowhere.",
}
ATTACK: Final = ("T1562.008",)
MUST_FIRE: Final = ("diagnostic_setting_deleted",)
MUST_STAY_QUIET: Final = ("client_credential_added", "graph_credential_write")
TELLING: Final = ("operationName", "callerIpAddress")


async def detonate(attacker: Attacker) -> None:
    """Delete the export, and add a secret in the dark."""
    await attacker.azure("DELETE", EXPORT)
    await attacker.manage("POST", "/addPassword", {"passwordCredential": {"displayName": "unseen"}})
