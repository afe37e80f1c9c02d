"""Public holidays of Japan."""

from datetime import date
from functools import lru_cache

import jpholiday

_SATURDAY = 5


@lru_cache(maxsize=4096)
def holiday_name(day: date) -> str | None:
    """Return a holiday's name in Japanese, substitute holidays included; None for every other day.

    Act on National Holidays (国民の祝日に関する法律), as amended to this day.
    """
    try:
        name = jpholiday.is_holiday_name(day)
    except OverflowError:  # the last days of the year 9999
        return None
    return str(name) if name else None


def is_working_day(day: date) -> bool:
    """Say whether a day is neither on a weekend nor a holiday."""
    return day.weekday() < _SATURDAY and holiday_name(day) is None
