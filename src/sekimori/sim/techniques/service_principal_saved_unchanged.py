"""A service principal is switched on that was on."""

from typing import Final

from sekimori.sim import world
from sekimori.sim.attack import OFFICE, Attacker

ID: Final = "service_principal_saved_unchanged"
TITLE: Final = {"ja": "有効なアプリを有効に保存(無害)", "en": "Enable what is enabled (benign)"}
STORY: Final = {
    "ja": "すでに有効なサービスプリンシパルを「有効」のまま保存する。",
    "en": "A service principal that is switched on is saved as switched on.",
}
ATTACK: Final = ()
MUST_FIRE: Final = ()
MUST_STAY_QUIET: Final = ("*",)
TELLING: Final = ("AccountEnabled",)


async def detonate(attacker: Attacker) -> None:
    """Save it."""
    body = {"accountEnabled": True}
    await attacker.administer("PATCH", f"/servicePrincipals/{world.SERVICE_PRINCIPAL}", body, source=OFFICE)
