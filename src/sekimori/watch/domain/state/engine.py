"""Takes observations in, and says what they raise: cells in, cells out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from sekimori.watch.domain.state.cells import Batch, CellKey, Cells, Keeper, Observation, Raised
from sekimori.watch.domain.state.familiar import Familiar


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A cell as it is stored: its text, when to look at it again, and when it can be forgotten."""

    key: CellKey
    text: bytes
    due: int | None
    expires: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """What one turn changed and raised."""

    kept: tuple[Kept, ...]
    raised: tuple[Raised, ...]


class Engine:
    """The rules of state.

    Law: whatever the order and number in which the same observations are turned over, as long as none comes later than
    the watermark lets it, the same is raised.
    """

    def __init__(self, keepers: Iterable[Keeper]) -> None:
        self._keepers = {keeper.rule: keeper for keeper in keepers}

    def telling(self, observations: Iterable[Observation], familiar: Familiar) -> list[Observation]:
        """Leave out the observations that mean what one met before meant already."""
        found = ((each, self._keepers[each.rule].sameness(each)) for each in observations)
        return [each for each, sameness in found if sameness is None or familiar.meet(sameness)]

    def needed(self, observations: Iterable[Observation], due: Iterable[CellKey] = ()) -> set[CellKey]:
        """Return the cells that a turn needs, as far as they are there."""
        touched = {key for each in observations for key in self._keepers[each.rule].keys(each)}
        touched.update(key for key in due if key[0] in self._keepers)
        return touched | {other for key in touched for other in self._keepers[key[0]].companions(key)}

    def turn(
        self,
        observations: Sequence[Observation],
        stored: Mapping[CellKey, bytes],
        watermark: int,
        due: Iterable[CellKey] = (),
    ) -> Turned:
        """Take observations in; decide on the cells they touch, and on those that are due."""
        cells = {key: self._read(key, text) for key, text in stored.items() if key[0] in self._keepers}
        batch = {each.event: each.evidence for each in observations}
        touched = {key: None for each in observations for key in self._keepers[each.rule].keys(each)}
        touched |= dict.fromkeys(due)
        for each in observations:
            self._keepers[each.rule].absorb(each, cells)
        return self._decided([key for key in touched if key in cells], cells, watermark, batch)

    def _decided(self, keys: Sequence[CellKey], cells: Cells, watermark: int, batch: Batch) -> Turned:
        kept: list[Kept] = []
        raised: list[Raised] = []
        for key in keys:
            decided = self._keepers[key[0]].decide(key, cells, watermark, batch)
            raised += decided.raised
            text = msgspec.json.encode(cells[key])
            kept.append(Kept(key=key, text=text, due=decided.due, expires=decided.expires))
        return Turned(kept=tuple(kept), raised=tuple(raised))

    def _read(self, key: CellKey, text: bytes) -> msgspec.Struct:
        return msgspec.json.decode(text, type=self._keepers[key[0]].shape(key))
