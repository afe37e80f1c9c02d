"""Reads Graph's answer to ``getSchedule``: status, start and end of each item, and nothing else.

The structures have no field for a subject, a place, a person or a body, so none of these can come further than the
bytes of the response. Whatever is not certain is unknown.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from sekimori.core.timespan import Timespan
from sekimori.desk.domain.free_busy import BusyPeriod, FbType, FreeBusy
from sekimori.desk.domain.ports import Finding, Problem
from sekimori.desk.windows import unknown

MOST_ITEMS: Final = 1000
"""From this many items on the answer may have been cut short."""

# Graph: availabilityView knows no "working elsewhere" (it says free) and is never read.
_STATUS: Final = {
    "free": FbType.FREE,
    "workingelsewhere": FbType.WORKING_ELSEWHERE,
    "tentative": FbType.TENTATIVE,
    "busy": FbType.BUSY,
    "oof": FbType.OUT_OF_OFFICE,
}
_UTC_NAMES: Final = {"utc", "etc/utc", "gmt", "etc/gmt", "tzone://microsoft/utc", "z"}


class _Moment(msgspec.Struct, frozen=True, rename="camel"):
    date_time: str
    time_zone: str = "UTC"


class _Item(msgspec.Struct, frozen=True):
    start: _Moment
    end: _Moment
    status: str | None = None


class _Trouble(msgspec.Struct, frozen=True, rename="camel"):
    response_code: str | int | None = None


class _Schedule(msgspec.Struct, frozen=True, rename="camel"):
    schedule_id: str = ""
    schedule_items: list[_Item] | None = None
    error: _Trouble | None = None


class _Answer(msgspec.Struct, frozen=True):
    value: list[_Schedule]
    next_link: str | None = msgspec.field(default=None, name="@odata.nextLink")


def parse(body: bytes, *, address: str, window: Timespan) -> Finding:
    """Read what an answer says about one address over a window."""
    try:
        answer = msgspec.json.decode(body, type=_Answer)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return unknown(window, Problem.UNREADABLE)
    entries = [entry for entry in answer.value if entry.schedule_id.casefold() == address.casefold()]
    if len(entries) != 1 or len(answer.value) != 1 or answer.next_link is not None:
        return unknown(window, Problem.UNREADABLE)
    return _read(entries[0], window)


def _read(entry: _Schedule, window: Timespan) -> Finding:
    # Graph: per-person errors (5009, 5016, ...) ride on HTTP 200, with null instead of a list of items.
    if entry.error is not None:
        return unknown(window, Problem.NOT_FOUND)
    if entry.schedule_items is None:
        return unknown(window, Problem.UNREADABLE)
    try:
        periods = tuple(_periods(entry.schedule_items, window))
    except (ValueError, OverflowError, KeyError, OSError):
        return unknown(window, Problem.UNREADABLE)
    if len(entry.schedule_items) >= MOST_ITEMS:
        return unknown(window, Problem.UNREADABLE)
    doubtful = any(period.fb_type is FbType.UNKNOWN for period in periods)
    return Finding(free_busy=FreeBusy(window=window, periods=periods), problem=Problem.UNREADABLE if doubtful else None)


def _periods(items: list[_Item], window: Timespan) -> Iterator[BusyPeriod]:
    for item in items:
        start, end = _instant(item.start), _instant(item.end)
        if start == end:
            continue
        span = Timespan(start, end).intersection(window)
        fb_type = _STATUS.get((item.status or "").casefold(), FbType.UNKNOWN)
        if span is not None and fb_type is not FbType.FREE:
            yield BusyPeriod(span=span, fb_type=fb_type)


def _instant(moment: _Moment) -> datetime:
    """Read a moment; Graph writes no offset and seven fractional digits, and names the zone beside it."""
    read = datetime.fromisoformat(moment.date_time)
    if read.tzinfo is not None:
        return read.astimezone(UTC)
    if moment.time_zone.casefold() in _UTC_NAMES:
        return read.replace(tzinfo=UTC)
    return read.replace(tzinfo=_zone(moment.time_zone)).astimezone(UTC)


def _zone(name: str) -> ZoneInfo:
    """Return a zone called by IANA's name or Windows'; a custom one ("Customized Time Zone") is nobody's to know."""
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError:
        from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

        return ZoneInfo(WINDOWS_TO_OLSON[name])
