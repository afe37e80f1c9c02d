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
    Evidence,
    Observation,
    Raised,
    Shape,
    Witness,
    witness_of,
)
from sekimori.watch.domain.state.windows import as_json

MOST_NEW: Final = 200
"""New values of one key in a day; what comes beyond is not remembered, and said once."""
_KEY_KEPT: Final = 4
"""How many times as long as a value a key is remembered: who comes back after long is not new again, but strange."""


class Run(msgspec.Struct, omit_defaults=True):
    """Days on which a value was seen, the first and the last; the record of the first until it is decided."""

    first: int
    last: int
    decided: bool = False
    witness: Witness | None = None


class Known(msgspec.Struct, omit_defaults=True):
    """What is known of one value of one key."""

    runs: list[Run] = []


class KeyKnown(msgspec.Struct, omit_defaults=True):
    """Since which day a key is known, until which it was seen, and how many values came new on each of its days."""

    since: int
    last: int
    new: dict[int, int] = {}
    flooded: Witness | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstSeen:
    """A rule of first sightings; ``memory`` and ``learning`` are in days."""

    rule: str
    memory: int
    learning: int

    def shape(self, key: CellKey) -> type[Shape]:
        """Hold what is known of a value, or of a key."""
        return Known if _is_value(key) else KeyKnown

    def keys(self, observation: Observation) -> tuple[CellKey, ...]:
        """Keep a cell for the value and one for its key."""
        return (self._value(observation), (self.rule, observation.group))

    def companions(self, key: CellKey) -> tuple[CellKey, ...]:
        """Ask the key of a value."""
        return ((self.rule, as_json(msgspec.json.decode(key[1])[0])),) if _is_value(key) else ()

    def sameness(self, observation: Observation) -> Hashable:
        """Take the sightings of a value on one day for the same."""
        return self.rule, observation.group, observation.value, observation.at // DAY

    def absorb(self, observation: Observation, cells: Cells) -> None:
        """Note a day on which a value was seen."""
        day = observation.at // DAY
        key = (self.rule, observation.group)
        known_key = cast("KeyKnown", cells.setdefault(key, KeyKnown(since=day, last=day)))
        known_key.since = min(known_key.since, day)
        known_key.last = max(known_key.last, day)
        name = self._value(observation)
        if name not in cells:
            if known_key.new.get(day, 0) >= MOST_NEW:
                known_key.flooded = known_key.flooded or witness_of(observation.evidence)
                return
            known_key.new = {each: count for each, count in known_key.new.items() if each > day - 2}
            known_key.new[day] = known_key.new.get(day, 0) + 1
        known = cast("Known", cells.setdefault(name, Known()))
        known.runs = _joined(known.runs, day, observation, self.memory)

    def decide(self, key: CellKey, cells: Cells, watermark: int, batch: Batch) -> Decided:
        """Raise the runs that began, now that nothing can come from before their first day."""
        if not _is_value(key):
            return self._of_key(key, cast("KeyKnown", cells[key]))
        known = cast("Known", cells[key])
        group = self.companions(key)[0]
        about = cells.get(group)
        today = watermark // DAY
        raised = []
        for run in known.runs:
            if run.decided or run.first > today:
                continue
            run.decided = True
            if about is not None and run.first - cast("KeyKnown", about).since >= self.learning and run.witness:
                raised.append(self._raised(key, run))
            run.witness = None
        known.runs = [run for run in known.runs if not run.decided or run.last + self.memory >= today]
        due = min((run.first * DAY for run in known.runs if not run.decided), default=None)
        last = max((run.last for run in known.runs), default=today)
        del batch
        return Decided(tuple(raised), due, (last + self.memory + 1) * DAY)

    def _of_key(self, key: CellKey, known: KeyKnown) -> Decided:
        expires = (known.last + _KEY_KEPT * self.memory + 1) * DAY
        if known.flooded is None:
            return Decided((), None, expires)
        raised = Raised(rule=self.rule, identity=f"{key[1]}\nflood {known.last}", evidence=known.flooded.evidence)
        known.flooded = None
        return Decided((raised,), None, expires)

    def _raised(self, key: CellKey, run: Run) -> Raised:
        evidence = run.witness.evidence if run.witness else Evidence({})
        return Raised(rule=self.rule, identity=f"{key[1]}\n{run.first}", evidence=evidence)

    def _value(self, observation: Observation) -> CellKey:
        return self.rule, as_json([msgspec.json.decode(observation.group), observation.value])


def _is_value(key: CellKey) -> bool:
    return key[1].startswith("[[")


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
