"""Spots, in what the kernel decodes of a line, what rules that remember want to know once a day.

Such rules ask of nearly every sign-in and call. No line is read in full for them: a line that shows in their columns
what another one of that day showed means nothing new, and of one that does, what it means is worked out from these
columns alone, once for all days.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from operator import itemgetter
from typing import Any, Final, NamedTuple, TypeAlias

from sekimori.watch.domain.instants import parse_instant
from sekimori.watch.domain.sigma.columns import Root, decoded, record_with
from sekimori.watch.domain.sigma.evaluate import matches
from sekimori.watch.domain.sigma.logsources import CATEGORIES
from sekimori.watch.domain.sigma.values import MISSING
from sekimori.watch.domain.state.fields import Bare
from sekimori.watch.domain.state.glance import (
    GUID,
    TIMES,
    URI,
    Column,
    columns_of,
    columns_of_fields,
    columns_of_tree,
    root_of,
    said_in,
)
from sekimori.watch.domain.state.rules import Part, State, groups_of, values_of

_EPOCH: Final = date(1970, 1, 1).toordinal()
_DAY: Final = len("2000-01-01")
_CLOCK: Final = re.compile(r"T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?Z", re.ASCII)
_MOST_CASES: Final = 10_000
_MOST_KNOWN: Final = 100_000
_SAID: Final = len(TIMES)

Case: TypeAlias = tuple[str, str, int, str]
"""A rule's id, the group, the step and the value."""


Spot: TypeAlias = tuple[int, int, str, str, int, str]
"""What the line at a place means to one part of a rule, on the day of UTC that it tells of: the place, the day in days
since 1970, the rule's id, the group, the step and the value. A plain tuple is handed quickly from process to process.
"""


class Spotter:
    """Looks at what the kernel decoded of one line after the other.

    ``columns`` are, by category, what it needs of a line: keys of the record or of its properties, each with the keys
    of the object that is there; None where the whole of it is needed. What is new is kept until it is taken.
    """

    def __init__(self, states: Sequence[State]) -> None:
        found: dict[str, list[_Part]] = {}
        for state in states:
            for step, part in enumerate(state.parts):
                for category in (part.categories or ()) if columns_of(part) else ():
                    found.setdefault(category, []).append(_Part(state.keeper.rule, step, part))
        self._lanes = {category: _Lane(category, found.get(category, ())) for category in CATEGORIES}
        self.columns: Mapping[str, Mapping[Root, frozenset[str] | None]] = {
            category: lane.columns for category, lane in self._lanes.items()
        }
        self._known: dict[tuple[str, str], set[int]] = {}
        self._spots: list[Spot] = []
        self._latest: dict[int, str] = {}

    def look(self, category: str, shown: Sequence[tuple[Any, ...] | None], places: Sequence[int]) -> list[int]:
        """Look at lines of one category; return the places of those to be read in full instead."""
        lane = self._lanes[category]
        times = lane.times(shown)
        unread = []
        if None in times:
            unread = [place for place, said in zip(places, times, strict=True) if said is None]
            usual = [i for i, said in enumerate(times) if said is not None]
            shown, places, times = [shown[i] for i in usual], [places[i] for i in usual], [times[i] for i in usual]
        self._see(times)
        if lane.asks and times:
            unread += [places[i] for i in self._spot(lane, shown, times, places)]
        return unread

    def _spot(self, lane: "_Lane", shown: Sequence[Any], times: Sequence[Any], places: Sequence[int]) -> Iterator[int]:
        """Keep what is new in lines; yield those whose day is none."""
        values, days = lane.values(shown), [said[:_DAY] for said in times]
        numbers = list(map(hash, values))
        for said_day in sorted(set(days)):
            known = self._known_of(said_day, lane.category)
            for i, number in enumerate(numbers):
                if number in known or days[i] != said_day:
                    continue
                day = _day_of(times[i])
                if day is None:
                    yield i
                    continue
                known.add(number)
                for ask in lane.asks:
                    if (number := hash((ask.number, ask.take(values[i])))) not in known:
                        known.add(number)
                        self._spots += [(places[i], day, *case) for case in ask.cases(values[i], shown[i])]

    def _known_of(self, day: str, category: str) -> set[int]:
        """Return the hashes of what is known of a day; of the earliest days nothing where it is too much altogether."""
        known = self._known.setdefault((day, category), set())
        while sum(map(len, self._known.values())) > _MOST_KNOWN:
            del self._known[min(self._known)]
        return known

    def taken(self) -> tuple[list[Spot], datetime | None]:
        """Hand over what was new since this was last asked, and the latest instant that any line told of."""
        spots, self._spots = self._spots, []
        return spots, max(filter(None, map(parse_instant, self._latest.values())), default=None)

    def _see(self, times: Sequence[Any]) -> None:
        """Take note of the latest of some instants. Those of one length come in the order of the alphabet."""
        lengths = set(map(len, times))
        for length in lengths:
            told = times if len(lengths) == 1 else [said for said in times if len(said) == length]
            latest = max(told)
            if parse_instant(latest) is None:
                latest = max(filter(parse_instant, told), default="")
            if latest > self._latest.get(length, ""):
                self._latest[length] = latest


def _day_of(said: str) -> int | None:
    """Return the day of an instant, in days since 1970; None where it is no instant."""
    try:
        usual = date.fromisoformat(said[:_DAY]) if _CLOCK.fullmatch(said, _DAY) else None
    except ValueError:
        return None
    instant = usual or parse_instant(said)
    return instant.toordinal() - _EPOCH if instant else None


