"""When people can be met at all: working hours without lunch, on days that are not off."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sekimori.core.timespan import Timespan
from sekimori.desk.domain.hours import Hours

WEEKEND: Final = frozenset({5, 6})
LUNCH: Final = Hours(opens=12 * 60, closes=13 * 60)


def no_holiday(_day: date) -> str | None:
    """Know of no holidays."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingTime:
    """The rules of the time in which meetings are arranged, on the clock of one zone.

    Attributes:
        hours: of a working day; None where nothing is left of it.
        lunch: kept free of meetings; None where nothing is.
        days_off: weekdays, Monday is 0.
        holiday: names a day's holiday, or returns None.
        buffer: kept between two appointments.
    """

    zone: ZoneInfo
    hours: Hours | None = field(default=Hours(opens=9 * 60, closes=18 * 60))
    lunch: Hours | None = field(default=LUNCH)
    days_off: frozenset[int] = WEEKEND
    holiday: Callable[[date], str | None] = no_holiday
    buffer: timedelta = timedelta()

    def is_off(self, day: date) -> bool:
        """Say whether nobody works on a day."""
        return day.weekday() in self.days_off or self.holiday(day) is not None

    def only(self, limits: Iterable[Hours]) -> "WorkingTime":
        """Return the same rules for the hours that lie within all the limits as well."""
        hours = self.hours
        for limit in limits:
            hours = hours.within(limit) if hours else None
        return replace(self, hours=hours)

    def within(self, window: Timespan) -> tuple[Timespan, ...]:
        """Return the working time in a window, in order."""
        spans = (span for day in local_days(window, self.zone) for span in self._on(day))
        return tuple(cut for span in spans if (cut := span.intersection(window)))

    def _on(self, day: date) -> Iterator[Timespan]:
        if self.hours is None or self.is_off(day):
            return
        for hours in _without(self.hours, self.lunch):
            if span := hours.on(day, self.zone):
                yield span


def _without(hours: Hours, lunch: Hours | None) -> Iterator[Hours]:
    if lunch is None or hours.within(lunch) is None:
        yield hours
        return
    if hours.opens < lunch.opens:
        yield Hours(opens=hours.opens, closes=lunch.opens)
    if lunch.closes < hours.closes:
        yield Hours(opens=lunch.closes, closes=hours.closes)


def local_days(window: Timespan, zone: ZoneInfo) -> Iterator[date]:
    """Count the local days that a window touches."""
    day = window.start.astimezone(zone).date()
    last = (window.end - timedelta(microseconds=1)).astimezone(zone).date()
    while day <= last:
        yield day
        day += timedelta(days=1)
