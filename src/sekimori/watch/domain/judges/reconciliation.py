"""Graph calls of our own identity against the entries the desk wrote before it called."""

from datetime import timedelta
from typing import Final

from sekimori.watch.domain.event import Event, GraphCall
from sekimori.watch.domain.level import Level
from sekimori.watch.domain.profile import IdentityProfile
from sekimori.watch.domain.trail import Intent, Trail
from sekimori.watch.domain.verdict import SILENT, Reason, Verdict

NAME: Final = "reconciliation"
APART: Final = timedelta(minutes=15)
"""How far a call may lie from the entry that announced it: clocks differ, retries wait."""


def judge(event: Event, profile: IdentityProfile | None, trail: Trail | None) -> Verdict:
    """Be silent on a call that an entry announced, and high on any other.

    The call carries its entry's id as ``client-request-id``. An id that no entry has, that another request used before,
    that announced another call or another time, is not proof.
    """
    call = event.detail
    if profile is None or trail is None or not profile.recorded or not isinstance(call, GraphCall):
        return SILENT
    intent = trail.intent(call.client_request_id) if call.client_request_id else None
    reason = Reason.NO_ENTRY if intent is None else _contradiction(event, call, intent, trail)
    return Verdict(level=Level.HIGH, reason=reason) if reason else SILENT


def _contradiction(event: Event, call: GraphCall, intent: Intent, trail: Trail) -> Reason | None:
    if not _same_call(call, intent):
        return Reason.ENTRY_OF_ANOTHER_CALL
    if event.time and intent.at and abs(event.time - intent.at) > APART:
        return Reason.ENTRY_OF_ANOTHER_TIME
    # Graph: the log is delivered at least once, so the same request may come again; another request may not.
    first = trail.claim(intent.entry_id, call.request_id or event.id)
    return None if first == (call.request_id or event.id) else Reason.ENTRY_REUSED


def _same_call(call: GraphCall, intent: Intent) -> bool:
    if intent.method and call.method and intent.method.upper() != call.method:
        return False
    if not (intent.resource and call.path):
        return True
    return call.path.casefold().rstrip("/").endswith("/" + intent.resource.casefold().strip("/"))
