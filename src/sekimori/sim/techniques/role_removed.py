"""The bot loses a directory role."""

from typing import Final

from sekimori.sim import world
from sekimori.sim.attack import OFFICE, Attacker

ID: Final = "role_removed"
TITLE: Final = {"ja": "ロールを外す(無害)", "en": "Remove a directory role (benign)"}
STORY: Final = {
    "ja": "誤って付いていたロールをボットから外す。付与と同じ場所に記録される。",
    "en": "A role that the bot held by mistake is taken away. It is logged where an assignment is.",
}
ATTACK: Final = ()
MUST_FIRE: Final = ()
MUST_STAY_QUIET: Final = ("*",)
TELLING: Final = ("Role.DisplayName",)


async def warm_up(attacker: Attacker) -> None:
    """Have the bot hold a reader's role."""
    attacker.backstage.directory.assignments.add((world.SERVICE_PRINCIPAL, "88d8e3e3-8f55-4a1e-953a-9b9898b8876b"))


async def detonate(attacker: Attacker) -> None:
    """Take it away."""
    (assignment,) = (
        f"{member}:{role}"
        for member, role in attacker.backstage.directory.assignments
        if member == world.SERVICE_PRINCIPAL
    )
    await attacker.administer("DELETE", f"/roleManagement/directory/roleAssignments/{assignment}", source=OFFICE)
