"""Whether a declared identity signs in from elsewhere than the manifest declares; of any other, nothing is said."""

from typing import Final

from sekimori.watch.domain.event import Event
from sekimori.watch.domain.judges import origin
from sekimori.watch.domain.profile import IdentityProfile
from sekimori.watch.domain.trail import Trail
from sekimori.watch.domain.verdict import SILENT, Verdict

NAME: Final = "elsewhere"


def judge(event: Event, profile: IdentityProfile | None, trail: Trail | None) -> Verdict:
    """Judge by the declared origin; where none is declared there is no elsewhere, and every sign-in is ordinary."""
    return origin.judge(event, profile, trail) or SILENT
