"""Reads Google's answer to ``freeBusy.query``: when each calendar is busy, and nothing else."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

import msgspec

from sekimori.core.timespan import Timespan
from sekimori.desk.domain.free_busy import BusyPeriod, FbType, FreeBusy
from sekimori.desk.domain.ports import Finding, Problem
from sekimori.desk.windows import together, uncovered, unknown

# Google: "Additional error types may be added in the future".
_REASONS: Final = {
    "notFound": Problem.NOT_FOUND,
    "forbidden": Problem.FORBIDDEN,
    "rateLimitExceeded": Problem.THROTTLED,
    "tooManyCalendarsRequested": Problem.REFUSED_REQUEST,
    "groupTooBig": Problem.REFUSED_REQUEST,
}


class _Busy(msgspec.Struct, frozen=True):
    start: str
    end: str


class _Trouble(msgspec.Struct, frozen=True):
    reason: str = ""


class _Calendar(msgspec.Struct, frozen=True):
    busy: list[_Busy] | None = None
    errors: list[_Trouble] | None = None


class _Group(msgspec.Struct, frozen=True):
    errors: list[_Trouble] | None = None


class _Answer(msgspec.Struct, frozen=True, rename="camel"):
    calendars: dict[str, _Calendar]
    groups: dict[str, _Group] | None = None
    error: _Trouble | None = None
    time_min: str | None = None
    time_max: str | None = None


class _ErrorBody(msgspec.Struct, frozen=True):
    errors: list[_Trouble] = []


class _Refusal(msgspec.Struct, frozen=True):
    error: _ErrorBody


def parse(body: bytes, *, calendars: Sequence[str], window: Timespan) -> Finding:
    """Read what an answer says about the calendars asked for, laid over each other.

    Google knows only "busy": tentative, accepted and out of office alike.
    """
    try:
        answer = msgspec.json.decode(body, type=_Answer)
        covered = _covered(answer, window)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError, OverflowError):
        return unknown(window, Problem.UNREADABLE)
    found = {name.casefold(): calendar for name, calendar in answer.calendars.items()}
    if found.keys() != {name.casefold() for name in calendars} or len(found) != len(answer.calendars):
        return unknown(window, Problem.UNREADABLE)
    if answer.error is not None or any(group.errors for group in (answer.groups or {}).values()):
        return unknown(window, Problem.UNREADABLE)
    read = together(window, (_read(calendar, window) for calendar in found.values()))
    beyond = uncovered(window, covered)
    if not beyond:
        return read
    periods = (*read.free_busy.periods, *beyond)
    return Finding(free_busy=FreeBusy(window=window, periods=periods), problem=read.problem or Problem.UNREADABLE)


def reason_of(body: bytes) -> str:
    """Read the code in the body of an error, such as ``timeRangeTooLong``; empty where there is none."""
    try:
        errors = msgspec.json.decode(body, type=_Refusal).error.errors
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
    return errors[0].reason if errors else ""


def _covered(answer: _Answer, window: Timespan) -> list[Timespan]:
    """Return the span the answer says it is about: Google repeats what was asked."""
    start = _instant(answer.time_min) if answer.time_min else window.start
    end = _instant(answer.time_max) if answer.time_max else window.end
    return [Timespan(start, end)]


def _read(calendar: _Calendar, window: Timespan) -> Finding:
    # Google: a calendar's errors ride on HTTP 200.
    if calendar.errors:
        return unknown(window, _REASONS.get(calendar.errors[0].reason, Problem.UNAVAILABLE))
    if calendar.busy is None:
        return unknown(window, Problem.UNREADABLE)
    try:
        return Finding(free_busy=FreeBusy(window=window, periods=tuple(_periods(calendar.busy, window))))
    except (ValueError, OverflowError):
        return unknown(window, Problem.UNREADABLE)


def _periods(busy: list[_Busy], window: Timespan) -> Iterator[BusyPeriod]:
    for item in busy:
        start, end = _instant(item.start), _instant(item.end)
        if start == end:
            continue
        span = Timespan(start, end).intersection(window)
        if span is not None:
            yield BusyPeriod(span=span, fb_type=FbType.BUSY)


def _instant(text: str) -> datetime:
    read = datetime.fromisoformat(text)
    if read.tzinfo is None:
        raise ValueError("an instant of Google's has its offset")
    return read
