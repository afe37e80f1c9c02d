"""The attacker reads the schedule himself, past the desk."""

from datetime import timedelta
from typing import Final

from sekimori.sim.attack import Attacker

ID: Final = "unrecorded_graph_call"
TITLE: Final = {"ja": "窓口を通さず予定を読む", "en": "Read the schedule past the desk"}
STORY: Final = {
    "ja": "盗んだ証明書のトークンで、佐藤さんの予定を Graph から直接読む。窓口の監査ログには何も残らない。",
    "en": "With the stolen certificate, Sato's schedule is read straight from Graph; the audit log knows nothing.",
}
ATTACK: Final = ("T1078.004", "T1550.001")
MUST_FIRE: Final = ("graph_call_without_entry",)
MUST_STAY_QUIET: Final = (
    "service_principal_added",
    "federated_credential_added",
    "client_credential_added",
    "permission_requested",
)
TELLING: Final = ("properties.clientRequestId", "properties.requestUri")
MAILBOX: Final = "sato@fabrikam.example"


async def detonate(attacker: Attacker) -> None:
    """Call getSchedule for the next two weeks, with the token at hand; without one, sign in first."""
    token = await attacker.token()
    now = attacker.now()
    body = {
        "schedules": [MAILBOX],
        "startTime": {"dateTime": now.strftime("%Y-%m-%dT%H:%M:%S"), "timeZone": "UTC"},
        "endTime": {"dateTime": (now + timedelta(days=14)).strftime("%Y-%m-%dT%H:%M:%S"), "timeZone": "UTC"},
    }
    await attacker.graph("POST", f"/users/{MAILBOX}/calendar/getSchedule", token, body)
