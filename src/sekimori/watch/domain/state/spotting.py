"""Spots, in what the kernel decodes of a line, what rules that remember want to know once a day.

Such rules ask of nearly every sign-in and call. No line is read in full for them: a line that shows in their columns
what another one of that day showed means nothing new, and of one that does, what it means is worked out from these
columns alone, once for all days.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from operator import itemgetter
from typing import Any, Final, NamedTuple, TypeAlias

from sekimori.watch.domain.enrichment import enriched
from sekimori.watch.domain.instants import parse_instant
from sekimori.watch.domain.reading import read_event
from sekimori.watch.domain.sigma.columns import Root, decoded, record_with
from sekimori.watch.domain.sigma.logsources import CATEGORIES
from sekimori.watch.domain.state.familiar import Familiar
from sekimori.watch.domain.state.glance import GUID, TIMES, URI, Column, columns_of, root_of, said_in
from sekimori.watch.domain.state.rules import State

_EPOCH: Final = date(1970, 1, 1).toordinal()
_DAY: Final = len("2000-01-01")
_MOST_CASES: Final = 20_000
_SAID: Final = len(TIMES)

Case: TypeAlias = tuple[str, str, int, str]
"""A rule's id, the group, the step and the value."""


class Spot(NamedTuple):
    """What the line at a place means to one part of a rule, on the day of UTC that it tells of (days since 1970)."""

    place: int
    day: int
    rule: str
    group: str
    step: int
    value: str


class Spotter:
    """Looks at what the kernel decoded of one line after the other.

    ``columns`` are, by category, what it needs of a line: keys of the record or of its properties, each with the keys
    of the object that is there; None where the whole of it is needed. What is new is kept until it is taken.
    """

    def __init__(self, states: Sequence[State]) -> None:
        found: dict[str, list[_Part]] = {}
        for state in states:
            for step, part in enumerate(state.parts):
                columns = columns_of(part)
                for category in (part.categories or ()) if columns else ():
                    found.setdefault(category, []).append(_Part(state, step, columns or ()))
        self._lanes = {category: _Lane(category, found.get(category, ())) for category in CATEGORIES}
        self.columns: Mapping[str, Mapping[Root, frozenset[str] | None]] = {
            category: lane.columns for category, lane in self._lanes.items()
        }
        self._familiar = Familiar()
        self._spots: list[Spot] = []
        self._latest: datetime | None = None

    def look(self, category: str, shown: Sequence[tuple[Any, ...] | None], places: Sequence[int]) -> Sequence[int]:
        """Look at lines of one category; return the places of those to be read in full instead."""
        lane, familiar = self._lanes[category], self._familiar
        unread, times = [], []
        for place, each in zip(places, shown, strict=True):
            said = said_in(each) if each else None
            if each is None or said is None or said[-1] != "Z":
                unread.append(place)
                continue
            times.append(said)
            if not lane.asks:
                continue
            values = lane.values(each)
            day = said[:_DAY]
            if not familiar.meet((category, day, values)):
                continue
            instant = parse_instant(said)
            if instant is None:
                unread.append(place)
                continue
            for ask in lane.asks:
                if familiar.meet((ask.number, day, key := ask.take(values))):
                    for case in ask.cases(key, each):
                        self._spots.append(Spot(place, instant.toordinal() - _EPOCH, *case))
        familiar.settled()
        self._see(times)
        return unread

    def taken(self) -> tuple[list[Spot], datetime | None]:
        """Hand over what was new since this was last asked, and the latest instant that any line told of."""
        spots, self._spots = self._spots, []
        return spots, self._latest

    def _see(self, times: Sequence[str]) -> None:
        """Take note of the latest of some instants."""
        instant = parse_instant(max(times, key=_without_zone)) if times else None
        if times and instant is None:
            instant = max(filter(None, map(parse_instant, times)), default=None)
        if instant and (self._latest is None or instant > self._latest):
            self._latest = instant


_without_zone: Final = itemgetter(slice(0, -1))


class _Part(NamedTuple):
    """One part of a rule, and the columns that it hangs on."""

    state: State
    step: int
    columns: Sequence[Column]

    @property
    def roots(self) -> tuple[Root, ...]:
        return tuple(dict.fromkeys(root_of(column) for column in self.columns if column != ("category",)))


class _Lane:
    """What is looked at in the lines of a category: the times first, then the columns of all parts."""

    def __init__(self, category: str, parts: Sequence[_Part]) -> None:
        columns = [*TIMES, *(column for part in parts for column in part.columns if column != ("category",))]
        self.roots = tuple(dict.fromkeys(map(root_of, columns)))
        self.columns = {root: _keys([column for column in columns if root_of(column) == root]) for root in self.roots}
        together: dict[tuple[Root, ...], list[_Part]] = {}
        for part in parts:
            together.setdefault(part.roots, []).append(part)
        self.asks = [_Ask(category, self.roots, roots, asking) for roots, asking in together.items()]
        self._uri = self.roots.index(URI) if URI in self.roots else None

    def values(self, shown: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return what is shown but for the times; of a call's address what tells kinds of calls apart."""
        if self._uri is None or not isinstance(uri := shown[self._uri], str):
            return shown[_SAID:]
        return *shown[_SAID : self._uri], GUID.sub("", uri.partition("?")[0]), *shown[self._uri + 1 :]


class _Ask:
    """Parts of rules that hang on the same columns."""

    def __init__(self, category: str, shown: Sequence[Root], roots: Sequence[Root], parts: Sequence[_Part]) -> None:
        self.number = f"{category} {parts[0].state.keeper.rule} {parts[0].step}"
        places = [shown.index(root) for root in roots]
        self.take: Callable[[tuple[Any, ...]], Any] = itemgetter(*(place - _SAID for place in places))
        self._category = category
        self._columns = tuple(zip(roots, places, strict=True))
        self._parts = parts
        self._known: dict[Any, Sequence[Case]] = {}

    def cases(self, key: Any, shown: tuple[Any, ...]) -> Sequence[Case]:
        """Return what a line means to the parts; on `key` alone it hangs."""
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= _MOST_CASES:
                self._known.clear()
            found = self._known[key] = list(self._worked_out(shown))
        return found

    def _worked_out(self, shown: tuple[Any, ...]) -> Iterator[Case]:
        # An id saves the digest that would be made of a record without one.
        record = record_with({("category",): self._category, ("properties", "id"): "-"} | self._decoded(shown))
        event = read_event(record)
        whole = enriched(event)
        for state, step, _ in self._parts:
            for group, value in state.cases(step, event, whole):
                yield state.keeper.rule, group, step, value

    def _decoded(self, shown: tuple[Any, ...]) -> dict[Root, Any]:
        return {root: decoded(shown[place]) for root, place in self._columns}


def _keys(columns: Sequence[Column]) -> frozenset[str] | None:
    """Return the keys that columns name of the object at their root."""
    inside = [column[len(root_of(column)) :] for column in columns]
    return None if any(len(steps) > 1 for steps in inside) else frozenset(steps[0] for steps in inside if steps)
