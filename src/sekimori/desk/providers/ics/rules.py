"""Recurrence rules (RFC 5545 §3.3.10) that are followed: those that people's calendars write.

The expansion looks for the next occurrence to the year 9999, however long that takes. What could make it look in
vain, day by day or hour by hour, is refused; by month and by year it is done soon enough.
"""

from collections.abc import Mapping
from typing import Final

from sekimori.desk.providers.ics.lines import FeedUnreadable

MOST_TIMES_A_DAY: Final = 4

_FREQUENCIES: Final = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
_WITHIN_A_DAY: Final = ("BYHOUR", "BYMINUTE", "BYSECOND")
_DAY_BY_DAY: Final = {"DAILY", "WEEKLY"}
_IN_VAIN: Final = {"BYSETPOS", "BYYEARDAY", "BYWEEKNO"}
_KNOWN: Final = {
    *_IN_VAIN,
    *_WITHIN_A_DAY,
    "FREQ",
    "INTERVAL",
    "COUNT",
    "UNTIL",
    "BYDAY",
    "BYMONTH",
    "BYMONTHDAY",
    "WKST",
}


def check_rule(rule: str) -> None:
    """Refuse a rule that is not followed.

    Raises:
        FeedUnreadable: it is one of these.
    """
    parts = dict(pair.upper().partition("=")[::2] for pair in rule.split(";"))
    if not (_is_plain(parts) and _comes_soon(parts)):
        raise FeedUnreadable("a rule that no calendar of a person has")


def _is_plain(parts: Mapping[str, str]) -> bool:
    # RFC 7529 has rules for years of other kinds: their names are not known here.
    times = 1
    for name in _WITHIN_A_DAY:
        times *= len(parts.get(name, "").split(","))
    positive = parts.get("INTERVAL", "1").isdecimal() and int(parts.get("INTERVAL", "1")) > 0
    return parts.keys() <= _KNOWN and parts.get("FREQ") in _FREQUENCIES and positive and times <= MOST_TIMES_A_DAY


def _comes_soon(parts: Mapping[str, str]) -> bool:
    if parts["FREQ"] not in _DAY_BY_DAY:
        return True
    days = parts.get("BYMONTHDAY", "1").split(",")
    every_month_has = all(day.lstrip("+-").isdecimal() and 1 <= int(day.lstrip("+-")) <= 28 for day in days)
    return every_month_has and not _IN_VAIN & parts.keys()
