"""A glance at a line tells whether it shows the rules that remember anything new.

Some of them ask of nearly every record, and want each value once a day. A line is decoded into the few columns that
they hang on, conditions included; a line that shows in them what another one showed on the same day means nothing new,
and is read no further.
"""

import re
from collections.abc import Iterator, Sequence
from keyword import iskeyword
from operator import attrgetter, itemgetter
from typing import Any, Final, Union

import msgspec

from sekimori.watch.domain.sigma.tree import And, Atom, Not, Or, Tree
from sekimori.watch.domain.sigma.values import MISSING
from sekimori.watch.domain.state.familiar import Familiar
from sekimori.watch.domain.state.fields import Field
from sekimori.watch.domain.state.rules import Part

Column = tuple[str, ...]

_PLAIN: Final = str | int | float | bool | None
TIMES: Final[tuple[Column, ...]] = (
    ("properties", "createdDateTime"),
    ("properties", "activityDateTime"),
    ("properties", "timeGenerated"),
    ("time",),
)
_CALL: Final[tuple[Column, ...]] = (("properties", "requestMethod"), ("properties", "requestUri"))
URI: Final[Column] = _CALL[1]
_FIRST: Final = (*TIMES, *_CALL)
_METHOD: Final = 4
_URI: Final = 5
GUID: Final = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}")
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
        self._lanes = {category: _Lane(list(asked)) for category, asked in columns.items()}
        self._shapes = {_line(category, lane.columns): category for category, lane in self._lanes.items()}
        # the members are known at run time only
        self._decode = msgspec.json.Decoder(Union[tuple(self._shapes)]).decode  # noqa: UP007

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
        category = self._shapes[type(record)]
        return self._is_new(category, self._lanes[category].take(record), familiar)

    def _is_new(self, category: str, shown: tuple[Any, ...], familiar: Familiar) -> bool:
        said = said_in(shown)
        if said is None or not said.endswith(("Z", "+00:00")):
            return True
        lane, uri = self._lanes[category], shown[_URI]
        called = GUID.sub("", uri.partition("?")[0]) if isinstance(uri, str) else uri
        whole = category, said[:_DAY], called, *shown[_METHOD:_URI], *shown[len(_FIRST) :]
        if not familiar.meet(whole):
            return False
        # All together is new; for each part by itself it may be known.
        news = [familiar.meet((number, *part(whole))) for number, part in enumerate(lane.parts)]
        return any(news)


def said_in(shown: tuple[Any, ...]) -> str | None:
    """Return the first time that is said."""
    for said in shown[:_METHOD]:
        if isinstance(said, str) and said:
            return said
        if said is not None and said is not MISSING:
            return None
    return None


class _Lane:
    """What is taken of the lines of a category: the times, a call, and the roots of all other columns."""

    def __init__(self, parts: Sequence[tuple[Column, ...]]) -> None:
        self.columns = list(dict.fromkeys(column for part in parts for column in part))
        others = [root for root in map(root_of, self.columns) if root not in _FIRST and root != ("category",)]
        self.roots = (*_FIRST, *dict.fromkeys(others))
        places: dict[Column, int] = {("category",): 0, _FIRST[_METHOD]: 3, _FIRST[_URI]: 2}
        places.update((root, 4 + place) for place, root in enumerate(self.roots[len(_FIRST) :]))
        self.parts = [itemgetter(*sorted({0, 1, *(places[root_of(column)] for column in part)})) for part in parts]
        self.take = attrgetter(*(".".join(root) for root in self.roots))


def columns_of(part: Part) -> tuple[Column, ...] | None:
    """Return the columns that a daily part hangs on; None where it is none, or hangs on more."""
    if not part.daily or part.categories is None or not part.counts:
        return None
    of_fields = [_of_field(each) for each in (*part.group, *part.counts)]
    of_tree = list(_of_tree(part.tree))
    if None in of_fields or None in of_tree or _CALL[1] in of_tree:
        return None  # of a call's address, ids and what is asked are not looked at
    found = [*columns_of_fields((*part.group, *part.counts)), *columns_of_tree(part)]
    # Of the time, the day alone is looked at.
    return None if any(column in TIMES for column in found) else tuple(dict.fromkeys(found))


def columns_of_fields(fields: Sequence[Field]) -> list[Column]:
    """Return the columns that fields hang on."""
    return [column for each in fields for column in _of_field(each) or ()]


def columns_of_tree(part: Part) -> list[Column]:
    """Return the columns that a part's condition hangs on."""
    return [column for column in _of_tree(part.tree) if column]


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


def root_of(column: Column) -> Column:
    """Return the column of the record or of its properties that a column is in."""
    return column[: 2 if column[0] == "properties" else 1]


def _line(category: str, columns: Sequence[Column]) -> type[msgspec.Struct]:
    """Make the shape of a category's lines."""
    tree: dict[str, Any] = {}
    for column in (*_FIRST, *columns):
        into = tree
        for step in column[:-1]:
            into = into.setdefault(step, {})
        into.setdefault(column[-1], {})
    properties = _struct("Properties", tree.pop("properties"))
    tree.pop("category", None)
    fields: list[tuple[str, Any, Any]] = [
        ("properties", properties, msgspec.NODEFAULT),
        *(_field(*each) for each in tree.items()),
    ]
    return msgspec.defstruct(category, fields, tag_field="category", tag=category, gc=False, frozen=True)


def _struct(name: str, tree: dict[str, Any]) -> type[msgspec.Struct]:
    return msgspec.defstruct(name, [_field(*each) for each in tree.items()], gc=False, frozen=True)


def _field(key: str, below: dict[str, Any]) -> tuple[str, Any, Any]:
    return (key, _struct(key, below) | None, None) if below else (key, _PLAIN, None)
