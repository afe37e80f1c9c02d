"""When an identity signs in, against when the manifest says it works."""

from typing import Final

from sekimori.watch.domain.event import Event, SignIn
from sekimori.watch.domain.level import Level
from sekimori.watch.domain.profile import IdentityProfile
from sekimori.watch.domain.trail import Trail
from sekimori.watch.domain.verdict import SILENT, Reason, Verdict

NAME: Final = "presence"


def judge(event: Event, profile: IdentityProfile | None, _trail: Trail | None) -> Verdict:
    """Be high on a sign-in of an identity that is declared idle, medium on one outside its hours; else silent."""
    if profile is None or profile.presence is None or not isinstance(event.detail, SignIn):
        return SILENT
    if not profile.presence.days:
        return Verdict(level=Level.HIGH, reason=Reason.DECLARED_IDLE)
    if event.time is None or profile.presence.includes(event.time):
        return SILENT
    return Verdict(level=Level.MEDIUM, reason=Reason.OUTSIDE_HOURS)
