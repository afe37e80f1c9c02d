"""Meanings of dates of the calendar, with and without a year, and of days of a month."""

import re
from datetime import date
from typing import Final

from sekimori.desk.domain.phrases.dates import Days, NoSuchDateError, dated, day_of_month, one, without_year
from sekimori.desk.domain.phrases.token import Readings

MONTHS_EN: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_JAPANESE: Final = re.compile(r"[ぁ-んァ-ヶ一-龠]")

_ERA_BEGINS: Final = 2018


def date_named(match: re.Match[str], today: date) -> Readings:
    """Mean a date with or without its year."""
    found = match.groupdict()
    number, day = month_in(match), int(match["day"])
    year = year_in(found, today)
    if year is not None:
        return (one(dated(year, number, day)),)
    return tuple(one(d) for d in without_year(today, number, day))


def year_in(found: dict[str, str | None], today: date) -> int | None:
    """Return the year that a match names, in whatever way; None where it names none."""
    if era := found.get("era"):
        return _ERA_BEGINS + (1 if era == "元" else int(era))
    if relative := found.get("relative"):
        return today.year + {"今年": 0, "本年": 0, "来年": 1, "再来年": 2, "去年": -1, "昨年": -1}[relative]
    year = found.get("year")
    return int(year) if year else None


def month_in(match: re.Match[str]) -> int:
    """Return the number of the month that a match names."""
    word = match["month"]
    return MONTHS_EN.index(word[:3]) + 1 if word[0].isalpha() else int(word)


def slashed(match: re.Match[str], today: date) -> Readings:
    """Mean a date such as 5/6: month first in a Japanese text, either way in an English one."""
    first, second = int(match["month"]), int(match["day"])
    month_first, day_first = (first, second), (second, first)
    if _JAPANESE.search(match.string):
        return _slashed_in_order(match, today, month_first, day_first)
    orders = [order for order in (month_first, day_first) if order[0] <= 12]
    if not orders:
        raise NoSuchDateError
    found = [_with_year(match, today, *order) for order in dict.fromkeys(orders)]
    return tuple(dict.fromkeys(readings[0] for readings in found)) if len(found) > 1 else found[0]


def _slashed_in_order(match: re.Match[str], today: date, order: tuple[int, int], other: tuple[int, int]) -> Readings:
    if order[0] > 12 and other[0] <= 12:
        raise NoSuchDateError(*(days.first for days in _with_year(match, today, *other)))
    return _with_year(match, today, *order)


def _with_year(match: re.Match[str], today: date, number: int, day: int) -> Readings:
    year = match.groupdict().get("year")
    if year:
        return (one(dated(int(year), number, day)),)
    return tuple(one(d) for d in without_year(today, number, day))


def days_of_month(match: re.Match[str], today: date) -> Readings:
    """Mean from one day of a month to another, as in 11月25〜27日."""
    starts = date_named(match, today)
    return tuple(Days(first=d.first, last=_same_or_next_month(d.first, int(match["end"]))) for d in starts)


def _same_or_next_month(start: date, day: int) -> date:
    return dated(start.year, start.month, day) if day >= start.day else day_of_month(start, day)


def monthday_alone(match: re.Match[str], today: date) -> Readings:
    """Mean the coming day of that number."""
    return (one(day_of_month(today, int(match["day"]))),)


def monthdays(match: re.Match[str], today: date) -> Readings:
    """Mean from one day of the month to another, as in 25〜27日."""
    start = day_of_month(today, int(match["day"]))
    return (Days(first=start, last=day_of_month(start, int(match["end"]))),)
