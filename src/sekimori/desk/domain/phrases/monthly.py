"""Meanings of words for months, their parts, and the year."""

import re
from datetime import date
from typing import Final

from sekimori.desk.domain.phrases.dated import month_in, year_in
from sekimori.desk.domain.phrases.dates import Days, dated, month, month_of, one
from sekimori.desk.domain.phrases.token import Meaning, Readings

_PARTS: Final = {
    "末": (-1, -1), "初": (1, 1), "頭": (1, 1), "上": (1, 10), "中": (11, 20), "下": (21, -1), "前": (1, 15),
    "後": (16, -1), "end": (-1, -1), "beginning": (1, 1), "start": (1, 1), "early": (1, 10), "mid": (11, 20),
    "late": (21, -1), "first": (1, 15), "second": (16, -1),
}  # fmt: skip


def in_months(offset: int) -> Meaning:
    """Mean a month, or its day where one is named."""

    def meaning(match: re.Match[str], today: date) -> Readings:
        found = month(today, offset)
        day = match.groupdict().get("day")
        return (one(dated(found.first.year, found.first.month, int(day))),) if day else (found,)

    return meaning


def month_named(match: re.Match[str], today: date) -> Readings:
    """Mean a month by its name: this year's, or next year's where it is over."""
    number = month_in(match)
    year = year_in(match.groupdict(), today)
    if year is None:
        month_of(today.year, number)
        year = today.year if number >= today.month else today.year + 1
    return (month_of(year, number),)


def part_of(whole: Meaning) -> Meaning:
    """Mean a part of a month: its end is its last day, its decades are 1-10, 11-20 and 21 to the end."""

    def meaning(match: re.Match[str], today: date) -> Readings:
        (days,) = whole(match, today)
        first, last = _PARTS[match["part"]]
        starts = days.last if first < 0 else days.first.replace(day=first)
        ends = days.last if last < 0 else days.first.replace(day=last)
        return (Days(first=starts, last=ends),)

    return meaning


def rest_of(whole: Meaning) -> Meaning:
    """Mean what is left of a week, a month or a year, today included."""

    def meaning(match: re.Match[str], today: date) -> Readings:
        (days,) = whole(match, today)
        return (Days(first=max(today, days.first), last=days.last),)

    return meaning


def this_year(_match: re.Match[str], today: date) -> Readings:
    """Mean this year."""
    return (Days(first=date(today.year, 1, 1), last=date(today.year, 12, 31)),)


def year_turn(_match: re.Match[str], today: date) -> Readings:
    """Mean the days around the turn of the year on which Japan's offices are closed: 29 December to 3 January."""
    year = today.year if today > date(today.year, 1, 3) else today.year - 1
    return (Days(first=date(year, 12, 29), last=date(year + 1, 1, 3)),)
