"""The HR feed asks for what the manifest declares."""

from typing import Final

from sekimori.sim import world
from sekimori.sim.attack import OFFICE, Attacker
from sekimori.sim.entra.directory import GRAPH_APP

ID: Final = "declared_permission_requested"
TITLE: Final = {"ja": "申告済みの権限を要求(無害)", "en": "Request a declared permission (benign)"}
STORY: Final = {
    "ja": "マニフェストが宣言している権限だけを、アプリ登録に書く。",
    "en": "The registration asks for the permission that the manifest declares, and for nothing else.",
}
ATTACK: Final = ()
MUST_FIRE: Final = ()
MUST_STAY_QUIET: Final = ("*",)
TELLING: Final = ("RequiredResourceAccess",)


async def detonate(attacker: Attacker) -> None:
    """Ask for User.Read.All."""
    access = [{"id": "df021288-bdef-4463-88db-98f22de89214", "type": "Role"}]  # User.Read.All
    body = {"requiredResourceAccess": [{"resourceAppId": GRAPH_APP, "resourceAccess": access}]}
    await attacker.administer("PATCH", f"/applications/{world.HR_OBJECT}", body, source=OFFICE)
