"""When an identity works: hours of the day and days of the week, or never."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

EVERY_DAY: Final = frozenset(range(7))
_DAY_MINUTES: Final = 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """Minutes since midnight in ``zone``, half-open, on ``days`` (Monday 0). Without days it never works."""

    zone: tzinfo
    minutes: tuple[int, int] = (0, _DAY_MINUTES)
    days: frozenset[int] = EVERY_DAY

    def includes(self, instant: datetime) -> bool:
        """Say whether it works at an instant."""
        local = instant.astimezone(self.zone)
        start, end = self.minutes
        return local.weekday() in self.days and start <= local.hour * 60 + local.minute < end

    @property
    def hours(self) -> str:
        """The hours of the day, written ``08:00-20:00``."""
        return "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in self.minutes)
