"""Free/busy as RFC 5545 knows it: spans of time with a type, and no room for text."""

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final

from sekimori.core.timespan import Timespan


class FbType(StrEnum):
    """What a span of somebody's time is (RFC 5545 §3.2.9, with the two kinds it has no name for)."""

    FREE = "FREE"
    WORKING_ELSEWHERE = "X-WORKING-ELSEWHERE"
    TENTATIVE = "BUSY-TENTATIVE"
    UNKNOWN = "X-UNKNOWN"
    BUSY = "BUSY"
    OUT_OF_OFFICE = "BUSY-UNAVAILABLE"


STRENGTH: Final = {fb_type: rank for rank, fb_type in enumerate(FbType)}
"""Where spans overlap the stronger type is what is true: certainly busy over unknown, unknown over perhaps."""


def strongest(first: FbType, second: FbType) -> FbType:
    """Return the type that holds where both were reported."""
    return first if STRENGTH[first] >= STRENGTH[second] else second


@dataclass(frozen=True, slots=True, kw_only=True)
class BusyPeriod:
    """One span and its type; there is deliberately no field for a subject, a place or a name."""

    span: Timespan
    fb_type: FbType


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeBusy:
    """What is known about a window: its periods, in any order, overlapping or not; the rest of it is free."""

    window: Timespan
    periods: tuple[BusyPeriod, ...]


def all_unknown(window: Timespan) -> FreeBusy:
    """Return the free/busy of a window of which nothing could be learnt."""
    return FreeBusy(window=window, periods=(BusyPeriod(span=window, fb_type=FbType.UNKNOWN),))


def joined(parts: tuple[FreeBusy, ...]) -> FreeBusy:
    """Join windows that follow one another; a gap between them becomes unknown, never free.

    Raises:
        ValueError: there is nothing to join.
    """
    if not parts:
        raise ValueError("there must be at least one part to join")
    ordered = sorted(parts, key=lambda part: part.window)
    gaps = [
        BusyPeriod(span=Timespan(before.window.end, after.window.start), fb_type=FbType.UNKNOWN)
        for before, after in pairwise(ordered)
        if before.window.end < after.window.start
    ]
    window = Timespan(ordered[0].window.start, max(part.window.end for part in ordered))
    return FreeBusy(window=window, periods=(*(p for part in ordered for p in part.periods), *gaps))
