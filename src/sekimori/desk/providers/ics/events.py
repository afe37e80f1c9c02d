"""Events of a feed (RFC 5545 §3.6.1): when each happens within a window, and as what it counts."""

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events

from sekimori.core.timespan import Timespan
from sekimori.desk.domain.free_busy import BusyPeriod, FbType
from sekimori.desk.providers.ics.lines import FeedUnreadable

# Outlook writes what it shows; where it is there, it says more than TRANSP.
_SHOWN: Final = {
    "FREE": FbType.FREE,
    "TENTATIVE": FbType.TENTATIVE,
    "BUSY": FbType.BUSY,
    "OOF": FbType.OUT_OF_OFFICE,
    "WORKINGELSEWHERE": FbType.WORKING_ELSEWHERE,
}
_FIRST_YEAR: Final = 1600  # some calendars let birthdays begin in 1604
_AROUND: Final = timedelta(days=2)
_LENGTH: Final = "X-LENGTH"

Event = Any  # icalendar's components are dictionaries of anything


def event_periods(
    events: Sequence[Event], *, window: Timespan, zone: ZoneInfo, pause: Callable[[], None]
) -> Iterator[BusyPeriod]:
    """Find when events happen within a window; all-day ones are days in ``zone``.

    ``pause`` is called between events; it may raise to end the work.

    Raises:
        FeedUnreadable: an event is not understood.
    """
    for series in _series(events):
        pause()
        for event in _occurrences(series, window):
            fb_type = _fb_type(event)
            span = _span(event, zone)
            cut = span.intersection(window) if span else None
            if cut is not None and fb_type is not FbType.FREE:
                yield BusyPeriod(span=cut, fb_type=fb_type)


def _series(events: Sequence[Event]) -> Iterator[list[Event]]:
    """Group events that belong together: one, and what says otherwise of single occurrences of it."""
    groups: defaultdict[str, list[Event]] = defaultdict(list)
    number = itertools.count()
    first_of: set[str] = set()
    for event in events:
        _check(event)
        name = str(event.get("UID") or f"none-{next(number)}")
        # A second event of the same name would take the first one's place: both are kept.
        if "RECURRENCE-ID" not in event and name in first_of:
            name = f"{name}-{next(number)}"
        elif "RECURRENCE-ID" not in event:
            first_of.add(name)
        event["UID"] = icalendar.vText(name)
        groups[name].append(event)
    yield from groups.values()


def _check(event: Event) -> None:
    if event.errors or "DTSTART" not in event or isinstance(event["DTSTART"], list):
        raise FeedUnreadable("an event is not in its form")
    if event["DTSTART"].dt.year < _FIRST_YEAR:
        raise FeedUnreadable("an event is too long ago")
    for name in ("DTSTART", "DTEND", "RECURRENCE-ID"):
        moment = event[name].dt if name in event else None
        if isinstance(moment, datetime) and moment.tzinfo is None:
            raise FeedUnreadable("an event has a time without a zone")


def _occurrences(series: list[Event], window: Timespan) -> Iterator[Event]:
    if len(series) == 1 and not {"RRULE", "RDATE", "RECURRENCE-ID"} & series[0].keys():
        yield series[0]
        return
    calendar = icalendar.Calendar()
    for event in series:
        if "DURATION" in event and "DTEND" not in event:
            # The expansion reckons by the clock on the wall; a length is exact (RFC 5545 §3.3.6).
            event[_LENGTH] = event["DURATION"].dt
        _settle_end(event)
        calendar.add_component(event)
    query = recurring_ical_events.CalendarQuery(calendar)
    yield from query.between(window.start - _AROUND, window.end + _AROUND)


def _settle_end(event: Event) -> None:
    """Write the rule's last day as the kind of value that its start is; a day means all of it."""
    rules = event.get("RRULE", [])
    start = event["DTSTART"].dt
    for rule in rules if isinstance(rules, list) else [rules]:
        if until := rule.get("UNTIL"):
            rule["UNTIL"] = [_settled(until[0], start)]


def _settled(until: date, start: date) -> date:
    if not isinstance(start, datetime):
        return until.date() if isinstance(until, datetime) else until
    if not isinstance(until, datetime):
        until = datetime.combine(until, time(23, 59, 59), start.tzinfo)
    return (until if until.tzinfo else until.replace(tzinfo=start.tzinfo)).astimezone(UTC)


def _span(event: Event, zone: ZoneInfo) -> Timespan | None:
    start = _instant(event["DTSTART"].dt, zone)
    length = event.get(_LENGTH) or ("DURATION" in event and "DTEND" not in event and event["DURATION"].dt)
    if length:
        end = _after(event["DTSTART"].dt, length, zone)
    elif "DTEND" in event:
        end = _instant(event["DTEND"].dt, zone)
    else:
        whole_day = not isinstance(event["DTSTART"].dt, datetime)
        end = _after(event["DTSTART"].dt, timedelta(days=1), zone) if whole_day else start
    return Timespan(min(start, end), max(start, end)) if start != end else None


def _after(start: date, length: timedelta, zone: ZoneInfo) -> datetime:
    """Add days by the calendar, and the rest exactly (RFC 5545 §3.3.6)."""
    days, rest = timedelta(days=length.days), timedelta(seconds=length.seconds)
    return _instant(start + days, zone) + rest


def _instant(moment: date, zone: ZoneInfo) -> datetime:
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time(), zone)
    if moment.tzinfo is None:
        raise FeedUnreadable("an event has a time without a zone")
    return moment.astimezone(UTC)


def _fb_type(event: Event) -> FbType:
    status = str(event.get("STATUS", "")).upper()
    if status == "CANCELLED":
        return FbType.FREE
    if shown := str(event.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper():
        return _SHOWN.get(shown, FbType.UNKNOWN)
    match str(event.get("TRANSP", "OPAQUE")).upper():
        case "TRANSPARENT":
            return FbType.FREE
        case "OPAQUE":
            return FbType.TENTATIVE if status == "TENTATIVE" else FbType.BUSY
    return FbType.UNKNOWN
