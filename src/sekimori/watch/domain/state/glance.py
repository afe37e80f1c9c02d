"""A glance at a line tells whether it shows the rules that remember anything new.

Some of them ask of nearly every record, and want each value once a day. A line is decoded into the few columns that
they hang on, conditions included; a line that shows in them what another one showed on the same day means nothing new,
and is read no further.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from keyword import iskeyword
from operator import attrgetter, itemgetter
from typing import Any, Final, Union

import msgspec
from msgspec.structs import astuple

from sekimori.watch.domain.sigma.tree import And, Atom, Not, Or, Tree
from sekimori.watch.domain.state.familiar import Familiar
from sekimori.watch.domain.state.fields import Field
from sekimori.watch.domain.state.rules import Part

Column = tuple[str, ...]

_PLAIN: Final = str | int | float | bool | None
_TIMES: Final = ("createdDateTime", "activityDateTime", "timeGenerated", "time")
_FIRST: Final = (*_TIMES[:3], "requestMethod", "requestUri")
_GUID: Final = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}")
_CALL: Final[tuple[Column, ...]] = (("properties", "requestMethod"), ("properties", "requestUri"))
_ADDRESS: Final[tuple[Column, ...]] = (("properties", "ipAddress"), ("callerIpAddress",))
_OWN: Final[dict[str, tuple[Column, ...]]] = {
    "event.address": _ADDRESS,
    "event.network": _ADDRESS,
    "event.client": (("properties", "userAgent"),),
    "event.call": _CALL,
}
_DAY: Final = 10
_HEAD: Final = 512
"""Bytes in which a line's category stands most of the time."""


class Glance:
    """Looks at lines for parts of rules; each is one that :func:`columns_of` knows."""

    def __init__(self, parts: Sequence[Part]) -> None:
        columns: dict[str, dict[tuple[Column, ...], None]] = {}
        for part in parts:
            for category in part.categories or ():
                columns.setdefault(category, {})[columns_of(part) or ()] = None
        named = "|".join(f'"{category}"' for category in columns)
        self._search = re.compile(named.encode()).search
        self._lanes = dict(_lane(category, list(asked)) for category, asked in columns.items())
        # the members are known at run time only
        self._decode = msgspec.json.Decoder(Union[tuple(self._lanes)]).decode  # noqa: UP007

    def _named_in(self, text: bytes) -> bool:
        return self._search(text) is not None

    def shows_news(self, line: bytes, familiar: Familiar) -> bool:
        """Say whether a line is worth reading; one whose columns are not of the usual types is."""
        if not self._named_in(line[:_HEAD]) and not self._named_in(line):
            return False
        try:
            record = self._decode(line)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            return True
        category, has_call, top, parts = self._lanes[type(record)]
        shown = astuple(record.properties)
        said = shown[0] or shown[1] or shown[2] or record.time
        if not isinstance(said, str) or not said.endswith(("Z", "+00:00")):
            return True
        called = (shown[3], _GUID.sub("", shown[4].partition("?")[0]) if shown[4] else None) if has_call else None
        whole = category, said[:_DAY], called, *top(record), *shown[5:]
        if not familiar.meet(whole):
            return False
        # All together is new; for each part by itself it may be known.
        news = [familiar.meet((number, *part(whole))) for number, part in enumerate(parts)]
        return any(news)


_Picker = Callable[[Any], tuple[Any, ...]]
_Lane = tuple[str, bool, _Picker, Sequence[_Picker]]


def _lane(category: str, parts: Sequence[tuple[Column, ...]]) -> tuple[type[msgspec.Struct], _Lane]:
    """Return the shape of a category's lines, and what is taken of them: together, and for each part by itself."""
    columns = list(dict.fromkeys(column for part in parts for column in part))
    top = sorted({column[0] for column in columns} - {"properties", "category", "time"})
    inner = list(
        dict.fromkeys(column[1] for column in columns if column[0] == "properties" and column[1] not in _FIRST)
    )
    places: dict[Column, int] = {("category",): 0, ("call",): 2}
    places.update(((key,), 3 + place) for place, key in enumerate(top))
    places.update((("properties", key), 3 + len(top) + place) for place, key in enumerate(inner))
    picked = [itemgetter(*sorted({0, 1, *(places[_held(column)] for column in part)})) for part in parts]
    return _line(category, columns), (category, any(column in columns for column in _CALL), _taker(top), picked)


