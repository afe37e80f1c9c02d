"""Reads what a line means to rules of state without making a dictionary of it, where that hangs on few plain columns.

A rule of orders or counts may ask of every sign-in. Such a line is decoded into the columns that the rules ask of its
category; what they mean was worked out for equal columns before. Only its id and its time are read anew.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import datetime
from functools import partial
from operator import attrgetter
from types import SimpleNamespace
from typing import Any, Final, TypeAlias, cast

import msgspec

from sekimori.watch.domain.event import Event
from sekimori.watch.domain.instants import parse_instant
from sekimori.watch.domain.reading import SIGN_INS, source_ip
from sekimori.watch.domain.records import Record, Source, text
from sekimori.watch.domain.sigma.evaluate import matches
from sekimori.watch.domain.sigma.logsources import CATEGORIES
from sekimori.watch.domain.sigma.partial import leaves_of, left_of
from sekimori.watch.domain.sigma.tree import NEVER, Atom, Path, Tree
from sekimori.watch.domain.state.cells import Observation, milliseconds
from sekimori.watch.domain.state.fields import Field, cases
from sekimori.watch.domain.state.rules import Part, State
from sekimori.watch.domain.state.windows import as_json

_Column: TypeAlias = tuple[str, ...]

_TIMES: Final = ("createdDateTime", "activityDateTime", "timeGenerated")
_FIRST: Final = ("id", *_TIMES)
_ADDRESS: Final[tuple[_Column, ...]] = (("properties", "ipAddress"), ("callerIpAddress",))
_NAME: Final = re.compile(r"[A-Za-z]\w*")
_MOST: Final = 50_000
"""Answers that are remembered of one question; with one more, all are forgotten."""


class LateEvidence:
    """The record behind an observation, decoded when somebody asks for it, and where it stood."""

    __slots__ = ("_line", "source")

    def __init__(self, line: bytes, source: Source | None) -> None:
        self._line = line
        self.source = source

    @property
    def record(self) -> Record:
        """Decode the record."""
        return cast("Record", msgspec.json.decode(self._line))


@dataclass(slots=True)
class _Asked:
    """A question about some of the columns of a line, and what equal columns answered before."""

    columns: tuple[_Column, ...]
    answer: Callable[[Event, Mapping[str, Any]], Any]
    category: str
    known: dict[tuple[Any, ...], Any] = dataclass_field(default_factory=dict)
    read: Callable[[Any], tuple[Any, ...]] = dataclass_field(init=False)

    def __post_init__(self) -> None:
        # with two names and more it makes a tuple
        names = [".".join(map(_attribute, column)) for column in self.columns]
        self.read = attrgetter(*names, "category", "category")

    def of(self, shown: Any) -> Any:
        """Return the answer for a line."""
        said = self.read(shown)
        try:
            return self.known[said]
        except KeyError:
            if len(self.known) >= _MOST:
                self.known.clear()
            answer = self.known[said] = self._worked_out(said)
            return answer

    def _worked_out(self, said: tuple[Any, ...]) -> Any:
        whole: dict[str, Any] = {"category": self.category, "properties": {}}
        for column, value in zip(self.columns, said, strict=False):
            if value is not msgspec.UNSET:
                _put(whole, column, value)
        # an event as far as fields of our own look at it
        event = SimpleNamespace(source_ip=source_ip(whole, whole["properties"]))
        return self.answer(cast("Event", event), whole)


@dataclass(frozen=True, slots=True)
class _Step:
    """One condition of a rule: whether a line answers it, its groups, and its values; None for the event's own name."""

    number: int
    matches: _Asked
    groups: _Asked
    values: _Asked | None


@dataclass(frozen=True, slots=True)
class _Lane:
    """How lines of one category are read."""

    category: str
    rules: Mapping[int, tuple[str, tuple[_Step, ...]]]
    decode: Any


class Swift:
    """Reads lines for those rules of state, by their place, that hang on plain columns in a sign-in's category.

    Law: what it says of a line is what `State.observations` says of the record on it.
    """

    def __init__(self, states: Mapping[int, State]) -> None:
        lanes = (_lane(category, states) for category in SIGN_INS & CATEGORIES)
        self._lanes = {lane.category.encode(): lane for lane in lanes if lane.rules}
        names = b"|".join(re.escape(category) for category in self._lanes)
        self._category = re.compile(rb'"category":\s*"(' + (names or b"(?!)") + rb')"')

    def observed(self, line: bytes, fired: Sequence[int], source: Source | None) -> list[Observation] | None:
        """Return what a line means to the rules that fired; None where only the whole record can tell."""
        found = self._category.search(line)
        lane = self._lanes[found[1]] if found else None
        if lane is None or not all(place in lane.rules for place in fired):
            return None
        try:
            shown = lane.decode(line)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            return None
        if shown.category != lane.category:
            return None
        inner = shown.properties
        name = text(inner.id)
        at = _usual_instant(inner.createdDateTime) or _instant(inner, shown.time)
        if name is None or at is None:
            return None
        point = milliseconds(at), name.casefold()
        return list(_observations(lane, shown, fired, point, LateEvidence(line, source)))


def _usual_instant(said: Any) -> datetime | None:
    """Return an instant as Entra writes most of them; None for any other spelling."""
    if type(said) is not str or len(said) != 28 or said[27] != "Z" or not said[20:27].isdigit():
        return None
    if said[4] != "-" or said[7] != "-" or said[10] != "T" or said[19] != ".":
        return None
    try:
        return datetime.fromisoformat(said[:26] + "+00:00")
    except ValueError:
        return None


def _instant(inner: Any, time: Any) -> datetime | None:
    times = (parse_instant(each) for each in (*(getattr(inner, each) for each in _TIMES), time))
    return next((instant for instant in times if instant), None)


