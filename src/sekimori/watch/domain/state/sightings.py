"""First sightings: a value that was never seen with a key, or not for a long time.

Time is cut into days of UTC. What is known of a value is on which days it was seen, as runs: days that lie no further
apart than the memory reaches are one run. The first day of a run is a first sighting, decided as soon as no event from
an earlier day can come any more. It is learnt, and raises nothing, while the key itself is known for less than the time
of learning: whoever has just begun to look knows nothing, so nothing is new.
"""

from collections.abc import Hashable
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
    Raised,
    Shape,
    Witness,
    witness_of,
)

MOST_NEW: Final = 200
"""New values of one key in a day; what comes beyond is not remembered, and said once a day."""
MOST_KNOWN: Final = 2000
"""Values of one key; what comes beyond is not remembered, and said once a day."""
_KEY_KEPT: Final = 4
"""How many times as long as a value a key is remembered: who comes back after long is not new again, but strange."""


class Run(msgspec.Struct, omit_defaults=True):
    """Days on which a value was seen, the first and the last; the record of the first until it is decided."""

    first: int
    last: int
    decided: bool = False
    witness: Witness | None = None


class Known(msgspec.Struct, omit_defaults=True):
    """What is known of a key.

    Attributes:
        since: the day it was first seen on.
        last: the day it was last seen on.
        values: its values, each with the days it was seen on.
        new: how many values came new on each of its latest days.
        flooded: the record of a value that is one too many, until that is told.
    """

    since: int
    last: int
    values: dict[str, list[Run]] = {}
    new: dict[int, int] = {}
    flooded: Witness | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstSeen:
    """A rule of first sightings; ``memory`` and ``learning`` are in days."""

    rule: str
    memory: int
    learning: int

    def shape(self, _key: CellKey) -> type[Shape]:
        """Hold what is known of a key."""
        return Known

    def keys(self, observation: Observation) -> tuple[CellKey, ...]:
        """Keep one cell for each key."""
        return ((self.rule, observation.group),)

    def companions(self, _key: CellKey) -> tuple[CellKey, ...]:
        """Ask no other cell."""
        return ()

    def sameness(self, observation: Observation) -> Hashable:
        """Take the sightings of a value on one day for the same."""
        return self.rule, observation.group, observation.value, observation.at // DAY

    def absorb(self, observation: Observation, cells: Cells) -> None:
        """Note a day on which a value was seen."""
        day = observation.at // DAY
        known = cast("Known", cells.setdefault((self.rule, observation.group), Known(since=day, last=day)))
        known.since = min(known.since, day)
        known.last = max(known.last, day)
        runs = known.values.get(observation.value)
        if runs is None:
            if known.new.get(day, 0) >= MOST_NEW or len(known.values) >= MOST_KNOWN:
                known.flooded = known.flooded or witness_of(observation.evidence)
                return
            known.new = {each: count for each, count in known.new.items() if each > day - 2}
            known.new[day] = known.new.get(day, 0) + 1
        known.values[observation.value] = _joined(runs or [], day, observation, self.memory)

    def decide(self, key: CellKey, cells: Cells, watermark: int, batch: Batch) -> Decided:
        """Raise the runs that began, now that nothing can come from before their first day."""
        known = cast("Known", cells[key])
        today = watermark // DAY
        raised = []
        for value, runs in list(known.values.items()):
            for run in runs:
                if run.decided or run.first > today:
                    continue
                run.decided = True
                if run.first - known.since >= self.learning and run.witness:
                    identity = f"{key[1]}\n{value}\n{run.first}"
                    raised.append(Raised(rule=self.rule, identity=identity, evidence=run.witness.evidence))
                run.witness = None
            if all(run.decided and run.last + self.memory < today for run in runs):
                del known.values[value]
        if known.flooded is not None:
            identity = f"{key[1]}\nflood {known.last}"
            raised.append(Raised(rule=self.rule, identity=identity, evidence=known.flooded.evidence))
            known.flooded = None
        del batch
        undecided = (run.first * DAY for runs in known.values.values() for run in runs if not run.decided)
        return Decided(tuple(raised), min(undecided, default=None), (known.last + _KEY_KEPT * self.memory + 1) * DAY)


def _joined(runs: list[Run], day: int, observation: Observation, memory: int) -> list[Run]:
    """Return runs with one more day: it may begin one, lengthen one, or join two."""
    near = [run for run in runs if run.first - memory <= day <= run.last + memory]
    if any(run.first <= day <= run.last for run in near):
        return runs
    merged = Run(
        first=min([day, *(run.first for run in near)]),
        last=max([day, *(run.last for run in near)]),
        decided=any(run.decided for run in near),
    )
    if not merged.decided:
        earliest = next((run for run in near if run.first == merged.first), None)
        merged.witness = earliest.witness if earliest else witness_of(observation.evidence)
    return sorted([run for run in runs if run not in near] + [merged], key=lambda run: run.first)
