"""What of a free/busy may be shown: so precise, within these hours, nothing of the past."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from sekimori.core.timespan import Timespan
from sekimori.desk.domain.free_busy import FbType, FreeBusy, strongest
from sekimori.desk.domain.hours import Hours, instant

STEP: Final = timedelta(minutes=30)
NOON: Final = 12 * 60


class Precision(IntEnum):
    """How much is shown; each level is worked out from the next finer one, so less never shows more."""

    NONE = 0
    DAY_PART = 1
    BUSY_ONLY = 2
    TYPED = 3


_COARSE: Final = {
    FbType.FREE: FbType.FREE,
    FbType.WORKING_ELSEWHERE: FbType.FREE,
    FbType.TENTATIVE: FbType.BUSY,
    FbType.BUSY: FbType.BUSY,
    FbType.OUT_OF_OFFICE: FbType.BUSY,
    FbType.UNKNOWN: FbType.UNKNOWN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A piece of a day and the one thing said about it."""

    span: Timespan
    fb_type: FbType


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One local day; no slots where nothing of it may be shown."""

    date: date
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A free/busy made fit to be shown: local days of slots, each slot with one type."""

    zone: ZoneInfo
    days: tuple[Day, ...]

    @property
    def slots(self) -> tuple[Slot, ...]:
        """All slots in order of time."""
        return tuple(slot for day in self.days for slot in day.slots)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The limits that a disclosure keeps."""

    precision: Precision
    hours: Hours
    zone: ZoneInfo


def disclose(free_busy: FreeBusy, terms: Terms, *, window: Timespan, now: datetime) -> Schedule:
    """Return what the terms let through of a window.

    Busy time is rounded outward to half hours. What lies before ``now`` counts for nothing, and what the provider's
    window does not cover is unknown. Laws: less precision never shows more; nothing of the past is shown.
    """
    if terms.precision is Precision.NONE or window.end <= now:
        return Schedule(zone=terms.zone, days=())
    visible = Timespan(max(window.start, now), window.end)
    known = _Known(free_busy, visible)
    days = tuple(_day(day, terms, visible, known) for day in _local_days(visible, terms.zone))
    return Schedule(zone=terms.zone, days=days)


class _Known:
    """Looks up the strongest type in a span of the visible window."""

    def __init__(self, free_busy: FreeBusy, visible: Timespan) -> None:
        clipped = ((p.span.intersection(visible), p.fb_type) for p in free_busy.periods)
        pieces = [(span, fb_type) for span, fb_type in clipped if span is not None]
        pieces += [(gap, FbType.UNKNOWN) for gap in _uncovered(visible, free_busy.window)]
        self._pieces = sorted(pieces, key=lambda piece: piece[0])

    def slot(self, span: Timespan) -> Slot:
        """Give a span the strongest type that touches its visible part."""
        return Slot(span=span, fb_type=self._type_of(span))

    def _type_of(self, span: Timespan) -> FbType:
        found = FbType.FREE
        for piece, fb_type in self._pieces:
            if piece.start >= span.end:
                break
            if piece.overlaps(span):
                found = strongest(found, fb_type)
        return found


def _uncovered(visible: Timespan, covered: Timespan) -> Iterator[Timespan]:
    if visible.start < covered.start:
        yield Timespan(visible.start, min(visible.end, covered.start))
    if covered.end < visible.end:
        yield Timespan(max(visible.start, covered.end), visible.end)


def _day(day: date, terms: Terms, visible: Timespan, known: _Known) -> Day:
    open_hours = terms.hours.on(day, terms.zone)
    if open_hours is None:
        return Day(date=day, slots=())
    slots = tuple(known.slot(span) for span in _steps(open_hours) if span.overlaps(visible))
    if terms.precision <= Precision.BUSY_ONLY:
        slots = tuple(Slot(span=slot.span, fb_type=_COARSE[slot.fb_type]) for slot in slots)
    if terms.precision <= Precision.DAY_PART:
        slots = tuple(_parts(slots, instant(day, NOON, terms.zone)))
    return Day(date=day, slots=slots)


def _steps(span: Timespan) -> Iterator[Timespan]:
    count = -((span.start - span.end) // STEP)
    edges = [min(span.start + STEP * i, span.end) for i in range(count + 1)]
    yield from (Timespan(start, end) for start, end in pairwise(edges))


def _parts(slots: tuple[Slot, ...], noon: datetime) -> Iterator[Slot]:
    for part in ([s for s in slots if s.span.start < noon], [s for s in slots if s.span.start >= noon]):
        if part:
            fb_type = FbType.FREE
            for slot in part:
                fb_type = strongest(fb_type, slot.fb_type)
            yield Slot(span=Timespan(part[0].span.start, part[-1].span.end), fb_type=fb_type)


def _local_days(window: Timespan, zone: ZoneInfo) -> Iterator[date]:
    day = window.start.astimezone(zone).date()
    last = (window.end - timedelta(microseconds=1)).astimezone(zone).date()
    while day <= last:
        yield day
        day += timedelta(days=1)
