"""An application signs in at a time at which it never does."""

from typing import Final

from sekimori.sim.attack import EGRESS, Attacker
from sekimori.sim.entra.neighbours import CLOSING_APP

ID: Final = "sleeping_app_sign_in"
TITLE: Final = {"ja": "眠っているはずのアプリでサインイン", "en": "Sign in as an application that sleeps"}
STORY: Final = {
    "ja": "年に一度しか動かない「年度末処理」のシークレットを使う。だれも見ていないアプリは隠れ場所になる。",
    "en": "The secret of an application that runs once a year is used: nobody looks at it, so it is a place to hide.",
}
ATTACK: Final = ("T1078.004",)
MUST_FIRE: Final = ("sign_in_while_idle",)
MUST_STAY_QUIET: Final = ("service_principal_sign_in", "sign_in_to_undeclared_resource")
TELLING: Final = ("properties.appId", "properties.createdDateTime")


async def detonate(attacker: Attacker) -> None:
    """Sign in with its secret, from company B's own network."""
    secret = attacker.backstage.stolen_secret(attacker.backstage.closing)
    await attacker.sign_in_as(CLOSING_APP, {"client_secret": secret}, source=EGRESS)
