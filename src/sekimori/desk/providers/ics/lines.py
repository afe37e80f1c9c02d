"""Content lines (RFC 5545 §3.1): takes from a feed what says when, and lets everything else fall.

Only names on a list are looked at; their values may hold the letters of times and rules and nothing more, a UID is
replaced by its digest. No subject, place or person comes further than this.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

_PROPERTIES: Final = {
    "VCALENDAR": frozenset({"CALSCALE", "X-WR-TIMEZONE"}),
    "VTIMEZONE": frozenset({"TZID"}),
    "STANDARD": frozenset({"DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "RRULE", "RDATE"}),
    "DAYLIGHT": frozenset({"DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "RRULE", "RDATE"}),
    "VFREEBUSY": frozenset({"DTSTAMP", "DTSTART", "DTEND", "FREEBUSY"}),
    "VEVENT": frozenset(
        {
            *("UID", "DTSTAMP", "CREATED", "LAST-MODIFIED", "SEQUENCE", "STATUS", "TRANSP"),
            *("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID"),
            "X-MICROSOFT-CDO-BUSYSTATUS",
        }
    ),
}
_INSIDE: Final = {
    None: {"VCALENDAR"},
    "VCALENDAR": {"VTIMEZONE", "VEVENT", "VFREEBUSY"},
    "VTIMEZONE": {"STANDARD", "DAYLIGHT"},
}
_PARAMETERS: Final = {"TZID", "VALUE", "FBTYPE", "RANGE"}
_NAME: Final = re.compile(r"[A-Za-z0-9-]+")
_PARAMETER: Final = re.compile(r';([A-Za-z0-9-]+)=("[^"]*"|[^":;,]*)(?:,(?:"[^"]*"|[^":;,]*))*')
_VALUE: Final = re.compile(r"[A-Za-z0-9:;=,+/ -]*")
_ANY_TEXT: Final = {"TZID", "X-WR-TIMEZONE"}


class FeedUnreadable(Exception):  # noqa: N818 - the name says what happened
    """A feed, or a part of it that matters, cannot be understood for certain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One property that was kept."""

    name: str
    parameters: Mapping[str, str]
    value: str


@dataclass(slots=True, kw_only=True)
class Part:
    """A component that was kept: its properties, and the components inside it."""

    kind: str
    lines: list[Line] = field(default_factory=list)
    parts: list["Part"] = field(default_factory=list)

    def value(self, name: str) -> str | None:
        """Return the value of a property, or None where there is none."""
        return next((line.value for line in self.lines if line.name == name), None)


def calendars_of(body: bytes) -> list[Part]:
    """Read the calendars of a feed.

    Raises:
        FeedUnreadable: it is no calendar, is cut short, or a line that matters is not in its form.
    """
    reader = _Reader()
    for line in _unfolded(body):
        reader.take(line)
    return reader.finished()


def _unfolded(body: bytes) -> Iterator[str]:
    text = body.decode("utf-8", errors="replace").removeprefix("\ufeff")
    text = re.sub(r"\r?\n[ \t]", "", text)
    return (line for line in re.split(r"\r?\n", text) if line)


class _Reader:
    def __init__(self) -> None:
        self._calendars: list[Part] = []
        self._open: list[Part] = []
        self._passed_over: list[str] = []

    def take(self, line: str) -> None:
        match = _NAME.match(line)
        name = match[0].upper() if match else ""
        if name == "BEGIN":
            self._begin(line.partition(":")[2].strip().upper())
        elif name == "END":
            self._end(line.partition(":")[2].strip().upper())
        elif not self._open:
            raise FeedUnreadable("something stands outside a calendar")
        elif not self._passed_over and name in _PROPERTIES[self._open[-1].kind]:
            self._open[-1].lines.append(_line(name, line))

    def finished(self) -> list[Part]:
        if self._open or not self._calendars:
            raise FeedUnreadable("the calendar does not end, or there is none")
        return self._calendars

    def _begin(self, kind: str) -> None:
        above = self._open[-1].kind if self._open else None
        if self._passed_over or kind not in _INSIDE.get(above, ()):
            if above is None:
                raise FeedUnreadable("not a calendar")
            self._passed_over.append(kind)
            return
        part = Part(kind=kind)
        (self._open[-1].parts if self._open else self._calendars).append(part)
        self._open.append(part)

    def _end(self, kind: str) -> None:
        if self._passed_over:
            if self._passed_over.pop() != kind:
                raise FeedUnreadable("components end in another order than they begin")
        elif not self._open or self._open.pop().kind != kind:
            raise FeedUnreadable("components end in another order than they begin")


def _line(name: str, line: str) -> Line:
    parameters, at = {}, len(name)
    while match := _PARAMETER.match(line, at):
        at = match.end()
        if match[1].upper() in _PARAMETERS:
            parameters[match[1].upper()] = match[2].strip('"')
    if line[at : at + 1] != ":":
        raise FeedUnreadable(f"{name} is not in its form")
    return Line(name=name, parameters=parameters, value=_value(name, line[at + 1 :].strip()))


def _value(name: str, value: str) -> str:
    if name == "UID":
        return hashlib.sha256(value.encode()).hexdigest()[:32]
    if name not in _ANY_TEXT and not _VALUE.fullmatch(value):
        raise FeedUnreadable(f"{name} holds what it cannot")
    return value
