"""The registration is closed to other tenants again."""

from typing import Final

from sekimori.sim.attack import OFFICE, Attacker
from sekimori.sim.entra.directory import HOME_ONLY

ID: Final = "audience_narrowed"
TITLE: Final = {"ja": "シングルテナントに戻す(無害)", "en": "Close the application to other tenants (benign)"}
STORY: Final = {
    "ja": "開きすぎていたアプリ登録を、自社テナントだけに戻す。",
    "en": "A registration that was open to others is for this tenant alone again.",
}
ATTACK: Final = ()
MUST_FIRE: Final = ()
MUST_STAY_QUIET: Final = ("*",)
TELLING: Final = ("AvailableToOtherTenants",)


async def warm_up(attacker: Attacker) -> None:
    """Have it open."""
    attacker.backstage.bot.audience = "AzureADMultipleOrgs"


async def detonate(attacker: Attacker) -> None:
    """Close it."""
    await attacker.manage("PATCH", "", {"signInAudience": HOME_ONLY}, source=OFFICE)
