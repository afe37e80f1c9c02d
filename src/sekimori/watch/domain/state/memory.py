"""Remembers what a log that ends means to the rules of state."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from typing import Final, Protocol

from sekimori.watch.domain.state.cells import BEGINNING, DAY, END, CellKey, DaySeen, Evidence, Observation, Raised
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


class Diary(Protocol):
    """Where what is seen day by day is noted, until all of it is known."""

    def note(self, seen: Iterable[DaySeen]) -> None:
        """Note events; of those that mean the same, the first of the log is enough."""
        ...

    def noted(self) -> Iterator[DaySeen]:
        """Yield what was noted, rule by rule and group by group, each in the order of the log."""
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

    ``put_away`` may exchange evidence for something smaller that stands for it. With a ``diary``, what is seen day by
    day is noted there, and means something only at the end: that is told of then. ``recall`` makes an observation anew
    of what was noted; None where that cannot be had.

    Law: it raises what a live watch raises on the same events, whatever their order.
    """

    def __init__(
        self,
        engine: Engine,
        not_after: int = END,
        *,
        shelf: Shelf | None = None,
        put_away: Callable[[Evidence], Evidence] = lambda evidence: evidence,
        diary: Diary | None = None,
        recall: Callable[[DaySeen], Observation | None] = lambda _: None,
    ) -> None:
        self._engine = engine
        self._not_after = not_after
        self._shelf = shelf or InMemory()
        self._put_away = put_away
        self._diary = diary
        self._recall = recall
        self._waiting: list[Observation] = []
        self._latest = BEGINNING
        self._familiar = Familiar()

    def take(self, observations: Iterable[Observation]) -> list[Raised]:
        """Take observations in; return what they raise already."""
        telling = self._engine.telling(observations, self._familiar)
        away = [replace(each, evidence=self._put_away(each.evidence)) for each in telling]
        if self._diary is not None:
            daily = [each for each in away if self._engine.is_daily(each)]
            for each in daily:
                self.see(each.at)
            self._diary.note(map(_day_seen, daily))
            away = [each for each in away if not self._engine.is_daily(each)]
        self._waiting += away
        return self._turn() if len(self._waiting) >= _AT_ONCE else []

    def see(self, at: int) -> None:
        """Take note of an instant of the log, in milliseconds."""
        self._latest = max(self._latest, min(at, self._not_after))

    def end(self) -> Iterator[Raised]:
        """Say what is to be said now that the log is over: as of its latest instant, not of any later one."""
        yield from self._turn()
        if self._diary is not None:
            for _, seen in groupby(self._diary.noted(), key=itemgetter(0, 1)):
                yield from self._seen(list(seen))
        for due in self._shelf.due(self._latest):
            yield from self._turned([], self._latest, due)

    def _seen(self, seen: Sequence[DaySeen]) -> Sequence[Raised]:
        """Say what is to be said of one group, of which that was noted."""
        raised = self._engine.first_sightings(seen, self._latest)
        if raised is not None:
            return raised
        if not self._shelf.cells([seen[0][:2]]):
            return ()  # the days alone are one step of several, and none of the others was taken
        return self._turned([each for each in map(self._recall, seen) if each], BEGINNING, [])

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


def _day_seen(each: Observation) -> DaySeen:
    return DaySeen(each.rule, each.group, each.step, each.value, each.at // DAY, each.evidence)
