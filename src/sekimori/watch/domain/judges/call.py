"""What an identity asks of Microsoft Graph, against what the manifest declares."""

from typing import Final

from sekimori.watch.domain.event import Event, GraphCall
from sekimori.watch.domain.level import Level
from sekimori.watch.domain.profile import IdentityProfile
from sekimori.watch.domain.trail import Trail
from sekimori.watch.domain.verdict import SILENT, Reason, Verdict

NAME: Final = "call"


def judge(event: Event, profile: IdentityProfile | None, _trail: Trail | None) -> Verdict:
    """Be high on a call that is not declared, medium on a declared one in another version; else silent."""
    call = event.detail
    if profile is None or not profile.calls or not isinstance(call, GraphCall) or call.path is None:
        return SILENT
    path, mailboxes = call.path, addresses_of(profile)
    if any(pattern.allows(call.method, call.version, path, mailboxes) for pattern in profile.calls):
        return SILENT
    if any(pattern.differs_in_version(call.method, path, mailboxes) for pattern in profile.calls):
        return Verdict(level=Level.MEDIUM, reason=Reason.UNDECLARED_VERSION)
    return Verdict(level=Level.HIGH, reason=Reason.UNDECLARED_CALL)


def addresses_of(profile: IdentityProfile) -> frozenset[str]:
    """Return the mailboxes that calls may name: the broker's where there is one, else those of the people."""
    said = (profile.broker,) if profile.broker else tuple(profile.mailboxes.values())
    return frozenset(mailbox.casefold() for mailbox in said)
