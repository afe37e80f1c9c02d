"""The standing watch: what is new among the collisions of the next weeks, and what is gone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sekimori.core.ids import ChannelId, PartnerId, PersonId, UserId
from sekimori.core.timespan import Timespan
from sekimori.desk.domain.free_busy import FbType
from sekimori.desk.domain.overlay import Collision, CollisionKind

AHEAD: Final = timedelta(weeks=4)
"""How far the watch looks."""
TOLD: Final = {CollisionKind.CERTAIN, CollisionKind.POSSIBLE}
"""The kinds that somebody is told of without asking."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CollisionWatch:
    """Whose collisions are told, and to whom: a channel of the partner's, or one requester."""

    partner: PartnerId
    person: PersonId
    channel: ChannelId | None = None
    requester: UserId | None = None

    @property
    def name(self) -> str:
        """Return what tells it from every other."""
        return f"{self.partner}:{self.person}:{self.channel or self.requester}"


class Standing(StrEnum):
    """How it stands with a collision that was told."""

    THERE = "there"
    GONE = "gone"
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a message says about one collision; no kind, and no sides, where that is not known for certain."""

    span: Timespan
    standing: Standing = Standing.THERE
    kind: CollisionKind | None = None
    ours: FbType | None = None
    theirs: FbType | None = None


def told_of(collision: Collision) -> Told:
    """Return what is told of a collision that is there."""
    return Told(span=collision.span, kind=collision.kind, ours=collision.ours, theirs=collision.theirs)


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What there is to say: new collisions, and by their keys those to be told anew, and those that are gone."""

    new: tuple[Collision, ...]
    again: Mapping[str, Collision]
    gone: tuple[str, ...]


def news(told: Mapping[str, Told], found: Sequence[Collision], unknown: Sequence[Timespan], now: datetime) -> News:
    """Compare what was told with what was found.

    A collision that was told is the one it overlaps. It is gone only where both calendars could be read; one that
    has begun is left alone.
    """
    new: list[Collision] = []
    again: dict[str, Collision] = {}
    met: set[str] = set()
    for collision in (each for each in found if each.kind in TOLD):
        key = next((k for k, known in told.items() if k not in met and known.span.overlaps(collision.span)), None)
        if key is None:
            new.append(collision)
            continue
        met.add(key)
        if _says_otherwise(told[key], collision, now):
            again[key] = collision
    gone = tuple(
        key
        for key, known in told.items()
        if key not in met
        and known.standing is not Standing.GONE
        and known.span.start > now
        and not any(known.span.overlaps(span) for span in unknown)
    )
    return News(new=tuple(new), again=again, gone=gone)


def _says_otherwise(known: Told, collision: Collision, now: datetime) -> bool:
    if known.standing is not Standing.THERE:
        return True
    return known.span.start > now and (known.span, known.kind) != (collision.span, collision.kind)
