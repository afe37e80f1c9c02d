"""Leaves out events that cannot touch a window, before anything is computed: most of a feed is the past."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import count
from typing import Final

from sekimori.core.timespan import Timespan
from sekimori.desk.providers.ics.lines import Part

_DAY: Final = re.compile(r"\d{8}")
_UNTIL: Final = re.compile(r"UNTIL=(\d{8})")
_AROUND: Final = timedelta(days=2)
_LONGEST: Final = timedelta(days=60)
"""How long the last occurrence of a rule may last after the rule's end."""


def relevant(events: Iterable[Part], window: Timespan) -> Iterator[Part]:
    """Return the events that may touch a window, and whatever belongs to one of these; in doubt, all.

    An event that was moved away still says that it is no longer where the rule has it: events of one name stay
    together.
    """
    groups: defaultdict[str, list[Part]] = defaultdict(list)
    number = count()
    for event in events:
        groups[event.value("UID") or f"none-{next(number)}"].append(event)
    first, last = f"{window.start - _AROUND:%Y%m%d}", f"{window.end + _AROUND:%Y%m%d}"
    long_before = f"{window.start - _LONGEST:%Y%m%d}"
    for group in groups.values():
        if any(_may_touch(event, first, last, long_before) for event in group):
            yield from group


def _may_touch(event: Part, first: str, last: str, long_before: str) -> bool:
    start, end = _day(event, "DTSTART"), _day(event, "DTEND")
    if start is None or event.value("RDATE"):
        return True
    if rule := event.value("RRULE"):
        until = _UNTIL.search(rule.upper())
        return not (until and until[1] < long_before and _is_short(event)) and start <= last
    if end is None:
        end = start if _is_short(event) else last
    return max(start, end) >= first and min(start, end) <= last


def _day(event: Part, name: str) -> str | None:
    match = _DAY.match(event.value(name) or "")
    return match[0] if match else None


def _is_short(event: Part) -> bool:
    """Say whether an event lasts for a month at most, as far as that can be seen without reckoning."""
    start, end = _day(event, "DTSTART"), _day(event, "DTEND")
    if event.value("DURATION"):
        return False
    return end is None or start is None or abs(int(end) - int(start)) <= 100
