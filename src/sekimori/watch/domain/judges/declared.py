"""Changes to an identity that the manifest watches: none is expected unless it was declared."""

from typing import Final

from sekimori.watch.domain.event import Event
from sekimori.watch.domain.level import Level
from sekimori.watch.domain.profile import IdentityProfile
from sekimori.watch.domain.trail import Trail
from sekimori.watch.domain.verdict import Reason, Verdict

NAME: Final = "declared"


def judge(_event: Event, profile: IdentityProfile | None, _trail: Trail | None) -> Verdict | None:
    """Be high on a change to a watched application; leave any other to the rule's own level."""
    return Verdict(level=Level.HIGH, reason=Reason.UNDECLARED_CHANGE) if profile else None
