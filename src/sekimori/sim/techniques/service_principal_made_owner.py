"""One application owns another."""

from typing import Final

from sekimori.sim import world
from sekimori.sim.attack import Attacker

ID: Final = "service_principal_made_owner"
TITLE: Final = {"ja": "アプリを別のアプリの所有者にする", "en": "Make an application the owner of another"}
STORY: Final = {
    "ja": "「HR feed」をボットの所有者にする。人を介さずに資格情報を足し続けられる。",
    "en": "The HR feed becomes owner of the bot: it can go on adding credentials without any person.",
}
ATTACK: Final = ("T1098",)
MUST_FIRE: Final = ("service_principal_made_owner",)
MUST_STAY_QUIET: Final = ("application_owner_added", "service_principal_owner_added")
TELLING: Final = ("properties.targetResources.0.type", "operationName")


async def detonate(attacker: Attacker) -> None:
    """Add the owner."""
    owner = {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{world.HR_PRINCIPAL}"}
    await attacker.administer("POST", f"/applications/{world.APP_OBJECT}/owners/$ref", owner)
