"""Calendars laid over each other: a window cut into stretches in which nothing changes."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from sekimori.core.timespan import Timespan
from sekimori.desk.domain.free_busy import STRENGTH, BusyPeriod, FbType, FreeBusy

OPEN: Final = frozenset({FbType.FREE, FbType.WORKING_ELSEWHERE})
"""The types under which somebody can be met."""

CERTAIN: Final = frozenset({FbType.BUSY, FbType.OUT_OF_OFFICE})
"""The types under which somebody certainly cannot be met."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A span in which no calendar changes; ``types`` has one for each calendar, in their order."""

    span: Timespan
    types: tuple[FbType, ...]


def laid_over(calendars: Sequence[FreeBusy], window: Timespan) -> tuple[Stretch, ...]:
    """Cut a window where any of the calendars changes; the stretches cover it without gaps.

    Where a calendar's periods overlap the stronger type holds; outside its own window it is unknown.
    """
    lines = [_changes(calendar, window) for calendar in calendars]
    edges = sorted({window.start, window.end}.union(*lines))
    now = [FbType.FREE] * len(lines)
    stretches: list[Stretch] = []
    for start, end in pairwise(edges):
        now = [line.get(start, before) for line, before in zip(lines, now, strict=True)]
        _extend(stretches, Stretch(span=Timespan(start, end), types=tuple(now)))
    return tuple(stretches)


def padded(calendar: FreeBusy, buffer: timedelta) -> FreeBusy:
    """Let busy and tentative time reach so far in both directions; what is unknown or open stays as it is."""
    if not buffer:
        return calendar
    return replace(calendar, periods=tuple(_reaching(period, buffer) for period in calendar.periods))


def _reaching(period: BusyPeriod, buffer: timedelta) -> BusyPeriod:
    if period.fb_type in OPEN or period.fb_type is FbType.UNKNOWN:
        return period
    return replace(period, span=Timespan(period.span.start - buffer, period.span.end + buffer))


def _changes(calendar: FreeBusy, window: Timespan) -> dict[datetime, FbType]:
    """Return the instants of a window at which a calendar may change, each with the type from there on."""
    begun: defaultdict[datetime, list[FbType]] = defaultdict(list)
    ended: defaultdict[datetime, list[FbType]] = defaultdict(list)
    for span, fb_type in _pieces(calendar, window):
        begun[span.start].append(fb_type)
        ended[span.end].append(fb_type)
    running: Counter[FbType] = Counter()
    line: dict[datetime, FbType] = {}
    for edge in sorted({window.start, *begun, *ended}):
        running.update(begun[edge])
        running.subtract(ended[edge])
        line[edge] = max(
            (t for t, count in running.items() if count > 0), key=STRENGTH.__getitem__, default=FbType.FREE
        )
    return line


def _pieces(calendar: FreeBusy, window: Timespan) -> Iterator[tuple[Timespan, FbType]]:
    for period in calendar.periods:
        if span := period.span.intersection(window):
            yield span, period.fb_type
    covered = calendar.window
    if window.start < covered.start:
        yield Timespan(window.start, min(window.end, covered.start)), FbType.UNKNOWN
    if covered.end < window.end:
        yield Timespan(max(window.start, covered.end), window.end), FbType.UNKNOWN


def _extend(stretches: list[Stretch], following: Stretch) -> None:
    if stretches and stretches[-1].types == following.types:
        stretches[-1] = replace(following, span=Timespan(stretches[-1].span.start, following.span.end))
    else:
        stretches.append(following)
