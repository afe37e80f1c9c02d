"""Writes a calendar as a published feed: events with everything in them, or free/busy alone (RFC 5545)."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from sekimori.sim.calendars import Appointment

TIME_ZONE: Final = "Feed Standard Time"
"""A name that is in no list: who reads the feed needs the definition beside it."""

RANGE: Final = timedelta(days=42)
"""CalConnect: how far a published free/busy reaches when nobody says otherwise."""

_BUSY_STATUS: Final = {
    "free": "FREE",
    "workingElsewhere": "WORKINGELSEWHERE",
    "tentative": "TENTATIVE",
    "busy": "BUSY",
    "oof": "OOF",
}
_FBTYPE: Final = {"tentative": "BUSY-TENTATIVE", "busy": "BUSY", "oof": "BUSY-UNAVAILABLE"}


def event_feed(calendar: tuple[Appointment, ...], *, now: datetime, zone: ZoneInfo) -> str:
    """Write the events, in local time with the zone's definition; ``now`` is when the feed is made."""
    lines = [*_head("PUBLISH"), *_zone(now.year, zone)]
    for number, entry in enumerate(calendar):
        lines += _event(number, entry, now, zone)
    return _text([*lines, "END:VCALENDAR"])


def free_busy_feed(calendar: tuple[Appointment, ...], *, now: datetime) -> str:
    """Write free/busy for the next six weeks; what lies beyond is not in it."""
    start, end = now, now + RANGE
    lines = [*_head("PUBLISH"), "BEGIN:VFREEBUSY", f"DTSTAMP:{_utc(now)}", "UID:freebusy@contoso.example"]
    lines += ["ORGANIZER;CN=Contoso:mailto:vp@contoso.example", f"DTSTART:{_utc(start)}", f"DTEND:{_utc(end)}"]
    for entry in calendar:
        if entry.status in _FBTYPE and entry.start < end and start < entry.end:
            first, last = max(entry.start, start), min(entry.end, end)
            lines.append(f"FREEBUSY;FBTYPE={_FBTYPE[entry.status]}:{_utc(first)}/{_utc(last)}")
    return _text([*lines, "END:VFREEBUSY", "END:VCALENDAR"])


def _head(method: str) -> list[str]:
    return ["BEGIN:VCALENDAR", "PRODID:-//Contoso//Calendar//EN", "VERSION:2.0", f"METHOD:{method}"]


@cache
def _zone(year: int, zone: ZoneInfo) -> tuple[str, ...]:
    """Define the zone by its changes from the year before on: enough for any feed of ours."""
    lines = ["BEGIN:VTIMEZONE", f"TZID:{TIME_ZONE}"]
    day = datetime(year - 1, 1, 1, tzinfo=UTC)
    before = day.astimezone(zone).utcoffset() or timedelta()
    lines += _change("STANDARD", datetime(1970, 1, 1, tzinfo=UTC), before, before)
    for _ in range(4 * 366 * 24):
        day += timedelta(hours=1)
        after = day.astimezone(zone).utcoffset() or timedelta()
        if after != before:
            lines += _change("DAYLIGHT" if after > before else "STANDARD", day, before, after)
            before = after
    return (*lines, "END:VTIMEZONE")


def _change(kind: str, at: datetime, before: timedelta, after: timedelta) -> list[str]:
    local = (at + before).strftime("%Y%m%dT%H%M%S")
    offsets = [f"TZOFFSETFROM:{_offset(before)}", f"TZOFFSETTO:{_offset(after)}"]
    return [f"BEGIN:{kind}", f"DTSTART:{local}", *offsets, f"END:{kind}"]


def _offset(offset: timedelta) -> str:
    minutes = int(offset.total_seconds() // 60)
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02}{abs(minutes) % 60:02}"


def _event(number: int, entry: Appointment, now: datetime, zone: ZoneInfo) -> list[str]:
    first, last = entry.start.astimezone(zone), entry.end.astimezone(zone)
    if entry.all_day:
        times = [f"DTSTART;VALUE=DATE:{first:%Y%m%d}", f"DTEND;VALUE=DATE:{last:%Y%m%d}"]
    else:
        times = [f"{name};TZID={TIME_ZONE}:{at:%Y%m%dT%H%M%S}" for name, at in (("DTSTART", first), ("DTEND", last))]
    return [
        "BEGIN:VEVENT",
        f"UID:{number}-{entry.subject}@contoso.example",
        f"DTSTAMP:{_utc(now)}",
        *times,
        f"SUMMARY:{entry.subject}",
        f"LOCATION:{entry.location}",
        f"DESCRIPTION:{entry.subject} {entry.location}",
        *(f"ATTENDEE;CN={address}:mailto:{address}" for address in entry.attendees),
        f"CLASS:{'PRIVATE' if entry.sensitivity == 'private' else 'PUBLIC'}",
        f"STATUS:{'TENTATIVE' if entry.status == 'tentative' else 'CONFIRMED'}",
        f"TRANSP:{'TRANSPARENT' if entry.status == 'free' else 'OPAQUE'}",
        f"X-MICROSOFT-CDO-BUSYSTATUS:{_BUSY_STATUS[entry.status]}",
        "BEGIN:VALARM",
        f"DESCRIPTION:{entry.subject}",
        "TRIGGER:-PT15M",
        "ACTION:DISPLAY",
        "END:VALARM",
        "END:VEVENT",
    ]


def _utc(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(lines: list[str]) -> str:
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def _folded(line: str) -> list[str]:
    """Fold a line at 75 octets (RFC 5545 §3.1)."""
    pieces, piece = [], ""
    for letter in line:
        if len((piece + letter).encode()) > 74:
            pieces.append(piece)
            piece = " "
        piece += letter
    return [*pieces, piece]
