"""Published free/busy (RFC 5545 §3.6.4): what it says, and of which time it says anything."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, Final

from sekimori.core.timespan import Timespan
from sekimori.desk.domain.free_busy import BusyPeriod, FbType
from sekimori.desk.providers.ics.lines import FeedUnreadable

# A type that is not known is to be treated as busy (§3.2.9).
_TYPES: Final = {
    "FREE": FbType.FREE,
    "BUSY-TENTATIVE": FbType.TENTATIVE,
    "BUSY-UNAVAILABLE": FbType.OUT_OF_OFFICE,
}


def covered(component: Any) -> Timespan | None:
    """Return the time that a free/busy speaks of; without a start and an end it speaks of none for certain."""
    if component.errors:
        raise FeedUnreadable("a free/busy is not in its form")
    if "DTSTART" not in component or "DTEND" not in component:
        return None
    start, end = _instant(component["DTSTART"].dt), _instant(component["DTEND"].dt)
    return Timespan(start, end) if start < end else None


def published_periods(component: Any, *, window: Timespan) -> Iterator[BusyPeriod]:
    """Return the periods of a free/busy within a window.

    Raises:
        FeedUnreadable: a period is not understood.
    """
    found = component.get("FREEBUSY", [])
    for period in found if isinstance(found, list) else [found]:
        start = _instant(period.dt[0])
        end = start + period.dt[1] if isinstance(period.dt[1], timedelta) else _instant(period.dt[1])
        fb_type = _TYPES.get(str(period.params.get("FBTYPE", "BUSY")).upper(), FbType.BUSY)
        if start > end:
            raise FeedUnreadable("a period ends before it starts")
        span = Timespan(start, end).intersection(window) if start < end else None
        if span is not None and fb_type is not FbType.FREE:
            yield BusyPeriod(span=span, fb_type=fb_type)


def _instant(moment: date) -> datetime:
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise FeedUnreadable("a free/busy has a time without a zone")
    return moment
