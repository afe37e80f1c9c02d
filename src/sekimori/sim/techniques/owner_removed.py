"""An owner who left the company is removed."""

from typing import Final

from sekimori.sim.attack import OFFICE, Attacker
from sekimori.sim.entra.neighbours import CLERK

ID: Final = "owner_removed"
TITLE: Final = {"ja": "所有者を外す(無害)", "en": "Remove an owner (benign)"}
STORY: Final = {
    "ja": "退職した人を所有者から外す。",
    "en": "Somebody who left the company is no longer owner.",
}
ATTACK: Final = ()
MUST_FIRE: Final = ()
MUST_STAY_QUIET: Final = ("*",)
TELLING: Final = ("operationName",)


async def warm_up(attacker: Attacker) -> None:
    """Have the clerk own the registration."""
    attacker.backstage.bot.owners.append(CLERK.id)


async def detonate(attacker: Attacker) -> None:
    """Remove the owner."""
    await attacker.manage("DELETE", f"/owners/{CLERK.id}/$ref", source=OFFICE)
