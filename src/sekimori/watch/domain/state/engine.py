"""Takes observations in, and says what they raise: cells in, cells out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from zlib import crc32

import msgspec

from sekimori.watch.domain.state.cells import DAY, Batch, CellKey, Cells, DaySeen, Keeper, Observation, Raised
from sekimori.watch.domain.state.familiar import Familiar
from sekimori.watch.domain.state.sightings import FirstSeen
from sekimori.watch.domain.state.unless import Unless


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

    A cell is marked with what the rule is: after an edit that changes what it remembers, it begins anew.

    Law: whatever the order and number in which the same observations are turned over, as long as none comes later than
    the watermark lets it, the same is raised.
    """

    def __init__(self, keepers: Iterable[Keeper]) -> None:
        self._keepers = {keeper.rule: keeper for keeper in keepers}
        self._marks = {keeper.rule: b"%08x" % crc32(repr(keeper).encode()) for keeper in self._keepers.values()}

    def telling(self, observations: Iterable[Observation], familiar: Familiar) -> list[Observation]:
        """Leave out the observations that mean what one met before meant already."""
        found = ((each, self._keepers[each.rule].sameness(each)) for each in observations)
        return [each for each, sameness in found if sameness is None or familiar.meet(sameness)]

    def is_daily(self, observation: Observation) -> bool:
        """Say whether an observation means the same as any other one of its day with that group and value."""
        return self._keepers[observation.rule].sameness(observation) is not None

    def first_sightings(self, seen: Sequence[DaySeen], watermark: int) -> tuple[Raised, ...] | None:
        """Return what all that a rule of first sightings saw of one group raises; None where it is another rule."""
        rule, group = seen[0].rule, seen[0].group
        keeper = self._keepers[rule]
        if not isinstance(keeper, FirstSeen):
            return None
        cells: Cells = {}
        for each in seen:
            at, value = each.day * DAY, each.value
            keeper.absorb(
                Observation(rule=rule, group=group, value=value, at=at, event="", evidence=each.evidence), cells
            )
        return keeper.decide((rule, group), cells, watermark, {}).raised

    def in_time(self, observations: Iterable[Observation], watermark: int) -> list[Observation]:
        """Leave out what would be told at once for what did not follow; ``watermark`` is how far time came before."""
        keepers = ((each, self._keepers[each.rule]) for each in observations)
        return [
            each for each, keeper in keepers if not (isinstance(keeper, Unless) and keeper.is_too_late(each, watermark))
        ]

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
        due = list(due)
        read = {key: self._read(key, text) for key, text in stored.items() if key[0] in self._keepers}
        cells = {key: cell for key, cell in read.items() if cell is not None}
        undone = [Kept(key=key, text=b"", due=None, expires=watermark) for key in due if key not in cells]
        batch = {each.event: each.evidence for each in observations}
        touched = {key: None for each in observations for key in self._keepers[each.rule].keys(each)}
        touched |= dict.fromkeys(due)
        for each in observations:
            self._keepers[each.rule].absorb(each, cells)
        turned = self._decided([key for key in touched if key in cells], cells, watermark, batch)
        return replace(turned, kept=(*(each for each in undone if each.key not in cells), *turned.kept))

    def _decided(self, keys: Sequence[CellKey], cells: Cells, watermark: int, batch: Batch) -> Turned:
        kept: list[Kept] = []
        raised: list[Raised] = []
        for key in keys:
            decided = self._keepers[key[0]].decide(key, cells, watermark, batch)
            raised += decided.raised
            text = self._marks[key[0]] + msgspec.json.encode(cells[key])
            kept.append(Kept(key=key, text=text, due=decided.due, expires=decided.expires))
        return Turned(kept=tuple(kept), raised=tuple(raised))

    def _read(self, key: CellKey, text: bytes) -> msgspec.Struct | None:
        """Read a cell; nothing where the rule has since become another: what it kept then means nothing to it now."""
        mark = self._marks[key[0]]
        if not text.startswith(mark):
            return None
        return msgspec.json.decode(text[len(mark) :], type=self._keepers[key[0]].shape(key))
