"""The stage that notices when a log says nothing for longer than is usual for it."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta, tzinfo
from typing import Any, Final

import msgspec

from sekimori.watch.domain.detection import Detector
from sekimori.watch.domain.finding import Finding
from sekimori.watch.domain.habit import Habit, Patience, begun, is_too_long, listened, told
from sekimori.watch.domain.observed import OBSERVED, Observed, observation
from sekimori.watch.domain.sigma.logsources import CATEGORIES
from sekimori.watch.own_record import RecordStore
from sekimori.watch.stage import Sighting

EVERY: Final = timedelta(minutes=1)
"""How often habits are looked at and kept."""
_LOGS: Final = CATEGORIES - {OBSERVED}
_SAID: Final = re.compile(rb'"category"\s*:\s*"(' + b"|".join(sorted(name.encode() for name in _LOGS)) + rb')"')
_NOTE: Final = "habits"


class Listening:
    """Learns when each log is usually heard, and reports one that is silent for too long, once a silence.

    Several instances on one database learn and report together: what one hears ends the silence for all.
    """

    def __init__(
        self,
        *,
        detector: Detector,
        store: RecordStore,
        patience: Patience,
        zone: tzinfo,
        quiet_days: frozenset[date] = frozenset(),
    ) -> None:
        self._detector = detector
        self._store = store
        self._patience = patience
        self._zone = zone
        self._quiet_days = quiet_days
        self._heard: set[str] = set()
        self._taken: set[str] = set()
        self._looked: datetime | None = None

    def look(self, sightings: Sequence[Sighting]) -> frozenset[str]:
        """Return the logs that a batch is of."""
        return frozenset(name for each in sightings if (name := _category(each)))

    async def decide(self, looked: frozenset[str], now: datetime) -> Sequence[Finding]:  # noqa: ARG002
        """Remember what was heard until the next look."""
        self._heard |= looked
        return ()

    async def tick(self, now: datetime) -> Sequence[Finding]:
        """Look at every habit, once a minute."""
        if self._looked and timedelta() <= now - self._looked < EVERY:
            return ()
        self._taken, self._looked = set(self._heard), now
        kept = await self._store.note(_NOTE)
        habits = msgspec.json.decode(kept, type=dict[str, Habit]) if kept else {}
        counts = now.astimezone(self._zone).date() not in self._quiet_days
        habits = {name: listened(each, now, heard=name in self._heard, counts=counts) for name, each in habits.items()}
        habits |= {name: begun(now) for name in self._heard - habits.keys()}
        silent = [name for name, each in habits.items() if counts and is_too_long(each, self._patience, now)]
        findings = [finding for name in silent for finding in self._silence(name, habits[name], now)]
        habits |= {name: told(habits[name]) for name in silent}
        if habits:
            await self._store.put(_NOTE, msgspec.json.encode(habits).decode())
        return findings

    def committed(self) -> None:
        """Forget what is written down."""
        self._heard -= self._taken
        self._taken = set()

    def abandoned(self) -> None:
        """Look again soon."""
        self._looked, self._taken = None, set()

    def _silence(self, name: str, habit: Habit, now: datetime) -> Sequence[Finding]:
        values: dict[str, Any] = {
            "log": name,
            "last": habit.last.isoformat(),
            "silentMinutes": int((now - habit.last).total_seconds() // 60),
        }
        return self._detector.detect(
            observation(Observed.CATEGORY_SILENT, f"{name}:{habit.last.isoformat()}", now, values)
        )


def _category(sighting: Sighting) -> str | None:
    if sighting.text:
        match = _SAID.search(sighting.text)
        return match[1].decode() if match else None
    said = sighting.record.get("category")
    return said if isinstance(said, str) and said in _LOGS else None
