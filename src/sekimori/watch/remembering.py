"""The stage that remembers: first sightings, counts, orders, and what did not follow."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from sekimori.watch.domain.detection import Detector
from sekimori.watch.domain.finding import Finding
from sekimori.watch.domain.reading import instant_of
from sekimori.watch.domain.state.cells import CellKey, Observation, milliseconds
from sekimori.watch.domain.state.clocks import Patience, Reading, credible
from sekimori.watch.domain.state.engine import Engine, Kept
from sekimori.watch.domain.state.familiar import Familiar
from sekimori.watch.stage import Sighting

_AT_ONCE: Final = 500
"""Cells that are due and looked at in one turn; the rest has its turn next."""

_FORGET_EVERY: Final = timedelta(hours=1)


class MemoryStore(Protocol):
    """Where cells and clocks are kept; everything is read and written inside one transaction."""

    async def cells(self, keys: Iterable[CellKey]) -> Mapping[CellKey, bytes]:
        """Return the cells of these keys that are there."""
        ...

    async def due(self, until: int, rules: Iterable[str], limit: int) -> Sequence[CellKey]:
        """Return cells of these rules that are to be looked at by an instant, the earliest first."""
        ...

    async def keep(self, kept: Sequence[Kept]) -> None:
        """Write cells."""
        ...

    async def forget(self, before: int) -> None:
        """Remove cells that expired before an instant, and clocks that nobody has read for long."""
        ...

    async def readings(self) -> Mapping[str, Reading]:
        """Return every clock."""
        ...

    async def read_clocks(self, latest: Mapping[str, int], now: datetime) -> None:
        """Put clocks forward; one that is further stays."""
        ...

    async def watermark(self) -> int:
        """Return how far the watermark came."""
        ...

    async def put_watermark(self, watermark: int) -> None:
        """Put the watermark forward."""
        ...


@dataclass(frozen=True, slots=True)
class Looked:
    """What a batch means: its observations, and the latest instant in each part of the source."""

    observations: tuple[Observation, ...]
    latest: Mapping[str, int]


class Remembering:
    """A stage over the rules of a detector that remember.

    Cells are read, changed and written inside the transaction that commits the positions of the records. Between
    instances that transaction has the watch's turn, so cells are never contested. All that is believed from memory is
    that a first sighting was kept before: another one of the same day is then passed over.
    """

    def __init__(self, *, detector: Detector, store: MemoryStore, patience: Patience | None = None) -> None:
        self._detector = detector
        self._store = store
        self._patience = patience or Patience()
        self._rules = frozenset(state.keeper.rule for state in detector.remembering)
        self._engine = Engine(state.keeper for state in detector.remembering)
        self._familiar = Familiar()
        self._forgot_at: datetime | None = None

    def look(self, sightings: Sequence[Sighting]) -> Looked:
        """Return what the records mean to the rules that remember."""
        self._familiar.forgotten()
        observations: list[Observation] = []
        last: dict[str, Sighting] = {}
        for sighting in sightings:
            last[sighting.path] = sighting
            observations += self._observed(sighting)
        observations = self._engine.telling(observations, self._familiar)
        latest = {path: at for path, sighting in last.items() if (at := _instant(sighting)) is not None}
        for each in observations:
            source = each.evidence.source
            if source is not None:
                latest[source.path] = max(latest.get(source.path, each.at), each.at)
        return Looked(tuple(observations), latest)

    def _observed(self, sighting: Sighting) -> list[Observation]:
        """Read of a line no more than what is new in it asks for."""
        detector, glance = self._detector, self._detector.glance
        is_quiet = bool(sighting.text) and sighting.fired == ()
        if is_quiet and not (glance and glance.shows_news(sighting.text, self._familiar)):
            return []
        return detector.observed(sighting.record, sighting.fired, sighting.source)

    async def decide(self, looked: Looked, now: datetime) -> Sequence[Finding]:
        """Take in what a batch means."""
        await self._store.read_clocks({part: credible(at, now) for part, at in looked.latest.items()}, now)
        return await self._turned(looked.observations, now)

    async def tick(self, now: datetime) -> Sequence[Finding]:
        """Look at what became due, and forget what is too old to matter."""
        found = await self._turned((), now)
        if self._forgot_at is None or now - self._forgot_at >= _FORGET_EVERY:
            await self._store.forget(await self._store.watermark())
            self._forgot_at = now
        return found

    async def _turned(self, observations: Sequence[Observation], now: datetime) -> list[Finding]:
        before = await self._store.watermark()
        observations = self._engine.in_time(observations, before)
        watermark = self._patience.watermark(await self._store.readings(), now, before)
        if watermark > before:
            await self._store.put_watermark(watermark)
        due = await self._store.due(watermark, self._rules, _AT_ONCE)
        stored = await self._store.cells(self._engine.needed(observations, due))
        turned = self._engine.turn(observations, stored, watermark, due)
        await self._store.keep(turned.kept)
        return [finding for each in turned.raised if (finding := self._detector.recalled(each))]

    def committed(self) -> None:
        """Look no more at what means what is kept already."""
        self._familiar.settled()

    def abandoned(self) -> None:
        """Look again at what was not kept."""
        self._familiar.forgotten()


def _instant(sighting: Sighting) -> int | None:
    time = instant_of(sighting.record)
    return None if time is None else milliseconds(time)
