"""The bot is switched off."""

from typing import Final

from sekimori.sim import world
from sekimori.sim.attack import Attacker
from sekimori.sim.plan import Plan, Step

ID: Final = "service_principal_disabled"
TITLE: Final = {"ja": "ボットを止める", "en": "Switch the bot off"}
STORY: Final = {
    "ja": "ボットのサービスプリンシパルを無効にし、業務を止める。",
    "en": "The bot's service principal is switched off, and nobody gets an answer any more.",
}
ATTACK: Final = ("T1531",)
MUST_FIRE: Final = ("service_principal_disabled",)
MUST_STAY_QUIET: Final = ("service_principal_enabled",)
TELLING: Final = ("AccountEnabled",)
PLAN: Final = Plan(
    permissions=("Application.ReadWrite.All",),
    steps=(Step(method="PATCH", path="/servicePrincipals/{principal_id}", body={"accountEnabled": False}),),
    undo=(Step(method="PATCH", path="/servicePrincipals/{principal_id}", body={"accountEnabled": True}),),
)


async def detonate(attacker: Attacker) -> None:
    """Disable it."""
    await attacker.administer("PATCH", f"/servicePrincipals/{world.SERVICE_PRINCIPAL}", {"accountEnabled": False})
