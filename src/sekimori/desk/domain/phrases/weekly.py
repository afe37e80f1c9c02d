"""Meanings of words for weeks and their days, shared by both languages."""

import re
from datetime import date, timedelta
from typing import Final

from sekimori.desk.domain.phrases.dates import (
    Days,
    NoSuchDateError,
    day_of_week,
    later,
    monday,
    one,
    readings_of_next,
    week,
)
from sekimori.desk.domain.phrases.token import Meaning, Readings

WEEKDAYS_JA: Final = "月火水木金土日"

WEEKDAYS_EN: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_SUNDAY: Final = 6


def weekday_of(word: str) -> int:
    """Return a weekday's number, Monday being 0."""
    return WEEKDAYS_JA.index(word[0]) if word[0] in WEEKDAYS_JA else WEEKDAYS_EN.index(word[:3])


def in_weeks(offset: int) -> Meaning:
    """Mean a week, or its weekday where one is named; a Sunday may belong to either of two weeks."""

    def meaning(match: re.Match[str], today: date) -> Readings:
        word = match.groupdict().get("weekday")
        if not word:
            return (week(today, offset),)
        day = later(monday(today, offset), weekday_of(word))
        before = later(day, -7)
        if weekday_of(word) == _SUNDAY and offset > 0 and before > today:
            return one(day), one(before)
        return (one(day),)

    return meaning


def part_of_week(offset: int, first: int, last: int) -> Meaning:
    """Mean some days of a week, as the weekend."""

    def meaning(_match: re.Match[str], today: date) -> Readings:
        start = monday(today, offset)
        return (Days(first=later(start, first), last=later(start, last)),)

    return meaning


def vague_part_of_week(offset: int, *parts: tuple[int, int]) -> Meaning:
    """Mean a part of a week on whose edges people do not agree."""

    def meaning(_match: re.Match[str], today: date) -> Readings:
        start = monday(today, offset)
        return tuple(Days(first=later(start, first), last=later(start, last)) for first, last in parts)

    return meaning


def between_weekdays(offset: int) -> Meaning:
    """Mean from one weekday of a week to another."""

    def meaning(match: re.Match[str], today: date) -> Readings:
        start = monday(today, offset)
        first, last = weekday_of(match["from"]), weekday_of(match["to"])
        return (Days(first=later(start, first), last=later(start, last if last >= first else last + 7)),)

    return meaning


def coming_weekdays(match: re.Match[str], today: date) -> Readings:
    """Mean from the coming weekday to another after it; it may have begun, or be next week's."""
    first, last = weekday_of(match["from"]), weekday_of(match["to"])
    start = day_of_week(today, first)
    days = Days(first=start, last=later(start, (last - first) % 7))
    return (days, Days(first=later(days.first, 7), last=later(days.last, 7))) if start == today else (days,)


def listed_weekdays(offset: int) -> Meaning:
    """Mean several weekdays of a week, each on its own."""

    def meaning(match: re.Match[str], today: date) -> Readings:
        start = monday(today, offset)
        return tuple(one(later(start, weekday_of(c))) for c in match["list"] if c in WEEKDAYS_JA)

    return meaning


def weekend(shift: int) -> Meaning:
    """Mean the coming weekend, or one so many weeks later."""

    def meaning(_match: re.Match[str], today: date) -> Readings:
        start = later(monday(today, shift), 5)
        return (Days(first=start, last=later(start, 1)),)

    return meaning


def next_weekend(_match: re.Match[str], today: date) -> Readings:
    """Mean the coming weekend, or the one of next week."""
    weekends = (Days(first=later(monday(today, n), 5), last=later(monday(today, n), 6)) for n in (0, 1))
    return tuple(days for days in weekends if days.first > today)


def this_weekday(match: re.Match[str], today: date) -> Readings:
    """Mean a weekday of this week; where it is over, perhaps the coming one."""
    day = later(monday(today), weekday_of(match["weekday"]))
    return (one(day),) if day >= today else (one(later(day, 7)), one(day))


def next_weekday(match: re.Match[str], today: date) -> Readings:
    """Mean the coming weekday, or that of next week."""
    return tuple(one(day) for day in readings_of_next(today, weekday_of(match["weekday"])))


def coming_weekday(match: re.Match[str], today: date) -> Readings:
    """Mean the coming weekday, not today."""
    return (one(day_of_week(later(today, 1), weekday_of(match["weekday"]))),)


def weekday_alone(match: re.Match[str], today: date) -> Readings:
    """Mean the coming weekday; on that weekday itself it may be today or in a week."""
    day = day_of_week(today, weekday_of(match["weekday"]))
    return (one(day), one(later(day, 7))) if day == today else (one(day),)


def iso_week(match: re.Match[str], today: date) -> Readings:
    """Mean a numbered week (ISO 8601), this year's or, where it is over, next year's."""
    number = int(match["count"])
    year = today.isocalendar().year + (1 if number < today.isocalendar().week else 0)
    try:
        first = date.fromisocalendar(year, number, 1)
    except ValueError as error:
        raise NoSuchDateError from error
    return (Days(first=first, last=first + timedelta(days=6)),)
