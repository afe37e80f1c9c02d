"""Words for days, in Japanese and English, and the days they mean.

Text comes in as :func:`sekimori.desk.domain.names.plain` leaves it. A week runs from Monday to Sunday.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """Local days from ``first`` to ``last``, both inclusive."""

    first: date
    last: date


class NoSuchDateError(ValueError):
    """The words name a day that the calendar does not have, such as 30 February."""


def _one(day: date) -> Days:
    return Days(first=day, last=day)


def _in_days(offset: int) -> "Meaning":
    return lambda _match, today: _one(today + timedelta(days=offset))


def _monday(today: date, weeks: int) -> date:
    return today - timedelta(days=today.weekday()) + timedelta(weeks=weeks)


def _in_weeks(offset: int) -> "Meaning":
    def meaning(match: re.Match[str], today: date) -> Days:
        monday = _monday(today, offset)
        weekday = match.groupdict().get("weekday")
        if weekday:
            return _one(monday + timedelta(days=_weekday(weekday)))
        return Days(first=monday, last=monday + timedelta(days=6))

    return meaning


def _in_months(offset: int) -> "Meaning":
    def meaning(_match: re.Match[str], today: date) -> Days:
        year, month = divmod(today.year * 12 + today.month - 1 + offset, 12)
        return Days(first=date(year, month + 1, 1), last=date(year, month + 1, monthrange(year, month + 1)[1]))

    return meaning


def _coming(shift: int) -> "Meaning":
    def meaning(match: re.Match[str], today: date) -> Days:
        earliest = today + timedelta(days=shift)
        return _one(earliest + timedelta(days=(_weekday(match["weekday"]) - earliest.weekday()) % 7))

    return meaning


def _counted(days_each: int) -> "Meaning":
    def meaning(match: re.Match[str], today: date) -> Days:
        count = int(match["count"])
        if count > _FAR:
            raise NoSuchDateError
        return _one(today + timedelta(days=days_each * count))

    return meaning


def _dated(match: re.Match[str], today: date) -> Days:
    found = match.groupdict()
    month = found.get("month")
    month_number = _MONTHS.index(month[:3]) + 1 if month and month.isalpha() else int(month or today.month)
    day = int(match["day"])
    if era := found.get("era"):
        return _one(_date(2018 + (1 if era == "元" else int(era)), month_number, day))
    if year := found.get("year"):
        return _one(_date(int(year), month_number, day))
    return _one(_nearest(today, month_number, day))


def _nearest(today: date, month: int, day: int) -> date:
    this_year = _date(today.year, month, day)
    return this_year if this_year >= today - timedelta(days=180) else _date(today.year + 1, month, day)


def _date(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise NoSuchDateError from error


def _weekday(word: str) -> int:
    return _WEEKDAYS_JA.index(word) if word in _WEEKDAYS_JA else _WEEKDAYS_EN.index(word[:3])


Meaning = Callable[[re.Match[str], date], Days]

_FAR: Final = 3660
_WEEKDAYS_JA: Final = "月火水木金土日"
_WEEKDAYS_EN: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_JA_DAY = r"(?P<weekday>[月火水木金土日])曜日?"
_EN_DAY = (
    r"(?P<weekday>mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?"
    r"|sat(?:urday)?|sun(?:day)?)"
)
_EN_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_EN_NUMBER = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_NAMED_DAY = r"(?:\s*\([月火水木金土日a-z]+\.?\))?"


def _ja(pattern: str, meaning: Meaning) -> tuple[re.Pattern[str], Meaning]:
    return re.compile(pattern), meaning


def _en(pattern: str, meaning: Meaning) -> tuple[re.Pattern[str], Meaning]:
    return re.compile(rf"(?<![a-z])(?:{pattern})(?![a-z])"), meaning


RULES: Final[tuple[tuple[re.Pattern[str], Meaning], ...]] = (
    _ja(rf"(?P<year>\d{{4}})年(?P<month>\d{{1,2}})月(?P<day>\d{{1,2}})日{_NAMED_DAY}", _dated),
    _ja(rf"令和(?P<era>元|\d{{1,2}})年(?P<month>\d{{1,2}})月(?P<day>\d{{1,2}})日{_NAMED_DAY}", _dated),
    _ja(rf"(?<!\d)(?P<month>\d{{1,2}})月(?P<day>\d{{1,2}})日{_NAMED_DAY}", _dated),
    _ja(rf"(?<!\d)(?P<year>\d{{4}})[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}})(?!\d){_NAMED_DAY}", _dated),
    _ja(rf"(?<![\d/])(?P<month>\d{{1,2}})/(?P<day>\d{{1,2}})(?![\d/]){_NAMED_DAY}", _dated),
    _ja(rf"(?:再来週|さらいしゅう)(?:の?{_JA_DAY})?", _in_weeks(2)),
    _ja(rf"(?:来週|らいしゅう|翌週)(?:の?{_JA_DAY})?", _in_weeks(1)),
    _ja(rf"(?:今週|こんしゅう)(?:の?{_JA_DAY})?", _in_weeks(0)),
    _ja(rf"先週(?:の?{_JA_DAY})?", _in_weeks(-1)),
    _ja(rf"次の?{_JA_DAY}", _coming(1)),
    _ja(_JA_DAY, _coming(0)),
    _ja(r"明後日|あさって", _in_days(2)),
    _ja(r"一昨日|おととい", _in_days(-2)),
    _ja(r"明日(?![香菜美子人花葉])|あした|あす(?![かな])", _in_days(1)),
    _ja(r"今日(?!子)|本日|きょう(?!こ)", _in_days(0)),
    _ja(r"昨日|きのう", _in_days(-1)),
    _ja(r"(?P<count>\d{1,4})日後", _counted(1)),
    _ja(r"(?P<count>\d{1,3})週間?後", _counted(7)),
    _ja(r"再来月", _in_months(2)),
    _ja(r"来月", _in_months(1)),
    _ja(r"今月", _in_months(0)),
    _en(rf"{_EN_MONTH}\s+{_EN_NUMBER}(?:,?\s+(?P<year>\d{{4}}))?", _dated),
    _en(rf"{_EN_NUMBER}\s+(?:of\s+)?{_EN_MONTH}(?:,?\s+(?P<year>\d{{4}}))?", _dated),
    _en(r"(?:the\s+)?week after next", _in_weeks(2)),
    _en(rf"{_EN_DAY}\s+next\s+week", _in_weeks(1)),
    _en(rf"next\s+(?:week(?:\s+(?:on\s+)?{_EN_DAY})?)", _in_weeks(1)),
    _en(rf"next\s+{_EN_DAY}", _in_weeks(1)),
    _en(rf"this\s+{_EN_DAY}", _in_weeks(0)),
    _en(r"this\s+week", _in_weeks(0)),
    _en(r"last\s+week", _in_weeks(-1)),
    _en(r"(?:the\s+)?day after tomorrow", _in_days(2)),
    _en(r"tomorrow", _in_days(1)),
    _en(r"today", _in_days(0)),
    _en(r"yesterday", _in_days(-1)),
    _en(r"in\s+(?P<count>\d{1,4})\s+days?", _counted(1)),
    _en(r"in\s+(?P<count>\d{1,3})\s+weeks?", _counted(7)),
    _en(r"next\s+month", _in_months(1)),
    _en(r"this\s+month", _in_months(0)),
    _en(_EN_DAY, _coming(0)),
)
"""Read in this order; what an earlier rule took, a later one does not see."""
