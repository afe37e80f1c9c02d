"""Somebody presses Save without a change."""

from typing import Final

from sekimori.sim.attack import OFFICE, Attacker

ID: Final = "application_saved_unchanged"
TITLE: Final = {"ja": "変更なしの保存(無害)", "en": "Save without a change (benign)"}
STORY: Final = {
    "ja": "管理者が画面を開き、何も変えずに保存する。中身のない Update application が残る。",
    "en": "An administrator presses Save and has changed nothing: an Update application that says nothing.",
}
ATTACK: Final = ()
MUST_FIRE: Final = ()
MUST_STAY_QUIET: Final = ("*",)
TELLING: Final = ("operationName",)


async def detonate(attacker: Attacker) -> None:
    """Write what is there."""
    name = (await attacker.manage("GET", source=OFFICE))["displayName"]
    await attacker.manage("PATCH", "", {"displayName": name}, source=OFFICE)
