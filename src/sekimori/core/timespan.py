"""Half-open spans of time in UTC."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, slots=True, order=True)
class Timespan:
    """The instants from ``start`` up to, not including, ``end``; both aware, kept in UTC.

    Raises:
        ValueError: an instant has no zone, or the span is empty or backwards.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("a timespan needs instants with a time zone")
        object.__setattr__(self, "start", self.start.astimezone(UTC))
        object.__setattr__(self, "end", self.end.astimezone(UTC))
        if self.start >= self.end:
            raise ValueError(f"a timespan must end after it starts: {self.start} .. {self.end}")

    @property
    def duration(self) -> timedelta:
        """How long the span is."""
        return self.end - self.start

    def __contains__(self, instant: datetime) -> bool:
        return self.start <= instant < self.end

    def overlaps(self, other: "Timespan") -> bool:
        """Say whether the two spans share an instant; spans that only touch do not."""
        return self.start < other.end and other.start < self.end

    def intersection(self, other: "Timespan") -> "Timespan | None":
        """Return what both spans cover, or None where they do not overlap."""
        if not self.overlaps(other):
            return None
        return Timespan(max(self.start, other.start), min(self.end, other.end))


def merged(spans: Iterable[Timespan]) -> tuple[Timespan, ...]:
    """Join spans that overlap or touch; the result is sorted and disjoint."""
    joined: list[Timespan] = []
    for span in sorted(spans):
        if joined and span.start <= joined[-1].end:
            joined[-1] = Timespan(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return tuple(joined)
