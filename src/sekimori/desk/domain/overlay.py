"""Collisions: where two calendars of the same person both claim a time.

Two absences do not collide: both companies know that nobody is there. Working elsewhere and free are both open.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import Final

from sekimori.core.timespan import Timespan
from sekimori.desk.domain.free_busy import FbType, FreeBusy
from sekimori.desk.domain.timeline import CERTAIN, OPEN, Stretch, laid_over, padded

NO_BUFFER: Final = timedelta()


class CollisionKind(StrEnum):
    """How sure a collision is, and of what kind."""

    CERTAIN = "certain"
    """Both calendars are busy."""
    POSSIBLE = "possible"
    """At least one of the two is only tentative."""
    UNKNOWN = "unknown"
    """One is taken, or may be, and the other could not be read: there may be a collision."""
    CLOSE = "close"
    """They do not overlap, but there is less time between them than the buffer asks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collision:
    """One span that both calendars claim, and what each of them says of it.

    A close one lies around the gap between the two, half a buffer to each side.
    """

    span: Timespan
    ours: FbType
    theirs: FbType
    kind: CollisionKind


def collisions(ours: FreeBusy, theirs: FreeBusy, *, buffer: timedelta = NO_BUFFER) -> tuple[Collision, ...]:
    """Find where two calendars collide, in order of time.

    Laws: swapping the calendars swaps the two sides and nothing else; what is unknown on either side is never a
    certain collision; without a buffer, two halves of a window say what the whole says.
    """
    window = Timespan(min(ours.window.start, theirs.window.start), max(ours.window.end, theirs.window.end))
    found: list[Collision] = []
    for stretch in laid_over((ours, theirs, padded(ours, buffer / 2), padded(theirs, buffer / 2)), window):
        if collision := _collision(stretch):
            _extend(found, collision)
    return tuple(c for c in found if c.kind is not CollisionKind.CLOSE or not _beside_another(c, found))


def _collision(stretch: Stretch) -> Collision | None:
    ours, theirs, ours_near, theirs_near = stretch.types
    if kind := _kind(ours, theirs):
        return Collision(span=stretch.span, ours=ours, theirs=theirs, kind=kind)
    near = _kind(ours_near, theirs_near)
    if near in {CollisionKind.CERTAIN, CollisionKind.POSSIBLE}:
        return Collision(span=stretch.span, ours=ours_near, theirs=theirs_near, kind=CollisionKind.CLOSE)
    return None


def _kind(ours: FbType, theirs: FbType) -> CollisionKind | None:
    if ours in OPEN or theirs in OPEN or ours is theirs is FbType.OUT_OF_OFFICE:
        return None
    if FbType.UNKNOWN in (ours, theirs):
        return CollisionKind.UNKNOWN
    return CollisionKind.CERTAIN if {ours, theirs} <= CERTAIN else CollisionKind.POSSIBLE


def _extend(found: list[Collision], following: Collision) -> None:
    last = found[-1] if found else None
    if last and last.span.end == following.span.start and replace(following, span=last.span) == last:
        found[-1] = replace(last, span=Timespan(last.span.start, following.span.end))
    else:
        found.append(following)


def _beside_another(close: Collision, found: list[Collision]) -> bool:
    return any(
        other.kind is not CollisionKind.CLOSE
        and (other.span.end == close.span.start or close.span.end == other.span.start)
        for other in found
    )
