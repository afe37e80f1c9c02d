"""A service principal that was switched off works again."""

from typing import Final

from sekimori.sim.attack import Attacker
from sekimori.sim.entra.neighbours import HELPER_PRINCIPAL

ID: Final = "service_principal_enabled"
TITLE: Final = {"ja": "止めたアプリを再び有効化", "en": "Switch an application on again"}
STORY: Final = {
    "ja": "侵害対応で止めたアプリを、元の資格情報のまま再び有効にする。",
    "en": "An application that was switched off after an incident works again, with the credentials it had.",
}
ATTACK: Final = ("T1098",)
MUST_FIRE: Final = ("service_principal_enabled",)
MUST_STAY_QUIET: Final = ("service_principal_disabled",)
TELLING: Final = ("AccountEnabled",)


async def warm_up(attacker: Attacker) -> None:
    """Have the mail helper switched off."""
    attacker.backstage.principal(HELPER_PRINCIPAL).principal.enabled = False


async def detonate(attacker: Attacker) -> None:
    """Enable it."""
    await attacker.administer("PATCH", f"/servicePrincipals/{HELPER_PRINCIPAL}", {"accountEnabled": True})
