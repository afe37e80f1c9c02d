"""``[coordination]``: when meetings are arranged."""

from enum import StrEnum

from sekimori.manifest import formats as of
from sekimori.manifest.tables.table import Table
from sekimori.manifest.tables.weekday import Weekday


class Holidays(StrEnum):
    """Whose public holidays are kept free of meetings."""

    JP = "jp"
    NONE = "none"


class Coordination(Table, frozen=True, kw_only=True):
    """``[coordination]``: when meetings are arranged; in the service's time zone."""

    hours: of.Hours = "09:00-18:00"
    lunch: of.Break = "12:00-13:00"
    days_off: tuple[Weekday, ...] = (Weekday.SAT, Weekday.SUN)
    holidays: Holidays = Holidays.JP
    buffer_minutes: of.BufferMinutes = 0
