"""The meanings that words for days share in both languages."""

import re
from datetime import date, timedelta
from typing import Final

from sekimori.desk.domain.phrases.dates import (
    Days,
    NoSuchDateError,
    dated,
    day_of_month,
    day_of_week,
    later,
    monday,
    month,
    month_of,
    months_later,
    one,
    readings_of_next,
    week,
    without_year,
    working_day_later,
)
from sekimori.desk.domain.phrases.token import Meaning, Readings

WEEKDAYS_JA: Final = "月火水木金土日"
WEEKDAYS_EN: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS_EN: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_JAPANESE: Final = re.compile(r"[ぁ-んァ-ヶ一-龠]")
_ERA_BEGINS: Final = 2018
_SUNDAY: Final = 6


def weekday_of(word: str) -> int:
    """Return a weekday's number, Monday being 0."""
    return WEEKDAYS_JA.index(word[0]) if word[0] in WEEKDAYS_JA else WEEKDAYS_EN.index(word[:3])


def in_days(offset: int) -> Meaning:
    """Mean the day so many days away."""
    return lambda _match, today: (one(later(today, offset)),)


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


_DAYS_EACH: Final = {"days": 1, "weeks": 7, "years": 365}


def count_of(match: re.Match[str]) -> int:
    """Return the number in a match; without one, or as an article, it is one."""
    count = match.groupdict().get("count")
    return int(count) if count and count.isdigit() else 1


def date_named(match: re.Match[str], today: date) -> Readings:
    """Mean a date with or without its year."""
    found = match.groupdict()
    number, day = _month_number(match), int(match["day"])
    year = _year(found, today)
    if year is not None:
        return (one(dated(year, number, day)),)
    return tuple(one(d) for d in without_year(today, number, day))


def _year(found: dict[str, str | None], today: date) -> int | None:
    if era := found.get("era"):
        return _ERA_BEGINS + (1 if era == "元" else int(era))
    if relative := found.get("relative"):
        return today.year + {"今年": 0, "本年": 0, "来年": 1, "再来年": 2, "去年": -1, "昨年": -1}[relative]
    year = found.get("year")
    return int(year) if year else None


def _month_number(match: re.Match[str]) -> int:
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


def in_months(offset: int) -> Meaning:
    """Mean a month, or its day where one is named."""

    def meaning(match: re.Match[str], today: date) -> Readings:
        found = month(today, offset)
        day = match.groupdict().get("day")
        return (one(dated(found.first.year, found.first.month, int(day))),) if day else (found,)

    return meaning


def month_named(match: re.Match[str], today: date) -> Readings:
    """Mean a month by its name: this year's, or next year's where it is over."""
    number = _month_number(match)
    year = _year(match.groupdict(), today)
    if year is None:
        month_of(today.year, number)
        year = today.year if number >= today.month else today.year + 1
    return (month_of(year, number),)


_PARTS: Final = {
    "末": (-1, -1), "初": (1, 1), "頭": (1, 1), "上": (1, 10), "中": (11, 20), "下": (21, -1), "前": (1, 15),
    "後": (16, -1), "end": (-1, -1), "beginning": (1, 1), "start": (1, 1), "early": (1, 10), "mid": (11, 20),
    "late": (21, -1), "first": (1, 15), "second": (16, -1),
}  # fmt: skip


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


def iso_week(match: re.Match[str], today: date) -> Readings:
    """Mean a numbered week (ISO 8601), this year's or, where it is over, next year's."""
    number = int(match["count"])
    year = today.isocalendar().year + (1 if number < today.isocalendar().week else 0)
    try:
        first = date.fromisocalendar(year, number, 1)
    except ValueError as error:
        raise NoSuchDateError from error
    return (Days(first=first, last=first + timedelta(days=6)),)


def week_from(weeks_each: str) -> Meaning:
    """Mean the day a week or more from another: a week from Friday, tomorrow week."""

    def meaning(match: re.Match[str], today: date) -> Readings:
        count = 2 if weeks_each == "fortnight" else count_of(match)
        word = match.groupdict().get("weekday")
        start = day_of_week(later(today, 1), weekday_of(word)) if word else today
        return (one(later(start, 7 * count + (1 if "tomorrow" in match[0] else 0))),)

    return meaning
