"""How far time has come, as the events tell it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sekimori.watch.domain.state.cells import BEGINNING, milliseconds, span_in_ms

_SKEW: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Reading:
    """One part of a source: the latest instant that its events told (milliseconds), and when they last told any."""

    latest: int
    read_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How late an event may come behind later ones, and after what silence a part is waited for no longer."""

    lateness: timedelta = timedelta(minutes=15)
    idle: timedelta = timedelta(minutes=15)

    def watermark(self, readings: Mapping[str, Reading], now: datetime, before: int = BEGINNING) -> int:
        """Return the instant from before which nothing is expected any more; it never goes back.

        The slowest of the parts that still speak sets it. While none speaks, the one that came furthest does: without
        events time stands still, so what an interruption holds back is not too late afterwards.
        """
        speaking = [each.latest for each in readings.values() if now - each.read_at < self.idle]
        latest = min(speaking) if speaking else max((each.latest for each in readings.values()), default=None)
        return before if latest is None else max(before, latest - span_in_ms(self.lateness))


def credible(at: int, now: datetime) -> int:
    """Return an instant that events told, or the present one where theirs lies in the future: a clock that jumped."""
    return min(at, milliseconds(now + _SKEW))
