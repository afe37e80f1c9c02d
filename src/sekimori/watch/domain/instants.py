"""Instants as logs write them."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

# Entra: seven fractional digits; Log Analytics exports put a space for the T; Microsoft 365 writes UTC without zone.
_ISO: Final = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s*(Z|UTC|[+-]\d\d:?\d\d)?", re.IGNORECASE
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECONDS_FROM: Final = 10_000_000_000
"""Numbers below it are seconds, numbers from it on are milliseconds."""


def parse_instant(value: object) -> datetime | None:
    """Return the instant, in UTC and cut to microseconds, or None where the value is none.

    Takes ISO 8601 with any number of fractional digits (no zone means UTC), and Unix time in seconds or milliseconds.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return _from_unix(value)
    if not isinstance(value, str) or (found := _ISO.fullmatch(value.strip())) is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    microsecond = int((fraction or "0")[:6].ljust(6, "0"))
    try:
        local = datetime(
            int(year), int(month), int(day), int(hour), int(minute), int(second or 0), microsecond, tzinfo=UTC
        )
        return local - _offset(zone)
    except (ValueError, OverflowError):
        return None


def _from_unix(value: float) -> datetime | None:
    try:
        seconds = value / 1000 if abs(value) >= _MILLISECONDS_FROM else value
        return _EPOCH + timedelta(seconds=seconds)
    except (OverflowError, ValueError):
        return None


def _offset(zone: str | None) -> timedelta:
    if zone is None or zone.upper() in {"Z", "UTC"}:
        return timedelta()
    digits = zone[1:].replace(":", "")
    size = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -size if zone[0] == "-" else size
