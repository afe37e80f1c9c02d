"""The addresses are written in another order."""

from typing import Final

from sekimori.sim.attack import OFFICE, Attacker

ID: Final = "redirect_uris_reordered"
TITLE: Final = {"ja": "リダイレクトURIの並べ替え(無害)", "en": "Reorder the redirect URIs (benign)"}
STORY: Final = {
    "ja": "管理ツールが同じ送り先を別の順で書き直す。",
    "en": "A management tool writes the same addresses in another order.",
}
ATTACK: Final = ()
MUST_FIRE: Final = ()
MUST_STAY_QUIET: Final = ("*",)
TELLING: Final = ("AppAddress",)


async def warm_up(attacker: Attacker) -> None:
    """Have two addresses."""
    attacker.backstage.bot.redirects = ["https://bot.fabrikam.example/auth", "https://stage.fabrikam.example/auth"]


async def detonate(attacker: Attacker) -> None:
    """Write them backwards."""
    there = (await attacker.manage("GET", source=OFFICE))["web"]["redirectUris"]
    await attacker.manage("PATCH", "", {"web": {"redirectUris": there[::-1]}}, source=OFFICE)
