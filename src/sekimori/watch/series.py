"""What follows in a sample: more events like one that is written out, later and a little different."""

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from sekimori.watch.domain.instants import parse_instant

_AFTER: Final = re.compile(r"(-?)(\d+)(ms|s|m|h|d)")
_UNITS: Final = {"ms": "milliseconds", "s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_TIMES: Final = ("createdDateTime", "activityDateTime", "timeGenerated")
_IDS: Final = ("id", "requestId")


class Further(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Events like another, each with an id of its own.

    Attributes:
        like: the place of the event to copy among those ``before``; without one, the sample's own.
        after: how long after the sample's own event: ``90s``, ``10m``, ``3d``; ``-`` for before it.
        times: how many.
        every: how far apart.
        change: values to put in, by their path in the record; ``#`` in one becomes the number of the copy.
    """

    like: int | None = None
    after: str = "0s"
    times: int = 1
    every: str = "1m"
    change: dict[str, Any] = {}


def followed(raw: Mapping[str, Any], before: Sequence[Any], then: Sequence[Further]) -> Iterator[Mapping[str, Any]]:
    """Yield what follows a sample's event.

    Raises:
        ValueError: a length of time cannot be read, the event has no time, or there is no event to copy.
    """
    start = _time_of(raw)
    number = 0
    for each in then:
        for turn in range(each.times):
            number += 1
            model = raw if each.like is None else before[each.like]
            yield _copied(model, start + _length(each.after) + turn * _length(each.every), number, each.change)


def _copied(model: Mapping[str, Any], at: datetime, number: int, change: Mapping[str, Any]) -> Mapping[str, Any]:
    record: dict[str, Any] = copy.deepcopy(dict(model))
    properties = record.get("properties", {})
    said = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    record["time"] = said
    for key in _TIMES:
        if key in properties:
            properties[key] = said
    for key in _IDS:
        if key in properties:
            properties[key] = f"{properties[key]}-{number}"
    for path, value in change.items():
        _put(record, path.split("."), value.replace("#", str(number)) if isinstance(value, str) else value)
    return record


def _put(into: Any, path: list[str], value: Any) -> None:
    first, *rest = path
    key: Any = int(first) if isinstance(into, list) else first
    if rest:
        _put(into[key], rest, value)
    else:
        into[key] = value


def _time_of(raw: Mapping[str, Any]) -> datetime:
    properties = raw.get("properties", {})
    said = (*(properties.get(key) for key in _TIMES), raw.get("time"))
    found = next((at for value in said if (at := parse_instant(value))), None)
    if found is None:
        raise ValueError("an event without a time has none after it")
    return found


def _length(text: str) -> timedelta:
    found = _AFTER.fullmatch(text)
    if found is None:
        raise ValueError(f"not a length of time: {text}")
    length = timedelta(**{_UNITS[found[3]]: int(found[2])})
    return -length if found[1] else length
