"""A glance at a line tells whether it shows rules of first sightings anything new.

Such rules ask of nearly every record. A line is decoded into the few columns that they hang on, conditions included; a
line that shows in them what another one showed on the same day means nothing new, and is read no further.
"""

from collections.abc import Callable, Iterator, Sequence
from keyword import iskeyword
from operator import attrgetter
from typing import Any, Final

import msgspec

from sekimori.watch.domain.sigma.reader import SigmaRule
from sekimori.watch.domain.sigma.tree import And, Atom, Not, Or, Tree
from sekimori.watch.domain.state.familiar import Familiar
from sekimori.watch.domain.state.fields import Field, call_kind
from sekimori.watch.domain.state.rules import State
from sekimori.watch.domain.state.sightings import FirstSeen

Column = tuple[str, ...]

_TIMES: Final[tuple[Column, ...]] = (
    ("properties", "createdDateTime"),
    ("properties", "activityDateTime"),
    ("properties", "timeGenerated"),
    ("time",),
)
_CALL: Final[tuple[Column, ...]] = (("properties", "requestMethod"), ("properties", "requestUri"))
_ADDRESS: Final[tuple[Column, ...]] = (("properties", "ipAddress"), ("callerIpAddress",))
_OWN: Final[dict[str, tuple[Column, ...]]] = {
    "event.address": _ADDRESS,
    "event.network": _ADDRESS,
    "event.client": (("properties", "userAgent"),),
    "event.call": _CALL,
}
_DAY: Final = 10


class Glance:
    """Looks at lines for rules of first sightings; each is one that :func:`columns_of` knows."""

    def __init__(self, states: Sequence[tuple[SigmaRule, State]]) -> None:
        columns: dict[str, dict[Column, None]] = {}
        for rule, state in states:
            for category in rule.categories or ():
                columns.setdefault(category, {}).update(dict.fromkeys(columns_of(rule, state) or ()))
        self._decode = _decoder(sorted({*_TIMES, *(each for found in columns.values() for each in found)}))
        self._getters = {category: _getter(list(found)) for category, found in columns.items()}
        self._named = [f'"{category}"'.encode() for category in columns]

    def shows_news(self, line: bytes, familiar: Familiar) -> bool:
        """Say whether a line is worth reading; one whose columns are not of the usual types is."""
        if not any(name in line for name in self._named):
            return False
        try:
            record = self._decode(line)
            getter = self._getters.get(record.category)
            if getter is None:
                return False
            day = _day(record)
            return day is None or familiar.meet((record.category, day, getter(record)))
        except (msgspec.DecodeError, AttributeError, RecursionError, UnicodeDecodeError):
            return True


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


def columns_of(rule: SigmaRule, state: State) -> tuple[Column, ...] | None:
    """Return the columns that a rule of first sightings hangs on; None where they are not all that it hangs on."""
    if not isinstance(state.keeper, FirstSeen) or rule.categories is None:
        return None
    found: list[Column] = []
    for part in state.parts:
        of_fields = [_of_field(each) for each in (*part.group, *(part.counts or ()))]
        of_tree = list(_of_tree(part.tree))
        if None in of_fields or None in of_tree:
            return None
        found += [column for each in of_fields if each for column in each]
        found += [column for column in of_tree if column]
    return tuple(dict.fromkeys(found))


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


def _decoder(columns: Sequence[Column]) -> Callable[[bytes], Any]:
    tree: dict[str, Any] = {}
    for column in columns:
        into = tree
        for step in column[:-1]:
            into = into.setdefault(step, {})
        into.setdefault(column[-1], {})
    tree.pop("category", None)
    return msgspec.json.Decoder(_struct("Line", tree, [("category", str, "")])).decode


def _struct(name: str, tree: dict[str, Any], fields: list[Any] | None = None) -> type[msgspec.Struct]:
    made = list(fields or ())
    for key, below in tree.items():
        if below:
            inner = _struct(key, below)
            made.append((key, inner, msgspec.field(default_factory=inner)))
        else:
            made.append((key, str | int | float | bool | None, None))
    return msgspec.defstruct(name, made, gc=False)


def _getter(columns: list[Column]) -> Callable[[Any], Any]:
    """Return what reads columns out of a decoded line; of a Graph call, its kind instead of its address."""
    rest = [column for column in columns if column not in _CALL and column != ("category",)]
    plain = attrgetter(*(".".join(column) for column in rest)) if rest else lambda _: ()
    if _CALL[1] not in columns:
        return plain

    def with_call(record: Any) -> Any:
        properties = record.properties
        return plain(record), call_kind(properties.requestMethod, properties.requestUri)

    return with_call


def _day(record: Any) -> str | None:
    """Return the day of a line in UTC, or None where it takes more to tell."""
    properties = record.properties
    said = properties.createdDateTime or properties.activityDateTime or properties.timeGenerated or record.time
    if not isinstance(said, str) or not said.endswith(("Z", "+00:00")):
        return None
    return said[:_DAY]
