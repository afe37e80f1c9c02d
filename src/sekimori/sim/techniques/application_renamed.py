"""The registration gets another name."""

from typing import Final

from sekimori.sim.attack import OFFICE, Attacker

ID: Final = "application_renamed"
TITLE: Final = {"ja": "アプリ名を変更(無害)", "en": "Rename the application (benign)"}
STORY: Final = {
    "ja": "管理者が表示名を直す。",
    "en": "An administrator corrects the display name.",
}
ATTACK: Final = ()
MUST_FIRE: Final = ()
MUST_STAY_QUIET: Final = ("*",)
TELLING: Final = ("DisplayName",)


async def detonate(attacker: Attacker) -> None:
    """Rename it."""
    await attacker.manage("PATCH", "", {"displayName": "schedule bot"}, source=OFFICE)
