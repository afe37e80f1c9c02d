"""Applications that the manifest does not place anywhere."""

from typing import Final

from sekimori.watch.domain.event import Event
from sekimori.watch.domain.profile import IdentityProfile
from sekimori.watch.domain.trail import Trail
from sekimori.watch.domain.verdict import SILENT, Verdict

NAME: Final = "unplaced"


def judge(_event: Event, profile: IdentityProfile | None, _trail: Trail | None) -> Verdict | None:
    """Be silent where the origin is declared, since each sign-in is held against that; else leave it to the rule."""
    return SILENT if profile and (profile.egress or profile.countries) else None