def _held(column: Column) -> Column:
    """Return where a column is among those that are taken: a call is one, and an object is taken as a whole."""
    return ("call",) if column in _CALL else column[:2] if column[0] == "properties" else column[:1]


class News:
    """Says of one line after the other whether it shows something that none before it did."""

    def __init__(self, glance: Glance) -> None:
        self._glance = glance
        self._familiar = Familiar()

    def __call__(self, line: bytes) -> bool:
        """Say whether a line is news."""
        is_news = self._glance.shows_news(line, self._familiar)
        if is_news:
            self._familiar.settled()
        return is_news


def columns_of(part: Part) -> tuple[Column, ...] | None:
    """Return the columns that a daily part hangs on; None where it is none, or hangs on more."""
    if not part.daily or part.categories is None:
        return None
    of_fields = [_of_field(each) for each in (*part.group, *(part.counts or ()))]
    of_tree = list(_of_tree(part.tree))
    if None in of_fields or None in of_tree or _CALL[1] in of_tree:
        return None  # of a call's address, ids and what is asked are not looked at
    found = [column for each in of_fields if each for column in each] + [column for column in of_tree if column]
    # Of the time, the day alone is looked at.
    return None if any(column[-1] in _TIMES for column in found) else tuple(dict.fromkeys(found))


def _of_field(field: Field) -> tuple[Column, ...] | None:
    if field.name in _OWN:
        return _OWN[field.name]
    if not field.spots or any(spot.named is not None or not _is_column(spot.path) for spot in field.spots):
        return None
    return tuple(tuple(map(str, spot.path)) for spot in field.spots)


def _of_tree(tree: Tree) -> Iterator[Column | None]:
    match tree:
        case And(parts) | Or(parts):
            for part in parts:
                yield from _of_tree(part)
        case Not(part):
            yield from _of_tree(part)
        case Atom(path, _):
            yield tuple(map(str, path)) if _is_column(path) else None
        case _:
            yield None


def _is_column(path: tuple[Any, ...]) -> bool:
    if not path or path[0] == "changes":
        return False
    return all(isinstance(step, str) and step.isidentifier() and not iskeyword(step) for step in path)


def _taker(names: Sequence[str]) -> _Picker:
    """Return what reads the columns that stand beside `properties`."""
    if len(names) < 2:
        return lambda record: tuple([getattr(record, name) for name in names])
    return attrgetter(*names)


def _line(category: str, columns: Sequence[Column]) -> type[msgspec.Struct]:
    """Make the shape of a category's lines; what tells the time and a Graph call comes first in `properties`."""
    tree: dict[str, Any] = {}
    for column in columns:
        into = tree
        for step in column[:-1]:
            into = into.setdefault(step, {})
        into.setdefault(column[-1], {})
    inner = {key: below for key, below in tree.pop("properties", {}).items() if key not in _FIRST}
    properties = _struct("Properties", {key: {} for key in _FIRST} | inner)
    top = [_field(key, below) for key, below in tree.items() if key not in {"category", "time"}]
    fields: list[tuple[str, Any, Any]] = [("properties", properties, msgspec.NODEFAULT), ("time", _PLAIN, None), *top]
    return msgspec.defstruct(category, fields, tag_field="category", tag=category, gc=False, frozen=True)


def _struct(name: str, tree: dict[str, Any]) -> type[msgspec.Struct]:
    return msgspec.defstruct(name, [_field(*each) for each in tree.items()], gc=False, frozen=True)


def _field(key: str, below: dict[str, Any]) -> tuple[str, Any, Any]:
    return (key, _struct(key, below) | None, None) if below else (key, _PLAIN, None)
