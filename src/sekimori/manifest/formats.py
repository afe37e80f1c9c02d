"""The texts a manifest may hold, each with a pattern or a check, and words for what it should look like."""

import ipaddress
import re
from collections.abc import Callable
from typing import Annotated, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Meta

from sekimori.core.ids import AppId, ChannelId, EnterpriseId, PartnerId, PersonId, TeamId, UserId

GUID_PATTERN: Final = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
_PRINTABLE: Final = r"[^\x00-\x1f\x7f]"
_NAME_PATTERN: Final = "^[a-z0-9][a-z0-9._-]*$"
_HOURS: Final = re.compile(r"^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)$")
_WEEKLY: Final = re.compile(r"^(mon|tue|wed|thu|fri|sat|sun) ([01]\d|2[0-3]):([0-5]\d)$", re.IGNORECASE)
_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Guid = Annotated[str, Meta(pattern=GUID_PATTERN, title="a GUID such as 6f1d2c3b-4a59-4871-8e90-aabbccddeeff")]
AppGuid = Annotated[AppId, Meta(pattern=GUID_PATTERN, title="a GUID such as 6f1d2c3b-4a59-4871-8e90-aabbccddeeff")]
SlackApp = Annotated[str, Meta(pattern="^A[A-Z0-9]+$", title="a Slack app id, A…")]
Team = Annotated[TeamId, Meta(pattern="^T[A-Z0-9]+$", title="a Slack workspace id, T…")]
Enterprise = Annotated[EnterpriseId, Meta(pattern="^E[A-Z0-9]+$", title="a Slack organisation id, E…")]
User = Annotated[UserId, Meta(pattern="^[UW][A-Z0-9]+$", title="a Slack user id, U… or W…")]
Channel = Annotated[ChannelId, Meta(pattern="^[CGD][A-Z0-9]+$", title="a Slack channel id, C… or G…")]
PersonKey = Annotated[PersonId, Meta(pattern=_NAME_PATTERN, title="a short name in lower case such as sato")]
PartnerKey = Annotated[PartnerId, Meta(pattern=_NAME_PATTERN, title="a short name in lower case such as contoso")]
Country = Annotated[str, Meta(pattern="^[A-Z]{2}$", title="a country code of two capital letters such as JP")]
Mailbox = Annotated[str, Meta(pattern=r"^[^@\s]+@[^@\s]+$", title="a mail address")]
Url = Annotated[str, Meta(pattern=r"^https?://[^\s]+$", title="an address that starts with https:// or http://")]
Site = Annotated[str, Meta(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$", title="a site of Datadog, such as datadoghq.eu")]
Text = Annotated[str, Meta(pattern=f"^{_PRINTABLE}+$", title="a text that is not empty, on one line")]
Remark = Annotated[str, Meta(pattern=f"^{_PRINTABLE}*$", title="a text on one line")]
Days = Annotated[int, Meta(ge=1, le=366, title="a number of days from 1 to 366")]
StorageUrl = Annotated[
    str,
    Meta(
        pattern=f"^(sqlite:///|postgresql://){_PRINTABLE}+$",
        title="sqlite:///path-of-the-database or postgresql://role@host/database",
        extra={"check": "storage"},
    ),
]

TimeZone = Annotated[str, Meta(title="a time zone such as Asia/Tokyo", extra={"check": "time zone"})]
Network = Annotated[str, Meta(title="a network such as 203.0.113.10/32", extra={"check": "network"})]
Hours = Annotated[str, Meta(title="hours such as 08:00-20:00", extra={"check": "hours"})]
Break = Annotated[str, Meta(title="hours such as 12:00-13:00, or none", extra={"check": "break"})]
BufferMinutes = Annotated[int, Meta(ge=0, le=240, title="a number of minutes from 0 to 240")]
WeeklyTime = Annotated[str, Meta(title="a weekday and a time such as Mon 08:30", extra={"check": "weekly time"})]
DelayMinutes = Annotated[int, Meta(ge=1, le=2880, title="a number of minutes from 1 to 2880")]
QuietDays = Annotated[int, Meta(ge=1, le=60, title="a number of days from 1 to 60")]
SkewMinutes = Annotated[int, Meta(ge=1, le=120, title="a number of minutes from 1 to 120")]
WaitSeconds = Annotated[int, Meta(ge=0, le=60, title="a number of seconds from 0 to 60")]
AnswerBytes = Annotated[int, Meta(ge=1024, le=10485760, title="a number of bytes from 1024 to 10485760")]
Weeks = Annotated[int, Meta(ge=1, le=6, title="a number of weeks from 1 to 6")]
Listen = Annotated[str, Meta(title="an address such as 127.0.0.1:8484", extra={"check": "listen"})]
Thumbprint = Annotated[
    str, Meta(pattern="^[0-9a-fA-F]{40}$", title="a certificate's SHA-1 thumbprint, 40 hexadecimal digits")
]
GraphCall = Annotated[
    str,
    Meta(
        pattern=r"^[A-Za-z]{3,7} /\S+$",
        title="a call such as POST /users/{mailbox}/calendar/getSchedule, /beta/… where it is that version",
    ),
]
Reference = Annotated[
    str,
    Meta(
        pattern=f"^(env|file|aws-secretsmanager):{_PRINTABLE}+$",
        title="a reference (env:NAME, file:path or aws-secretsmanager:id), never the secret itself",
    ),
]

TokenSource = Annotated[
    str, Meta(pattern=f"^(aws|file:{_PRINTABLE}+)$", title="aws, or file:path of a token that the platform renews")
]


def minutes_of(hours: str) -> tuple[int, int]:
    """Read ``08:00-20:00`` as minutes since midnight, half-open; the end may be 24:00.

    Raises:
        ValueError: it is not written so, or does not end after it starts.
    """
    match = _HOURS.match(hours)
    if match is None:
        raise ValueError("hours are written 08:00-20:00")
    start_hour, start_minute, end_hour, end_minute = map(int, match.groups())
    start, end = start_hour * 60 + start_minute, end_hour * 60 + end_minute
    if not start < end <= 24 * 60:
        raise ValueError("the hours must end after they start, at 24:00 the latest")
    return start, end


def break_of(text: str) -> tuple[int, int] | None:
    """Read hours like :func:`minutes_of`, or ``none``.

    Raises:
        ValueError: it is neither.
    """
    return None if text == "none" else minutes_of(text)


def weekly_of(text: str) -> tuple[int, int]:
    """Read ``Mon 08:30`` as a weekday, Monday 0, and minutes since midnight.

    Raises:
        ValueError: it is not written so.
    """
    match = _WEEKLY.match(text)
    if match is None:
        raise ValueError("a weekly time is written Mon 08:30")
    day, hour, minute = match.groups()
    return _WEEKDAYS.index(day.casefold()), int(hour) * 60 + int(minute)


def address_of(listen: str) -> tuple[str, int]:
    """Split ``127.0.0.1:8484`` or ``[::1]:8484`` into host and port.

    Raises:
        ValueError: there is no port, or it is not a number up to 65535.
    """
    host, colon, port = listen.rpartition(":")
    bracketed = host.startswith("[") and host.endswith("]")
    if not (colon and host and (bracketed or ":" not in host)):
        raise ValueError("an address is written host:port, or [host]:port where the host has colons")
    if not (port.isascii() and port.isdigit() and int(port) <= 65535):
        raise ValueError("a port is a number up to 65535")
    return host.strip("[]"), int(port)


def _time_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError) as error:
        raise ValueError("there is no such time zone") from error


def _storage(address: str) -> None:
    role, at, _ = address.partition("://")[2].partition("@")
    if address.startswith("postgresql:") and ((at and ":" in role) or re.search(r"[?&]password=", address)):
        raise ValueError("the password does not stand in the manifest: name it in storage_password, as env:… or file:…")


def _network(text: str) -> None:
    ipaddress.ip_network(text)


CHECKS: Final[dict[str, Callable[[str], object]]] = {
    "time zone": _time_zone,
    "network": _network,
    "hours": minutes_of,
    "break": break_of,
    "weekly time": weekly_of,
    "listen": address_of,
    "storage": _storage,
}
"""Checks that a pattern cannot express; each raises ValueError with the reason."""
