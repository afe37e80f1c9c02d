"""A service of Azure's is used for the first time."""

from typing import Final

from sekimori.sim.attack import Attacker
from sekimori.sim.entra.platform import SERVICE_MANAGEMENT

ID: Final = "principal_of_azure_service"
TITLE: Final = {"ja": "Azureサービスの自動登録(無害)", "en": "First use of an Azure service (benign)"}
STORY: Final = {
    "ja": "Azure のサービスを初めて使うと、Microsoft 自身がサービスプリンシパルを作る。",
    "en": "When a service of Azure's is used for the first time, Microsoft itself makes its service principal.",
}
ATTACK: Final = ()
MUST_FIRE: Final = ()
MUST_STAY_QUIET: Final = ("*",)
TELLING: Final = ("properties.initiatedBy.app.displayName",)


async def detonate(attacker: Attacker) -> None:
    """Let the platform make it."""
    attacker.backstage.platform.provision("Azure Image Builder", by=SERVICE_MANAGEMENT)
