"""Decides many lines of one category side by side: a column of all of them is looked up in one call.

What it answers is what it would of each line by itself.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from operator import add, attrgetter
from typing import Any, Final

from msgspec.structs import astuple

from sekimori.watch.domain.sigma.groups import Fired, Group
from sekimori.watch.domain.sigma.plan import Decision, Lane

_PROPERTIES: Final = attrgetter("properties")


def by_kind(records: Sequence[Any]) -> Mapping[type, Sequence[int]]:
    """Return the places of the records of each category."""
    places: defaultdict[type, list[int]] = defaultdict(list)
    for place, kind in enumerate(map(type, records)):
        places[kind].append(place)
    return places


def fired_in(lane: Lane, records: Sequence[Any], lines: Sequence[bytes], places: Sequence[int]) -> Mapping[int, Fired]:
    """Return the rules that fire on the records at some places, all of one category; `lines` are what they were.

    Raises:
        Overflow: a column has more values than are worth remembering.
    """
    asked: defaultdict[Group, list[int]] = defaultdict(list)
    fired: dict[int, Fired] = {}
    for decision, alike in _alike(places, _decided(lane, [records[place] for place in places])).items():
        if decision.fired:
            fired.update(dict.fromkeys(alike, decision.fired))
        for group in decision.open:
            asked[group].extend(alike)
    for group, left in asked.items():
        for place in group.sifted(records, left):
            if also := group.ask(records[place], lines[place]):
                fired[place] = tuple(sorted(fired.get(place, ()) + also))
    return fired


def _alike(places: Sequence[int], decisions: Sequence[Decision]) -> Mapping[Decision, list[int]]:
    """Return the places of each decision."""
    found: defaultdict[Decision, list[int]] = defaultdict(list)
    for place, decision in zip(places, decisions, strict=True):
        found[decision].append(place)
    return found


def _decided(lane: Lane, records: Sequence[Any]) -> Sequence[Decision]:
    """Return what the early columns decide of each record."""
    few = lane.few
    keys = [each[:few] for each in map(astuple, map(_PROPERTIES, records))]
    if lane.top is not None:
        keys = list(map(add, keys, map(lane.top, records)))
    decisions: list[Any] = list(map(lane.values.__getitem__, keys))
    if not lane.more:
        return decisions
    columns = [map(memo.__getitem__, map(take, records)) for take, memo in lane.more]
    return [further[numbers] for further, numbers in zip(decisions, zip(*columns, strict=True), strict=True)]
