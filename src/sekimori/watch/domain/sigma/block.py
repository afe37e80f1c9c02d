"""Decides many lines of one category side by side: a column of all of them is looked up in one call.

What it answers is what it would of each line by itself.
"""

from collections.abc import Mapping, Sequence
from operator import add, attrgetter
from typing import Any, Final

from msgspec.structs import astuple

from sekimori.watch.domain.sigma.groups import Fired, Group
from sekimori.watch.domain.sigma.plan import Decision, Lane

_PROPERTIES: Final = attrgetter("properties")


def by_kind(records: Sequence[Any]) -> Mapping[type, Sequence[int]]:
    """Return the places of the records of each category."""
    kinds = list(map(type, records))
    return {kind: [place for place, each in enumerate(kinds) if each is kind] for kind in set(kinds)}


def fired_in(lane: Lane, records: Sequence[Any], lines: Sequence[bytes]) -> dict[int, Fired]:
    """Return the rules that fire on records of one category, given as decoded and as they are, by their place.

    Raises:
        Overflow: a column has more values than are worth remembering.
    """
    members: dict[Decision, list[int]] = {}
    for place, decision in enumerate(_decided(lane, records)):
        members.setdefault(decision, []).append(place)
    fired: dict[int, Fired] = {}
    asked: dict[Group, list[int]] = {}
    for decision, places in members.items():
        if decision.fired:
            fired.update(dict.fromkeys(places, decision.fired))
        for group in decision.open:
            asked.setdefault(group, []).extend(places)
    for group, places in asked.items():
        for place in group.sifted(records, places):
            if also := group.ask(records[place], lines[place]):
                fired[place] = tuple(sorted(fired.get(place, ()) + also))
    return fired


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
