"""The hours of a day that may be shown, on the clock of the person's own zone."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sekimori.core.timespan import Timespan

MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """Minutes after local midnight, half-open: 480 and 1200 are 08:00-20:00; 1440 is the end of the day.

    Raises:
        ValueError: the hours are empty, backwards or not within one day.
    """

    opens: int = 0
    closes: int = MINUTES_A_DAY

    def __post_init__(self) -> None:
        if not 0 <= self.opens < self.closes <= MINUTES_A_DAY:
            raise ValueError(f"hours must lie within a day and end after they start: {self.opens}..{self.closes}")

    def within(self, other: "Hours") -> "Hours | None":
        """Return the hours that lie in both, or None where there are none."""
        opens, closes = max(self.opens, other.opens), min(self.closes, other.closes)
        return Hours(opens=opens, closes=closes) if opens < closes else None

    def on(self, day: date, zone: ZoneInfo) -> Timespan | None:
        """Return the hours of one day as instants; None where a clock change swallowed them."""
        start, end = instant(day, self.opens, zone), instant(day, self.closes, zone)
        return Timespan(start, end) if start < end else None


ALL_DAY = Hours()


def instant(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """Return the instant so many minutes after a day's midnight by the wall clock, in UTC.

    A wall time that a clock change skipped is read with the offset before the change (PEP 495, fold 0).
    """
    whole = datetime.combine(day, time(), zone) + timedelta(days=minutes // MINUTES_A_DAY)
    return (whole + timedelta(minutes=minutes % MINUTES_A_DAY)).astimezone(UTC)
