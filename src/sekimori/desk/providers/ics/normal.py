"""Writes what was kept of a feed so that nothing is left open: every time has its zone, every rule is sane."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from sekimori.desk.providers.ics.lines import FeedUnreadable, Line, Part
from sekimori.desk.providers.ics.rules import check_rule
from sekimori.desk.providers.ics.zones import defined_zones, known_zone

_TIMES: Final = {"DTSTART", "DTEND", "RDATE", "EXDATE", "RECURRENCE-ID", "FREEBUSY"}
_DATES: Final = re.compile(r"\d{8}(,\d{8})*")


def normal_text(calendars: list[Part], *, zone: str) -> str:
    """Write the calendars as one; ``zone`` is where times without a zone are meant, unless the feed names another.

    Raises:
        FeedUnreadable: a zone is not known, a rule is not one, or the years are not Gregorian.
    """
    names, definitions = defined_zones(calendars)
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//sekimori//EN"]
    for definition in definitions:
        lines += _written(definition)
    for calendar in calendars:
        if (calendar.value("CALSCALE") or "GREGORIAN").upper() != "GREGORIAN":
            raise FeedUnreadable("the years are not Gregorian")
        floating = known_zone(calendar.value("X-WR-TIMEZONE") or "") or zone
        for part in calendar.parts:
            if part.kind != "VTIMEZONE":
                lines += _written(Part(kind=part.kind, lines=[_zoned(line, names, floating) for line in part.lines]))
    return "\r\n".join([*lines, "END:VCALENDAR", ""])


def _written(part: Part) -> Iterator[str]:
    yield f"BEGIN:{part.kind}"
    for line in part.lines:
        if line.name == "RRULE":
            check_rule(line.value)
        parameters = "".join(f";{name}={value}" for name, value in line.parameters.items())
        yield f"{line.name}{parameters}:{line.value}"
    for inner in part.parts:
        yield from _written(inner)
    yield f"END:{part.kind}"


def _zoned(line: Line, names: Mapping[str, str], floating: str) -> Line:
    if line.name not in _TIMES:
        return replace(line, parameters={})
    kept = {name: _word(line.parameters[name]) for name in ("VALUE", "FBTYPE", "RANGE") if name in line.parameters}
    if _DATES.fullmatch(line.value):
        return replace(line, parameters={**kept, "VALUE": "DATE"})
    kept = {name: value for name, value in kept.items() if (name, value) != ("VALUE", "DATE-TIME")}
    if "Z" in line.value:
        return replace(line, parameters=kept)
    called = line.parameters.get("TZID")
    zone = floating if called is None else known_zone(called) or names.get(called)
    if zone is None:
        raise FeedUnreadable("a time zone is not known")
    return replace(line, parameters={**kept, "TZID": zone})


def _word(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9-]+", value):
        raise FeedUnreadable("a parameter is not in its form")
    return value.upper()
