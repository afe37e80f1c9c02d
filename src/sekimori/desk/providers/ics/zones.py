"""Time zones of a feed (RFC 5545 §3.6.5): known ones by their names, others by the definition in the feed."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from sekimori.desk.providers.ics.lines import FeedUnreadable, Line, Part

_UTC: Final = {"Z", "GMT", "UTC", "TZONE://MICROSOFT/UTC"}


def known_zone(name: str) -> str | None:
    """Return the IANA name of a zone called so by IANA, by Windows, or with a vendor's prefix (§3.2.19)."""
    if name.upper() in _UTC:
        return "UTC"
    if name in WINDOWS_TO_OLSON:
        return WINDOWS_TO_OLSON[name]
    steps = name.strip("/").split("/")
    candidates = ("/".join(steps[first:]) for first in range(len(steps) if name.startswith("/") else 1))
    return next((candidate for candidate in candidates if _is_zone(candidate)), None)


def defined_zones(calendars: list[Part]) -> tuple[Mapping[str, str], list[Part]]:
    """Give each zone that only the feed knows a name made of its definition; return names and definitions.

    The parser keeps zones by name for the whole process: two feeds that call different zones the same must not get
    each other's.
    """
    names: dict[str, str] = {}
    definitions: dict[str, Part] = {}
    for zone in _zones(calendars):
        called = zone.value("TZID") or ""
        if known_zone(called) is None and zone.parts:
            name = f"X-{hashlib.sha256(repr(zone.parts).encode()).hexdigest()[:24]}"
            if names.setdefault(called, name) != name:
                raise FeedUnreadable("two time zones have one name")
            definitions[name] = Part(
                kind="VTIMEZONE", lines=[Line(name="TZID", parameters={}, value=name)], parts=zone.parts
            )
    return names, list(definitions.values())


def _zones(calendars: list[Part]) -> Iterator[Part]:
    for calendar in calendars:
        yield from (part for part in calendar.parts if part.kind == "VTIMEZONE")


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
