"""An address that is not used any more is removed."""

from typing import Final

from sekimori.sim.attack import OFFICE, Attacker

ID: Final = "redirect_uri_removed"
TITLE: Final = {"ja": "リダイレクトURIを削除(無害)", "en": "Remove a redirect URI (benign)"}
STORY: Final = {
    "ja": "使わなくなった送り先を管理者が消す。追加と同じ操作名で記録される。",
    "en": "An administrator removes an address that is not used. The operation is named like an addition.",
}
ATTACK: Final = ()
MUST_FIRE: Final = ()
MUST_STAY_QUIET: Final = ("*",)
TELLING: Final = ("AppAddress",)
KEPT: Final = "https://bot.fabrikam.example/auth"


async def warm_up(attacker: Attacker) -> None:
    """Have two addresses."""
    attacker.backstage.bot.redirects = ["https://stage.fabrikam.example/auth", KEPT]


async def detonate(attacker: Attacker) -> None:
    """Remove it."""
    await attacker.manage("PATCH", "", {"web": {"redirectUris": [KEPT]}}, source=OFFICE)
