"""How much Graph answered, against what the announced question can bring."""

from typing import Final

from sekimori.watch.domain.event import Event, GraphCall
from sekimori.watch.domain.level import Level
from sekimori.watch.domain.profile import IdentityProfile
from sekimori.watch.domain.trail import Trail
from sekimori.watch.domain.verdict import SILENT, Reason, Verdict

NAME: Final = "answer"


def judge(event: Event, profile: IdentityProfile | None, trail: Trail | None) -> Verdict:
    """Be high on an answer larger than the entry's people and window allow; else silent."""
    call = event.detail
    if profile is None or trail is None or not profile.recorded or not isinstance(call, GraphCall):
        return SILENT
    intent = trail.intent(call.client_request_id) if call.client_request_id and call.size else None
    if intent is None or intent.window is None or not intent.people or call.size is None:
        return SILENT
    window = intent.window.end - intent.window.start
    if call.size <= profile.bounds.largest_answer(people=len(intent.people), window=window):
        return SILENT
    return Verdict(level=Level.HIGH, reason=Reason.ANSWER_TOO_LARGE)
