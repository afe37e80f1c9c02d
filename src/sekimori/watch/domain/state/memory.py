"""Remembers what a log that ends means to the rules of state."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final, Protocol

from sekimori.watch.domain.state.cells import BEGINNING, END, CellKey, Evidence, Observation, Raised
from sekimori.watch.domain.state.engine import Engine, Kept
from sekimori.watch.domain.state.familiar import Familiar

_AT_ONCE: Final = 1000


class Shelf(Protocol):
    """Where cells are while nothing is added to them."""

    def cells(self, keys: Iterable[CellKey]) -> Mapping[CellKey, bytes]:
        """Return the cells of these keys that are there."""
        ...

    def keep(self, kept: Sequence[Kept]) -> None:
        """Put cells away, in the place of what they were."""
        ...

    def due(self, until: int) -> Iterator[Sequence[CellKey]]:
        """Yield, some at a time, the cells that are to be looked at by an instant; they may be kept again meanwhile."""
        ...


class InMemory:
    """A shelf for few cells."""

    def __init__(self) -> None:
        self._cells: dict[CellKey, Kept] = {}

    def cells(self, keys: Iterable[CellKey]) -> Mapping[CellKey, bytes]:
        """Return the cells of these keys that are there."""
        return {key: self._cells[key].text for key in keys if key in self._cells}

    def keep(self, kept: Sequence[Kept]) -> None:
        """Put cells away."""
        self._cells.update((each.key, each) for each in kept)

    def due(self, until: int) -> Iterator[Sequence[CellKey]]:
        """Yield the cells that are to be looked at, all at once."""
        yield [key for key, each in self._cells.items() if each.due is not None and each.due <= until]


class Memory:
    """What a scan remembers. Its input comes in any order, so nothing is too late, and nothing is over before the end.

    ``put_away`` may exchange evidence for something smaller that stands for it.

    Law: it raises what a live watch raises on the same events, whatever their order.
    """

    def __init__(
        self,
        engine: Engine,
        not_after: int = END,
        *,
        shelf: Shelf | None = None,
        put_away: Callable[[Evidence], Evidence] = lambda evidence: evidence,
    ) -> None:
        self._engine = engine
        self._not_after = not_after
        self._shelf = shelf or InMemory()
        self._put_away = put_away
        self._waiting: list[Observation] = []
        self._latest = BEGINNING
        self._familiar = Familiar()

    def take(self, observations: Iterable[Observation]) -> list[Raised]:
        """Take observations in; return what they raise already."""
        telling = self._engine.telling(observations, self._familiar)
        self._waiting += [replace(each, evidence=self._put_away(each.evidence)) for each in telling]
        return self._turn() if len(self._waiting) >= _AT_ONCE else []

    def see(self, at: int) -> None:
        """Take note of an instant of the log, in milliseconds."""
        self._latest = max(self._latest, min(at, self._not_after))

    def end(self) -> Iterator[Raised]:
        """Say what is to be said now that the log is over: as of its latest instant, not of any later one."""
        yield from self._turn()
        for due in self._shelf.due(self._latest):
            yield from self._turned([], self._latest, due)

    def _turn(self) -> list[Raised]:
        waiting, self._waiting = self._waiting, []
        self._familiar.settled()
        for each in waiting:
            self.see(each.at)
        return self._turned(waiting, BEGINNING, [])

    def _turned(self, observations: list[Observation], watermark: int, due: Sequence[CellKey]) -> list[Raised]:
        stored = self._shelf.cells(self._engine.needed(observations, due))
        turned = self._engine.turn(observations, stored, watermark, due)
        self._shelf.keep(turned.kept)
        return list(turned.raised)
