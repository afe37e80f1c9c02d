"""Calendars are read one after the other, from the bot's own host and in its own manner."""

from datetime import timedelta
from typing import Final

from sekimori.sim.attack import EGRESS, OWN_AGENT, Attacker

ID: Final = "calendars_harvested"
TITLE: Final = {"ja": "予定を静かに収集", "en": "Harvest calendars quietly"}
STORY: Final = {
    "ja": "ボットのサーバーに入り込み、ボットと同じ場所・同じ名乗りで、予定を一人ずつ読む。窓口の記録だけが足りない。",
    "en": "From the bot's host, under its name, calendars are read one by one: only the desk's record is missing.",
}
ATTACK: Final = ("T1550.001", "T1087.003")
MUST_FIRE: Final = ("graph_call_without_entry",)
MUST_STAY_QUIET: Final = (
    "service_principal_sign_in",
    "graph_call_from_elsewhere",
    "sign_in_with_undeclared_credential",
)
TELLING: Final = ("properties.clientRequestId", "properties.requestUri")


async def detonate(attacker: Attacker) -> None:
    """Sign in and read each."""
    token, now = await attacker.sign_in(source=EGRESS), attacker.now()
    for mailbox in attacker.backstage.tenant.calendars:
        body = {
            "schedules": [mailbox],
            "startTime": {"dateTime": f"{now:%Y-%m-%dT%H:%M:%S}", "timeZone": "UTC"},
            "endTime": {"dateTime": f"{now + timedelta(days=14):%Y-%m-%dT%H:%M:%S}", "timeZone": "UTC"},
        }
        path = f"/users/{mailbox}/calendar/getSchedule"
        await attacker.graph("POST", path, token, body, source=EGRESS, agent=OWN_AGENT)