class _Part(NamedTuple):
    """One part of a rule."""

    rule: str
    step: int
    part: Part

    @property
    def roots(self) -> tuple[Root, ...]:
        return _roots(columns_of(self.part) or ())


class _Lane:
    """What is looked at in the lines of a category: the times first, then the columns of all parts."""

    def __init__(self, category: str, parts: Sequence[_Part]) -> None:
        self.category = category
        columns = [*TIMES, *(column for each in parts for column in columns_of(each.part) or ())]
        self._asks_uri = URI in columns
        self.roots = tuple(sorted(_roots(columns), key=URI.__eq__))  # at the end, where it is taken off at once
        self.columns = {root: _keys([column for column in columns if root_of(column) == root]) for root in self.roots}
        together: dict[tuple[Root, ...], list[_Part]] = {}
        for part in parts:
            together.setdefault(part.roots, []).append(part)
        self.asks = [_Ask(category, self.roots, roots, asking) for roots, asking in together.items()]
        self._usual = 0

    def times(self, shown: Sequence[tuple[Any, ...] | None]) -> Sequence[str | None]:
        """Return the time that each line tells; None where it is none of UTC as usual."""
        if shown[0] is None:
            return [None] * len(shown)
        return _all_told_at(self._usual, shown) or [self._said(each) if each else None for each in shown]

    def _said(self, shown: tuple[Any, ...]) -> str | None:
        said = said_in(shown)
        if said is None or said[-1] != "Z":
            return None
        self._usual = shown.index(said)
        return said

    def values(self, shown: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Return what is shown but for the times; of a call's address what tells kinds of calls apart."""
        if not self._asks_uri:
            return [each[_SAID:] for each in shown]
        return [(*each[_SAID:-1], _kind_of(each[-1])) for each in shown]


def _all_told_at(place: int, shown: Sequence[Any]) -> list[str] | None:
    """Return the times that lines tell, if each tells its own in the same of the columns for it, and in UTC."""
    told = [each[place] for each in shown]
    if set(map(type, told)) != {str} or {each[-1:] for each in told} != {"Z"}:
        return None
    return told if not place or {each[:place] for each in shown} == {(MISSING,) * place} else None


def _kind_of(uri: Any) -> Any:
    """Return an address without what is asked, and without its ids."""
    if type(uri) is not str:
        return uri
    path = uri.partition("?")[0]
    return GUID.sub("", path) if "-" in path else path


class _Ask:
    """Parts of rules that hang on the same columns."""

    def __init__(self, category: str, shown: Sequence[Root], roots: Sequence[Root], parts: Sequence[_Part]) -> None:
        self.number = f"{category} {parts[0].rule} {parts[0].step}"
        self.take: Callable[[tuple[Any, ...]], Any] = itemgetter(*(shown.index(root) - _SAID for root in roots))
        self._parts = [(each.rule, each.step, *_aspects(category, shown, each.part)) for each in parts]

    def cases(self, values: tuple[Any, ...], shown: tuple[Any, ...]) -> Iterator[Case]:
        """Yield what a line means to the parts, given as lines are compared and as it is shown."""
        for rule, step, holds, groups, counted in self._parts:
            if holds(values, shown):
                for group in groups(values, shown):
                    for value in counted(values, shown):
                        yield rule, group, step, value


def _aspects(category: str, shown: Sequence[Root], part: Part) -> tuple["_Aspect", "_Aspect", "_Aspect"]:
    """Return what is asked of a line for a part: whether its condition holds, the groups, and the values."""

    def aspect(columns: Iterable[Column], mean: Callable[[dict[str, Any]], Any]) -> _Aspect:
        roots = _roots(columns)
        return _Aspect([shown.index(root) for root in roots], lambda found: mean(_record(category, roots, found)))

    return (
        aspect(columns_of_tree(part), lambda record: matches(part.tree, record)),
        aspect(columns_of_fields(part.group), lambda record: groups_of(part, Bare(record), record)),
        aspect(columns_of_fields(part.counts or ()), lambda record: values_of(part, Bare(record), record)),
    )


class _Aspect:
    """What some columns of a line mean, remembered by their values."""

    def __init__(self, places: Sequence[int], mean: Callable[[Sequence[Any]], Any]) -> None:
        self._places = places
        self._key: Callable[[tuple[Any, ...]], Any] = (
            itemgetter(*(place - _SAID for place in places)) if places else lambda _: None
        )
        self._mean = mean
        self._known: dict[Any, Any] = {}

    def __call__(self, values: tuple[Any, ...], shown: tuple[Any, ...]) -> Any:
        key = self._key(values)
        if key not in self._known:
            if len(self._known) >= _MOST_CASES:
                self._known.clear()
            self._known[key] = self._mean([shown[place] for place in self._places])
        return self._known[key]


def _record(category: str, roots: Sequence[Root], values: Sequence[Any]) -> dict[str, Any]:
    return record_with({("category",): category} | dict(zip(roots, map(decoded, values), strict=True)))


def _roots(columns: Iterable[Column]) -> tuple[Root, ...]:
    """Return the columns of the record or of its properties that columns are in; the category is no news."""
    return tuple(dict.fromkeys(root_of(column) for column in columns if column != ("category",)))


def _keys(columns: Sequence[Column]) -> frozenset[str] | None:
    """Return the keys that columns name of the object at their root."""
    inside = [column[len(root_of(column)) :] for column in columns]
    return None if any(len(steps) > 1 for steps in inside) else frozenset(steps[0] for steps in inside if steps)
