"""Calls that our audit log announced and no log shows: some are lost, or all since then."""

from typing import Final

from sekimori.watch.domain.event import Event, Observation
from sekimori.watch.domain.level import Level
from sekimori.watch.domain.profile import IdentityProfile
from sekimori.watch.domain.trail import Trail
from sekimori.watch.domain.verdict import Reason, Verdict

NAME: Final = "absence"


def judge(event: Event, _profile: IdentityProfile | None, _trail: Trail | None) -> Verdict | None:
    """Be high where no call since then has come either: the log is cut off, not lossy."""
    values = event.detail.values if isinstance(event.detail, Observation) else {}
    if values.get("seenSince"):
        return None
    return Verdict(level=Level.HIGH, reason=Reason.NOTHING_SINCE)
