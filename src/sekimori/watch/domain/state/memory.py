"""Remembers in memory alone, for logs that end."""

from collections.abc import Iterable
from typing import Final

from sekimori.watch.domain.state.cells import BEGINNING, END, CellKey, Observation, Raised
from sekimori.watch.domain.state.engine import Engine
from sekimori.watch.domain.state.familiar import Familiar

_AT_ONCE: Final = 1000


class Memory:
    """What a scan remembers. Its input comes in any order, so nothing is too late, and nothing is over before the end.

    Law: it raises what a live watch raises on the same events, whatever their order.
    """

    def __init__(self, engine: Engine, not_after: int = END) -> None:
        self._engine = engine
        self._not_after = not_after
        self._cells: dict[CellKey, bytes] = {}
        self._waiting: list[Observation] = []
        self._due: dict[CellKey, int] = {}
        self._latest = BEGINNING
        self._familiar = Familiar()

    def take(self, observations: Iterable[Observation]) -> list[Raised]:
        """Take observations in; return what they raise already."""
        self._waiting += self._engine.telling(observations, self._familiar)
        return self._turn() if len(self._waiting) >= _AT_ONCE else []

    def see(self, at: int) -> None:
        """Take note of an instant of the log, in milliseconds."""
        self._latest = max(self._latest, min(at, self._not_after))

    def end(self) -> list[Raised]:
        """Say what is to be said now that the log is over: as of its latest instant, not of any later one."""
        raised = self._turn()
        due = [key for key, at in self._due.items() if at <= self._latest]
        return raised + self._turned([], self._latest, due)

    def _turn(self) -> list[Raised]:
        waiting, self._waiting = self._waiting, []
        self._familiar.settled()
        for each in waiting:
            self.see(each.at)
        return self._turned(waiting, BEGINNING, [])

    def _turned(self, observations: list[Observation], watermark: int, due: list[CellKey]) -> list[Raised]:
        needed = self._engine.needed(observations, due)
        stored = {key: self._cells[key] for key in needed if key in self._cells}
        turned = self._engine.turn(observations, stored, watermark, due)
        for kept in turned.kept:
            self._cells[kept.key] = kept.text
            self._due.pop(kept.key, None)
            if kept.due is not None:
                self._due[kept.key] = kept.due
        return list(turned.raised)
