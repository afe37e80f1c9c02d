"""The calendars of the whole house are read within minutes."""

from typing import Final

from sekimori.sim.attack import Attacker

ID: Final = "whole_house_calendars_read"
TITLE: Final = {"ja": "全社員の予定を一気に読む", "en": "Read the calendars of the whole house"}
STORY: Final = {
    "ja": "盗んだ証明書で、二十人を超える社員の予定を続けて読む。",
    "en": "With the stolen certificate the calendars of more than twenty people are read one after the other.",
}
ATTACK: Final = ("T1114.002",)
MUST_FIRE: Final = ("calendars_harvested", "graph_call_without_entry")
MUST_STAY_QUIET: Final = ("client_credential_added",)
TELLING: Final = ("properties.requestUri",)


async def detonate(attacker: Attacker) -> None:
    """Sign in and read."""
    token = await attacker.sign_in()
    with attacker.backstage.mailboxes(22) as people:
        for mailbox in people:
            await attacker.graph("GET", f"/users/{mailbox}/calendarView", token)
