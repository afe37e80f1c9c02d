"""Meanings of words that count from a day: in three days, 2週間, a week from Friday."""

import re
from datetime import date
from typing import Final

from sekimori.desk.domain.phrases.dates import Days, day_of_week, later, months_later, one, working_day_later
from sekimori.desk.domain.phrases.token import Meaning, Readings
from sekimori.desk.domain.phrases.weekly import weekday_of

_DAYS_EACH: Final = {"days": 1, "weeks": 7, "years": 365}


def in_days(offset: int) -> Meaning:
    """Mean the day so many days away."""
    return lambda _match, today: (one(later(today, offset)),)


def counted(unit: str) -> Meaning:
    """Mean the day so many days, weeks, months or working days away."""

    def meaning(match: re.Match[str], today: date) -> Readings:
        return (one(_away(today, count_of(match), unit)),)

    return meaning


def _away(today: date, count: int, unit: str) -> date:
    if unit == "months":
        return months_later(today, count)
    if unit == "working days":
        return working_day_later(today, count)
    return later(today, count * {"days": 1, "weeks": 7, "days ago": -1, "weeks ago": -7}[unit])


def length(unit: str) -> Meaning:
    """Mean so many days from a day on, that day included."""

    def meaning(match: re.Match[str], start: date) -> Readings:
        count = count_of(match)
        if count == 0:
            return ()
        end = months_later(start, count) if unit == "months" else later(start, count * _DAYS_EACH[unit])
        return (Days(first=start, last=later(end, -1)),)

    return meaning


def count_of(match: re.Match[str]) -> int:
    """Return the number in a match; without one, or as an article, it is one."""
    count = match.groupdict().get("count")
    return int(count) if count and count.isdigit() else 1


def week_from(weeks_each: str) -> Meaning:
    """Mean the day a week or more from another: a week from Friday, tomorrow week."""

    def meaning(match: re.Match[str], today: date) -> Readings:
        count = 2 if weeks_each == "fortnight" else count_of(match)
        word = match.groupdict().get("weekday")
        start = day_of_week(later(today, 1), weekday_of(word)) if word else today
        return (one(later(start, 7 * count + (1 if "tomorrow" in match[0] else 0))),)

    return meaning
