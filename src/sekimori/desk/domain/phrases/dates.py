"""Days, and how they are counted; a week runs from Monday to Sunday (ISO 8601)."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sekimori.desk.domain.holidays import is_working_day

FARTHEST: Final = 3660
_A_DAY: Final = timedelta(days=1)
_HALF_A_YEAR: Final = timedelta(days=180)
_SUNDAY: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Days:
    """Local days from ``first`` to ``last``, both inclusive."""

    first: date
    last: date


class NoSuchDateError(ValueError):
    """The words name a day that the calendar does not have, such as 30 February; ``nearest`` are days it has."""

    def __init__(self, *nearest: date) -> None:
        super().__init__("there is no such date")
        self.nearest = nearest


def one(day: date) -> Days:
    """Return a single day."""
    return Days(first=day, last=day)


def later(day: date, days: int) -> date:
    """Return the day so many days later.

    Raises:
        NoSuchDateError: that is further away than anybody plans.
    """
    if abs(days) > FARTHEST:
        raise NoSuchDateError
    return day + timedelta(days=days)


def working_day_later(day: date, count: int) -> date:
    """Return the working day so many working days later; weekends and holidays do not count.

    Raises:
        NoSuchDateError: as :func:`later`.
    """
    if count > FARTHEST // 2:
        raise NoSuchDateError
    for _number in range(count):
        day += _A_DAY
        while not is_working_day(day):
            day += _A_DAY
    return day


def monday(day: date, weeks: int = 0) -> date:
    """Return the Monday of a day's week, or of a week so many weeks from it."""
    return later(day - timedelta(days=day.weekday()), 7 * weeks)


def week(day: date, weeks: int = 0) -> Days:
    """Return a day's week, or one so many weeks from it."""
    first = monday(day, weeks)
    return Days(first=first, last=later(first, 6))


def day_of_week(start: date, weekday: int) -> date:
    """Return the first such weekday on or after a day; 0 is Monday."""
    return start + timedelta(days=(weekday - start.weekday()) % 7)


def readings_of_next(today: date, weekday: int) -> tuple[date, ...]:
    """Return what "next Friday" can mean: the coming one, and the one of next week.

    On a Sunday next week is also the week after, for those whose weeks begin on that day.
    """
    coming = day_of_week(today + _A_DAY, weekday)
    readings = {coming, monday(today, 1) + timedelta(days=weekday)}
    if today.weekday() == _SUNDAY:
        readings.add(coming + timedelta(weeks=1))
    return tuple(sorted(readings))


def month(day: date, months: int = 0) -> Days:
    """Return a day's month, or one so many months from it.

    Raises:
        NoSuchDateError: as :func:`later`.
    """
    if abs(months) > FARTHEST // 30:
        raise NoSuchDateError
    year, zero_based = divmod(day.year * 12 + day.month - 1 + months, 12)
    return month_of(year, zero_based + 1)


def month_of(year: int, number: int) -> Days:
    """Return a month by its number.

    Raises:
        NoSuchDateError: there is no such month or year.
    """
    if not (1 <= number <= 12 and 1 <= year <= 9998):
        raise NoSuchDateError
    return Days(first=date(year, number, 1), last=date(year, number, monthrange(year, number)[1]))


def months_later(day: date, months: int) -> date:
    """Return the same day of a later month, or that month's last day where it is shorter."""
    found = month(day, months)
    return found.first.replace(day=min(day.day, found.last.day))


def dated(year: int, number: int, day: int) -> date:
    """Return a date.

    Raises:
        NoSuchDateError: the calendar does not have it; the days around it are given where there are any.
    """
    found = month_of(year, number)
    if not 1 <= day <= found.last.day:
        raise NoSuchDateError(*((found.last, found.last + _A_DAY) if day <= 31 else ()))
    return found.first.replace(day=day)


def without_year(today: date, number: int, day: int) -> tuple[date, ...]:
    """Return what a month and a day mean without a year: the coming one, and one of the last half year as well."""
    if number == 2 and day == 29:
        return (_leap_day(today),)
    if (number, day) >= (today.month, today.day):
        return (dated(today.year, number, day),)
    if day > month_of(today.year, number).last.day:
        return (dated(today.year + 1, number, day),)
    this_year = dated(today.year, number, day)
    next_year = dated(today.year + 1, number, day)
    return (next_year, this_year) if this_year >= today - _HALF_A_YEAR else (next_year,)


def _leap_day(today: date) -> date:
    return dated(today.year if today.month <= 2 else today.year + 1, 2, 29)


def day_of_month(today: date, number: int) -> date:
    """Return the coming day of that number, such as the 25th, today included."""
    if not 1 <= number <= 31:
        raise NoSuchDateError
    for found in _months_from(today):
        if number <= found.last.day and (day := found.first.replace(day=number)) >= today:
            return day
    raise NoSuchDateError


def _months_from(today: date) -> Iterator[Days]:
    for months in range(4):
        yield month(today, months)