def _observations(
    lane: _Lane, shown: Any, fired: Sequence[int], point: tuple[int, str], evidence: LateEvidence
) -> Iterator[Observation]:
    at, name = point
    for place in fired:
        rule, steps = lane.rules[place]
        for step in steps:
            if not step.matches.of(shown):
                continue
            values = (name,) if step.values is None else step.values.of(shown)
            for group in step.groups.of(shown):
                for value in values:
                    yield Observation(
                        rule=rule,
                        group=group,
                        step=step.number,
                        value=value,
                        at=at,
                        event=name,
                        evidence=cast("Any", evidence),
                    )


def _lane(category: str, states: Mapping[int, State]) -> _Lane:
    read: dict[int, tuple[str, tuple[_Step, ...]]] = {}
    for place, state in states.items():
        parts = [(number, part) for number, part in enumerate(state.parts) if _may_match(part.tree, category)]
        steps = [_step(number, part, category) for number, part in parts]
        if all(steps):
            read[place] = state.keeper.rule, tuple(step for step in steps if step)
    asked = [each for _, steps in read.values() for step in steps for each in (step.matches, step.groups, step.values)]
    columns = tuple(dict.fromkeys(column for each in asked if each for column in each.columns))
    if any(one != other and one == other[: len(one)] for one in columns for other in columns):
        return _Lane(category, {}, None)  # a column inside a column: nobody asks so
    return _Lane(category, read, msgspec.json.Decoder(_shape(columns)).decode)


def _step(number: int, part: Part, category: str) -> _Step | None:
    """Return how a part is asked of lines; None where it hangs on more than columns."""
    counts = part.counts
    tree, group, value = _of_tree(part.tree), _of_fields(part.group), _of_fields(counts or ())
    if tree is None or group is None or value is None:
        return None
    return _Step(
        number,
        _Asked(tree, lambda _, whole: matches(part.tree, whole), category),
        _Asked(group, lambda event, whole: [as_json(each) for each in cases(part.group, event, whole)], category),
        None if counts is None else _Asked(value, partial(_values, counts), category),
    )


def _values(counts: tuple[Field, ...], event: Event, whole: Mapping[str, Any]) -> list[str]:
    return [each[0] if len(each) == 1 else as_json(each) for each in cases(counts, event, whole)]


def _may_match(tree: Tree, category: str) -> bool:
    def known(leaf: Any) -> bool | None:
        is_category = isinstance(leaf, Atom) and leaf.path == ("category",)
        return leaf.test.holds(category) if is_category else None

    return left_of(tree, known) != NEVER


def _of_tree(tree: Tree) -> tuple[_Column, ...] | None:
    paths = [leaf.path if isinstance(leaf, Atom) and _is_column(leaf.path) else None for leaf in leaves_of(tree)]
    if None in paths:
        return None
    return tuple(dict.fromkeys(cast("_Column", path) for path in paths if path != ("category",)))


def _of_fields(fields: Sequence[Field]) -> tuple[_Column, ...] | None:
    found = [_of_field(field) for field in fields]
    if None in found:
        return None
    return tuple(dict.fromkeys(column for each in found for column in each or ()))


def _of_field(field: Field) -> Sequence[_Column] | None:
    if field.name == "event.address":
        return _ADDRESS
    if field.name.startswith("event.") or any(spot.named or not _is_column(spot.path) for spot in field.spots):
        return None
    # a step of an order that compares nothing is named by itself
    return [cast("_Column", spot.path) for spot in field.spots] if field.spots or type(field) is not Field else None


def _is_column(path: Path) -> bool:
    """Say whether a path is one of keys alone; what is derived, and what an address is looked for in, is none."""
    plain = all(isinstance(step, str) and _NAME.fullmatch(step) for step in path)
    return bool(path) and plain and path[0] != "changes" and "initiatedBy" not in path


_KEPT: Final = frozenset({"properties", "category", "time", *_FIRST})
_PLAIN: Final = str | int | None


def _attribute(key: str) -> str:
    return key if key in _KEPT else f"_{key}"


def _shape(columns: Sequence[_Column]) -> type[msgspec.Struct]:
    """Make what a line is decoded into; a column of another type, or an initiator's address, needs the whole record."""
    tree: dict[str, Any] = {}
    for column in columns:
        into = tree
        for step in column:
            into = into.setdefault(step, {})
    inner = tree.pop("properties", {})
    properties = _struct("Properties", {name: {} for name in _FIRST} | inner, ("initiatedBy",))
    top = [_field(name, below) for name, below in tree.items() if name not in {"category", "time"}]
    fields = [("category", str), ("properties", properties), ("time", _PLAIN, None), *top]
    return _defined("Line", fields)


def _struct(name: str, tree: Mapping[str, Any], barred: Sequence[str] = ()) -> type[msgspec.Struct]:
    fields = [_field(key, below) for key, below in tree.items()]
    return _defined(name, [*fields, *((f"_{each}", msgspec.UnsetType, msgspec.UNSET) for each in barred)])


def _field(key: str, below: Mapping[str, Any]) -> Any:
    if not below:
        return _attribute(key), _PLAIN | msgspec.UnsetType, msgspec.UNSET
    struct = _struct(key, below)
    return _attribute(key), struct, msgspec.field(default_factory=struct)


def _defined(name: str, fields: Sequence[Any]) -> type[msgspec.Struct]:
    names = {each[0]: each[0].removeprefix("_") for each in fields}
    return msgspec.defstruct(name, fields, rename=names, kw_only=True, gc=False, frozen=True)


def _put(whole: dict[str, Any], column: _Column, value: Any) -> None:
    for step in column[:-1]:
        whole = whole.setdefault(step, {})
    whole[column[-1]] = value
