"""Tokens of our own identity against those that the desk recorded before it used them."""

from typing import Final

from sekimori.watch.domain.event import Event, GraphCall, SignIn
from sekimori.watch.domain.level import Level
from sekimori.watch.domain.profile import IdentityProfile
from sekimori.watch.domain.trail import Trail
from sekimori.watch.domain.verdict import SILENT, Reason, Verdict

NAME: Final = "token"


def judge(event: Event, profile: IdentityProfile | None, trail: Trail | None) -> Verdict:
    """Be silent on a token that we were given, and high on any other.

    Where the desk could not read its own token, or the log does not name the token, an entry of that time stands in for
    one sign-in: there cannot be more of them than we recorded. Of a Graph call's token nothing is said in that case.
    """
    if profile is None or trail is None or not profile.recorded or not trail.knows_tokens:
        return SILENT
    if isinstance(event.detail, SignIn):
        return _signed_in(event, event.detail, profile, trail)
    if isinstance(event.detail, GraphCall) and event.detail.token_id:
        known = trail.has_token(event.detail.token_id) or not trail.could_read_all
        return SILENT if known else Verdict(level=Level.HIGH, reason=Reason.CALL_WITH_UNKNOWN_TOKEN)
    return SILENT


def _signed_in(event: Event, sign_in: SignIn, profile: IdentityProfile, trail: Trail) -> Verdict:
    if sign_in.token_id and trail.has_token(sign_in.token_id):
        return SILENT
    if event.time is None:
        return Verdict(level=Level.HIGH, reason=Reason.TOKEN_WITHOUT_ENTRY)
    if not trail.remembers(event.time + profile.bounds.apart):
        return Verdict(level=Level.INFORMATIONAL, reason=Reason.TOKEN_BEFORE_RECORD, is_exact=True)
    if trail.stands_in(event.id, event.time, profile.bounds.apart, unnamed=sign_in.token_id is None):
        return SILENT
    return Verdict(level=Level.HIGH, reason=Reason.TOKEN_WITHOUT_ENTRY)
