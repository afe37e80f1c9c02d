"""Graph calls of our own identity against the entries the desk wrote before it called."""

from typing import Final

from sekimori.watch.domain.calls import path_parts
from sekimori.watch.domain.event import Event, GraphCall
from sekimori.watch.domain.level import Level
from sekimori.watch.domain.profile import IdentityProfile
from sekimori.watch.domain.trail import Intent, Trail
from sekimori.watch.domain.verdict import SILENT, Reason, Verdict

NAME: Final = "reconciliation"


def judge(event: Event, profile: IdentityProfile | None, trail: Trail | None) -> Verdict:
    """Be silent on a call that an entry announced, and high on any other.

    The call carries its entry's id as ``client-request-id``. An id that no entry has, that another request used before,
    that announced another call, another person or another time, is not proof.
    """
    call = event.detail
    if profile is None or trail is None or not profile.recorded or not isinstance(call, GraphCall):
        return SILENT
    intent = trail.intent(call.client_request_id) if call.client_request_id else None
    reason = Reason.NO_ENTRY if intent is None else _contradiction(event, call, intent, profile, trail)
    return Verdict(level=Level.HIGH, reason=reason) if reason else SILENT


def _contradiction(
    event: Event, call: GraphCall, intent: Intent, profile: IdentityProfile, trail: Trail
) -> Reason | None:
    if not _same_call(call, intent):
        return Reason.ENTRY_OF_ANOTHER_CALL
    if not _same_person(call, intent, profile):
        return Reason.ENTRY_OF_ANOTHER_PERSON
    if event.time and intent.at and abs(event.time - intent.at) > profile.bounds.apart:
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


def _same_person(call: GraphCall, intent: Intent, profile: IdentityProfile) -> bool:
    """Say whether the mailbox in the path is that of a person whom the entry names; an object's id tells nothing."""
    parts = path_parts((call.path or "").casefold())
    addressed = parts[1] if len(parts) > 1 and parts[0] == "users" and "@" in parts[1] else None
    known = [profile.mailboxes[person] for person in intent.people if person in profile.mailboxes]
    if addressed is None or len(known) < len(intent.people):
        return True
    expected = [profile.broker] if profile.broker else known
    return not expected or addressed in {mailbox.casefold() for mailbox in expected}
