"""Things that should have been followed by another, and were not: told when their time is over."""

from dataclasses import dataclass
from typing import Final, cast

import msgspec

from sekimori.watch.domain.state.cells import (
    DAY,
    Batch,
    CellKey,
    Cells,
    Decided,
    Observation,
    Point,
    Raised,
    Shape,
    Witness,
    witness_of,
)

_GRACE: Final = DAY // 24
_MOST_OPEN: Final = 16
_MOST_CLOSING: Final = 64


class Opening(msgspec.Struct, omit_defaults=True):
    """An event that waits for another."""

    point: Point
    witness: Witness
    told: bool = False


class Waiting(msgspec.Struct, omit_defaults=True):
    """What one group waits for, and what called things off."""

    opened: list[Opening] = []
    closed: list[int] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class Unless:
    """A rule on what does not follow.

    Step 0 opens; step 1, at most ``before`` earlier or ``within`` later, calls it off. All in milliseconds. A group is
    told of once in ``once``.
    """

    rule: str
    within: int
    before: int = 0
    once: int = DAY

    def shape(self, _key: CellKey) -> type[Shape]:
        """Hold what waits."""
        return Waiting

    def keys(self, observation: Observation) -> tuple[CellKey, ...]:
        """Keep one cell for each group."""
        return ((self.rule, observation.group),)

    def companions(self, _key: CellKey) -> tuple[CellKey, ...]:
        """Ask no other cell."""
        return ()

    def sameness(self, _observation: Observation) -> None:
        """Take no two events for the same."""

    def absorb(self, observation: Observation, cells: Cells) -> None:
        """Note what opened or called off."""
        waiting = cast("Waiting", cells.setdefault((self.rule, observation.group), Waiting()))
        if observation.step:
            if observation.at not in waiting.closed:
                waiting.closed = sorted([*waiting.closed, observation.at])
                waiting.closed[_MOST_CLOSING // 2 : -_MOST_CLOSING // 2] = []
            return
        if all(each.point != observation.point for each in waiting.opened):
            waiting.opened.append(Opening(observation.point, witness_of(observation.evidence)))
            waiting.opened.sort(key=lambda each: each.point)
            del waiting.opened[_MOST_OPEN:]

    def is_too_late(self, observation: Observation, watermark: int) -> bool:
        """Say whether an event comes when its time is over already: what calls it off may be as late."""
        return not observation.step and observation.at + self.within < watermark

    def decide(self, key: CellKey, cells: Cells, watermark: int, batch: Batch) -> Decided:
        """Tell of what nothing called off in its time."""
        waiting = cast("Waiting", cells[key])
        raised: dict[str, Raised] = {}
        for each in waiting.opened:
            at, event = each.point
            over = at + self.within < watermark
            if not over or each.told or any(at - self.before <= c <= at + self.within for c in waiting.closed):
                continue
            each.told = True
            identity = f"{key[1]}\n{at // self.once}"
            raised.setdefault(
                identity, Raised(rule=self.rule, identity=identity, evidence=each.witness.evidence, events=(event,))
            )
        waiting.opened = [each for each in waiting.opened if each.point[0] + self.within + _GRACE >= watermark]
        reach = self.before + self.within + _GRACE
        waiting.closed = [at for at in waiting.closed if at + reach >= watermark]
        del batch
        ends = [each.point[0] + self.within + 1 for each in waiting.opened if not each.told]
        due = min((end for end in ends if end > watermark), default=None)
        last = max([*(each.point[0] for each in waiting.opened), *waiting.closed], default=watermark)
        return Decided(tuple(raised.values()), due, last + reach)
