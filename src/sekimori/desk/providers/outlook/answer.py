"""Reads Graph's answer to ``getSchedule``: status, start and end of each item, and the digits that sum them up.

The structures have no field for a subject, a place, a person or a body, so none of these can come further than the
bytes of the response. Whatever is not certain is unknown.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from sekimori.core.timespan import Timespan, merged
from sekimori.desk.domain.free_busy import BusyPeriod, FbType, FreeBusy
from sekimori.desk.domain.ports import Finding, Problem
from sekimori.desk.windows import unknown, whole_seconds

MOST_ITEMS: Final = 1000
"""From this many items on the answer may have been cut short."""

DIGIT: Final = timedelta(minutes=30)
"""How long each digit of ``availabilityView`` is asked to be."""

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
    availability_view: str | None = None
    error: _Trouble | None = None


class _Answer(msgspec.Struct, frozen=True):
    value: list[_Schedule]
    error: _Trouble | None = None
    next_link: str | None = msgspec.field(default=None, name="@odata.nextLink")


def parse(body: bytes, *, address: str, window: Timespan, asked: Timespan | None = None) -> Finding:
    """Read what an answer says about one address over a window; ``asked`` is the one that Graph was asked about."""
    try:
        answer = msgspec.json.decode(body, type=_Answer)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return unknown(window, Problem.UNREADABLE)
    entries = [entry for entry in answer.value if entry.schedule_id.casefold() == address.casefold()]
    if len(entries) != 1 or len(answer.value) != 1 or answer.next_link is not None:
        return unknown(window, Problem.UNREADABLE)
    if answer.error is not None:  # what stands beside it may be the part that was ready when something failed
        return unknown(window, Problem.UNREADABLE)
    return _read(entries[0], window, asked or whole_seconds(window))


def _read(entry: _Schedule, window: Timespan, asked: Timespan) -> Finding:
    # Graph: per-person errors (5009, 5016, ...) ride on HTTP 200, with null instead of a list of items.
    if entry.error is not None:
        return unknown(window, Problem.NOT_FOUND)
    if entry.schedule_items is None:
        return unknown(window, Problem.UNREADABLE)
    if len(entry.schedule_items) >= MOST_ITEMS:
        return unknown(window, Problem.UNREADABLE)
    try:
        taken = [taken for item in entry.schedule_items if (taken := _taken(item)).fb_type is not FbType.FREE]
        unexplained = tuple(_unexplained(entry.availability_view or "", taken, window, asked.start))
        periods = (*_periods(taken, window), *unexplained)
    except (ValueError, OverflowError, KeyError, OSError):
        return unknown(window, Problem.UNREADABLE)
    doubtful = any(period.fb_type is FbType.UNKNOWN for period in periods)
    return Finding(free_busy=FreeBusy(window=window, periods=periods), problem=Problem.UNREADABLE if doubtful else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taken:
    """An item that was read; it may last no time at all."""

    start: datetime
    end: datetime
    fb_type: FbType


def _taken(item: _Item) -> _Taken:
    start, end = min(_instants(item.start)), max(_instants(item.end))
    if start > end:
        raise ValueError("an item ends before it starts")
    if item.start == item.end:
        end = start
    return _Taken(start=start, end=end, fb_type=_STATUS.get((item.status or "").casefold(), FbType.UNKNOWN))


def _periods(taken: Sequence[_Taken], window: Timespan) -> Iterator[BusyPeriod]:
    for item in taken:
        span = Timespan(item.start, item.end).intersection(window) if item.start < item.end else None
        if span is not None:
            yield BusyPeriod(span=span, fb_type=item.fb_type)


def _unexplained(view: str, taken: Sequence[_Taken], window: Timespan, first: datetime) -> Iterator[BusyPeriod]:
    """Yield what the digits do not call free though no item lies there: the list is not whole, so it is unknown.

    Graph: the digits know no "working elsewhere" (it is 0 there), so they make nothing free and nothing busy. Where
    exactly they begin is not documented: an item that is one digit away explains one, too.
    """
    explained = merged(
        Timespan(max(item.start, window.start) - DIGIT, min(item.end, window.end) + DIGIT)
        for item in taken
        if item.start <= window.end and window.start <= item.end
    )
    for number, digit in enumerate(view):
        if digit == "0":
            continue
        span = Timespan(first + number * DIGIT, first + (number + 1) * DIGIT).intersection(window)
        if span is not None and not any(each.overlaps(span) for each in explained):
            yield BusyPeriod(span=span, fb_type=FbType.UNKNOWN)


def _instants(moment: _Moment) -> tuple[datetime, datetime]:
    """Read a moment, and what else it may mean; Graph writes no offset and seven digits, and names the zone beside it.

    A local time that comes twice or never, where the clocks change, is either of two instants.
    """
    read = datetime.fromisoformat(moment.date_time)
    if read.tzinfo is not None:
        return read.astimezone(UTC), read.astimezone(UTC)
    zone = UTC if moment.time_zone.casefold() in _UTC_NAMES else _zone(moment.time_zone)
    local = read.replace(tzinfo=zone)
    return local.astimezone(UTC), local.replace(fold=1).astimezone(UTC)


def _zone(name: str) -> ZoneInfo:
    """Return a zone called by IANA's name or Windows'; a custom one ("Customized Time Zone") is nobody's to know."""
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError:
        from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

        return ZoneInfo(WINDOWS_TO_OLSON[name])
