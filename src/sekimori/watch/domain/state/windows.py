"""Events in windows of time: how many, of how many values, in which order.

Time is cut into buckets as long as the window, so a window that ends in a bucket reaches back into the one before it at
most. A bucket fires once: as soon as some window that ends in it holds what is asked. More events can only make more
buckets fire, so it is said at once, and the order of arrival does not matter.

Of each value a bucket keeps its first and its last sighting: for a number of distinct values that is all that any
window can tell. A bucket that fired keeps as few values as a window of the next one could need.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast

import msgspec

from sekimori.watch.domain.sigma.correlation import Bounds
from sekimori.watch.domain.state.cells import (
    DAY,
    SHOWN,
    Batch,
    CellKey,
    Cells,
    Decided,
    Evidence,
    Observation,
    Point,
    Raised,
    Shape,
    Witness,
    witness_of,
)

_GRACE: Final = DAY // 24
_ENDS: Final = 4
_MIDDLE: Final = 64
_MOST_VALUES: Final = 256


class Bucket(msgspec.Struct, omit_defaults=True):
    """What happened in one stretch of time: each value with the points where it was seen, sorted."""

    seen: dict[str, list[Point]] = {}
    fired: bool = False
    witness: Witness | None = None


class Windows(msgspec.Struct, omit_defaults=True):
    """What one group did: buckets by number; the first begins with 1970."""

    buckets: dict[int, Bucket] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Windowed:
    """A rule over windows.

    Attributes:
        span: the window, in milliseconds; an event that lies exactly this far back belongs to it.
        bounds: how many distinct values make it. With an upper bound, buckets themselves are the windows, and each is
            judged when its time is over.
        steps: for an order, how many; 0 where the order does not matter.
        differs: for an order, that the values of two steps that follow each other differ.
        crowds: for an order, steps that are only taken where so many events of theirs come together, in so many
            milliseconds; by the number of the step.
        daily: steps of which the first event of a day with the same group and value is enough.
        once: how often one group is told of at most, in milliseconds.
    """

    rule: str
    span: int
    bounds: Bounds
    steps: int = 0
    differs: bool = False
    crowds: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    daily: frozenset[int] = frozenset()
    once: int = 0

    def shape(self, _key: CellKey) -> type[Shape]:
        """Hold windows."""
        return Windows

    def keys(self, observation: Observation) -> tuple[CellKey, ...]:
        """Keep one cell for each group."""
        return ((self.rule, observation.group),)

    def companions(self, _key: CellKey) -> tuple[CellKey, ...]:
        """Ask no other cell."""
        return ()

    def sameness(self, observation: Observation) -> Hashable | None:
        """Take the events of a daily step that differ in nothing but their time of day for the same."""
        if observation.step not in self.daily:
            return None
        return self.rule, observation.step, observation.group, observation.value, observation.at // DAY

    def absorb(self, observation: Observation, cells: Cells) -> None:
        """Note where a value was seen."""
        windows = cast("Windows", cells.setdefault((self.rule, observation.group), Windows()))
        bucket = windows.buckets.setdefault(observation.at // self.span, Bucket())
        if self.bounds.most is not None:
            _keep_witness(bucket, observation)
            if len(bucket.seen) > self.bounds.most and observation.value not in bucket.seen:
                return
        name = f"{observation.step} {observation.value}" if self.steps else observation.value
        points = bucket.seen.setdefault(name, [])
        if observation.point not in points:
            points.append(observation.point)
            points.sort()
            _thin(points, self._most_points)
            if bucket.fired and not self.steps:
                _keep_latest(bucket, self.bounds.least)
            elif len(bucket.seen) > _MOST_VALUES and self.steps:
                _keep_latest(bucket, _MOST_VALUES)

    @property
    def _most_points(self) -> int:
        if not self.steps:
            return 2
        return _ENDS if self.steps == 2 and not self.crowds else _MIDDLE

    def decide(self, key: CellKey, cells: Cells, watermark: int, batch: Batch) -> Decided:
        """Fire the buckets that are full."""
        windows = cast("Windows", cells[key])
        kept = self.span + max(self.span, _GRACE)
        raised = []
        for number in sorted(windows.buckets):
            bucket = windows.buckets[number]
            if bucket.fired:
                continue
            found = self._found(windows, number, watermark)
            if found:
                bucket.fired = True
                raised.append(self._raised(key, number, bucket, found, batch))
                if not self.steps:
                    _keep_latest(bucket, self.bounds.least)
        for number in [each for each in windows.buckets if (each + 1) * self.span + kept < watermark]:
            del windows.buckets[number]
        open_ends = [(n + 1) * self.span for n, b in windows.buckets.items() if not b.fired and self.bounds.most]
        due = min((end for end in open_ends if end > watermark), default=None)
        last = max(windows.buckets, default=0)
        return Decided(tuple(raised), due, (last + 1) * self.span + kept)

    def _found(self, windows: Windows, number: int, watermark: int) -> list[Point]:
        """Return the events that fill a bucket, in their order; none where it is not full."""
        bucket = windows.buckets[number]
        if self.bounds.most is not None:
            over = (number + 1) * self.span <= watermark
            full = over and self.bounds.least <= len(bucket.seen) <= self.bounds.most
            return _points(bucket.seen) if full else []
        before = windows.buckets.get(number - 1, Bucket()).seen
        if self.steps:
            earlier = windows.buckets.get(number - 2, Bucket()).seen if self.crowds else {}
            return _in_order([earlier, before, bucket.seen], self)
        return _crowded(before, bucket.seen, self.span, self.bounds.least)

    def _raised(self, key: CellKey, number: int, bucket: Bucket, found: list[Point], batch: Batch) -> Raised:
        window = number * self.span // max(self.once, self.span)
        names = [event for _, event in found]
        here = [batch[name] for name in names if name in batch]
        evidence = here[-1] if here else bucket.witness.evidence if bucket.witness else Evidence({})
        bucket.witness = None
        return Raised(
            rule=self.rule,
            identity=f"{key[1]}\n{window}",
            evidence=evidence,
            count=len(dict.fromkeys(names)),
            events=tuple(dict.fromkeys(names))[-SHOWN:],
        )


def _keep_witness(bucket: Bucket, observation: Observation) -> None:
    if bucket.witness is None and not bucket.fired:
        bucket.witness = witness_of(observation.evidence)


def _thin(points: list[Point], most: int) -> None:
    """Keep the first and the last points."""
    if len(points) > most:
        points[most // 2 : len(points) - most // 2] = []


def _keep_latest(bucket: Bucket, most: int) -> None:
    """Keep the values that were seen last: all that a window of the next bucket could need."""
    if len(bucket.seen) > most:
        latest = sorted(bucket.seen, key=lambda value: (bucket.seen[value][-1], value))
        for value in latest[: len(latest) - most]:
            del bucket.seen[value]


def _points(seen: dict[str, list[Point]]) -> list[Point]:
    return sorted(point for points in seen.values() for point in points)


def _crowded(before: dict[str, list[Point]], seen: dict[str, list[Point]], span: int, least: int) -> list[Point]:
    """Return the first of the windows ending in a bucket that has enough distinct values: an event of each.

    Only where a value is seen for the first time in the bucket can a window have more than all earlier ones.
    """
    if len(seen) + len(before) < least:
        return []
    older = sorted((points[-1], value) for value, points in before.items())
    inside: dict[str, Point] = {value: point for point, value in older}
    gone = 0
    for point, value in sorted((points[0], value) for value, points in seen.items()):
        while gone < len(older) and older[gone][0][0] < point[0] - span:
            left = older[gone][1]
            if inside.get(left) == older[gone][0]:
                del inside[left]
            gone += 1
        inside[value] = point
        if len(inside) >= least:
            return sorted(inside.values())
    return []


def _in_order(buckets: Sequence[dict[str, list[Point]]], rule: Windowed) -> list[Point]:
    """Return the first chain of steps that ends in the last bucket, each step not before the one it follows."""
    steps: list[list[tuple[Point, str]]] = [[] for _ in range(rule.steps)]
    for place, values in enumerate(buckets, 1):
        for name, seen in values.items():
            number, _, value = name.partition(" ")
            if place == len(buckets) or int(number) < rule.steps - 1:
                steps[int(number)] += [(point, value) for point in seen]
    for step, (least, within) in rule.crowds.items():
        steps[step] = _crowd(sorted(steps[step]), least, within)
    if not all(steps):
        return []
    chains: list[list[tuple[Point, str]]] = [[each] for each in sorted(steps[0])]
    for points in steps[1:]:
        chains = [best for each in sorted(points) if (best := _longer(chains, each, rule)) is not None]
    return [point for point, _ in chains[0]] if chains else []


def _crowd(points: list[tuple[Point, str]], least: int, within: int) -> list[tuple[Point, str]]:
    """Return the points, of sorted ones, that make their crowd complete."""
    first, found = 0, []
    for place, each in enumerate(points):
        while points[first][0][0] < each[0][0] - within:
            first += 1
        if place - first + 1 >= least:
            found.append(each)
    return found


def _longer(
    chains: Iterable[list[tuple[Point, str]]], following: tuple[Point, str], rule: Windowed
) -> list[tuple[Point, str]] | None:
    """Return the chain that an event can follow and that began last: it leaves most time for the rest."""
    (at, event), value = following
    fits = [
        chain
        for chain in chains
        if chain[-1][0][0] <= at
        and all(point[1] != event for point, _ in chain)
        and at - chain[0][0][0] <= rule.span
        and not (rule.differs and chain[-1][1] == value)
    ]
    return [*max(fits, key=lambda chain: chain[0]), following] if fits else None


def as_json(values: Any) -> str:
    """Write what makes a group, the same for the same values."""
    return msgspec.json.encode(values).decode()
