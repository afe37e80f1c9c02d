"""The selections of a rule: mappings are and, lists are or, bare values are keywords; each becomes a tree."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from sekimori.watch.domain.sigma.condition import parsed_condition
from sekimori.watch.domain.sigma.fields import FieldMap, FieldName, Meaning, Spot, holds_things, known_names
from sekimori.watch.domain.sigma.modifiers import KNOWN, Asked, Unfilled, asked, modified, squeezed, test_of
from sekimori.watch.domain.sigma.problems import Fault
from sekimori.watch.domain.sigma.texts import Sensitivity, SigmaText
from sekimori.watch.domain.sigma.tree import (
    NEVER,
    Atom,
    Elements,
    Keyword,
    Quantifier,
    SameField,
    Tree,
    all_of,
    any_of,
    negated,
)
from sekimori.watch.domain.sigma.values import JsonText, Null, Outcome, Place, Provider, Text, ValueTest

_MAX_DEPTH = 40
_INNER = 3
"""Steps to a key of an object in `properties`."""


@dataclass(slots=True)
class Scope:
    """What the selections of one rule are read with; `notes` collects what does not stop the rule."""

    fields: FieldMap
    placeholders: Mapping[str, Sequence[str]]
    notes: list[Fault] = field(default_factory=list)
    depth: int = 0


def selection_tree(definition: Any, scope: Scope, where: tuple[str | int, ...]) -> Tree:
    """Read one selection.

    Raises:
        Fault: a form, a modifier or a value that Sigma does not have.
    """
    if len(where) > _MAX_DEPTH:
        raise Fault("the selection is nested too deeply", where)
    if isinstance(definition, Mapping):
        return all_of([_item(str(key), value, scope, (*where, key)) for key, value in definition.items()])
    if isinstance(definition, list):
        return _alternatives(definition, scope, where)
    return _item("", definition, scope, where)


def _alternatives(definitions: list[Any], scope: Scope, where: tuple[str | int, ...]) -> Tree:
    if not definitions:
        raise Fault("the list is empty", where)
    return any_of([selection_tree(each, scope, (*where, i)) for i, each in enumerate(definitions)])


def _item(key: str, value: Any, scope: Scope, where: tuple[str | int, ...]) -> Tree:
    try:
        return _item_tree(key, value, scope, where)
    except Fault as fault:
        raise Fault(fault.words, fault.where or where, fault.at_fault, fault.suggestion) from None
    except Unfilled as unfilled:
        words = f"the placeholder %{unfilled.name}% has no value here: this part never matches"
        scope.notes.append(Fault(words, where, f"%{unfilled.name}%"))
        return NEVER


def _item_tree(key: str, value: Any, scope: Scope, where: tuple[str | int, ...]) -> Tree:
    spelling, *modifiers = key.split("|")
    _known(modifiers)
    name = _found(spelling, scope, where) if spelling else None
    if name is not None and name.quantifier is not None:
        return _block(name, modifiers, value, scope, where)
    if isinstance(value, Mapping):
        raise Fault("an object stands where a value should; for list elements write `field[any]`", where, key)
    values = modified([asked(each) for each in _scalars(value)], modifiers, scope.placeholders)
    trees = [_keyword(each) if name is None else _asked_of(name, each, scope) for each in values]
    tree = all_of(trees) if "all" in modifiers else any_of(trees)
    return negated(tree) if "neq" in modifiers else tree


def _found(spelling: str, scope: Scope, where: tuple[str | int, ...]) -> FieldName:
    name = scope.fields.find(spelling)
    if not name.known:
        nearest = get_close_matches(spelling, known_names(), 1, 0.7)
        scope.notes.append(
            Fault(f"no log here has a field {spelling!r}", where, spelling, nearest[0] if nearest else None)
        )
    return name


def _known(modifiers: list[str]) -> None:
    for modifier in modifiers:
        if modifier not in KNOWN:
            nearest = get_close_matches(modifier, KNOWN, 1)
            raise Fault(f"no modifier is called {modifier!r}", (), modifier, nearest[0] if nearest else None)


def _scalars(value: Any) -> Iterator[Any]:
    if value == []:
        raise Fault("the list is empty")
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, Mapping | list):
            raise Fault("a list or an object stands where a value should", at_fault=str(each)[:60])
        yield each if isinstance(each, str | int | float | bool | None) else str(each)


def _keyword(value: Asked) -> Tree:
    test = test_of(value, Sensitivity.CASELESS)
    if value.kind == "value" and value.expression is None and value.order is None and value.value is not None:
        test = value.text().within(Place.INSIDE).test(value.cased or Sensitivity.CASELESS)
    return Keyword(test)


def _asked_of(name: FieldName, value: Asked, scope: Scope) -> Tree:
    if value.kind == "fieldref":
        return _same_field(name, value, scope)
    trees = [_spot_tree(spot, value) for spot in name.spots]
    if value.kind == "exists":
        return any_of(trees) if value.value else negated(any_of(trees))
    return all_of(trees) if value.value is None else any_of(trees)


def _spot_tree(spot: Spot, value: Asked) -> Tree:
    if spot.named is None:
        atom = Atom(spot.path, _spot_test(spot, value))
        return any_of([atom, Atom(spot.path, Null())]) if _is_emptiness(spot, value) else atom
    name_key, name, value_key = spot.named
    named = Atom((name_key,), Text(Place.WHOLE, name.casefold()))
    if value.value is None:
        return Elements(spot.path, Quantifier.NONE, all_of([named, negated(Atom((value_key,), Null()))]))
    return Elements(spot.path, Quantifier.ANY, all_of([named, Atom((value_key,), _spot_test(spot, value))]))


def _is_emptiness(spot: Spot, value: Asked) -> bool:
    """Say whether a value is how one envelope writes what others leave out."""
    if value.value in {SigmaText.plain("[]"), SigmaText.plain("{}")}:
        return holds_things(spot.path)  # Log Analytics: some lists are texts, and rules are written as its rows look
    # Entra: diagnostic records have no `deviceDetail.trustType` where Graph has an empty one.
    is_inner = len(spot.path) == _INNER and holds_things(spot.path[:-1])
    return is_inner and value.value == SigmaText.plain("") and value.kind == "value"


def _spot_test(spot: Spot, value: Asked) -> ValueTest:
    """Make the test of a value at a spot, read as that place means it."""
    match spot.meaning:
        case Meaning.NAME:
            return test_of(value, Sensitivity.NAME)
        case Meaning.SQUEEZED:
            return test_of(squeezed(value), Sensitivity.CASELESS)
        case Meaning.JSON_TEXT:
            return JsonText(test_of(value, Sensitivity.CASELESS))
        case Meaning.OUTCOME:
            return Outcome(test_of(value, Sensitivity.CASELESS))
        case Meaning.PROVIDER:
            return Provider(test_of(value, Sensitivity.CASELESS))
        case Meaning.PLAIN:
            return test_of(value, Sensitivity.CASELESS)


def _same_field(name: FieldName, value: Asked, scope: Scope) -> Tree:
    other = scope.fields.find(str(value.value))
    named = any(spot.meaning is Meaning.NAME for spot in (*name.spots, *other.spots))
    make = _Compared(value.place, value.cased or (Sensitivity.NAME if named else Sensitivity.CASELESS))
    return any_of([SameField(mine, theirs, make) for mine in name.paths for theirs in other.paths])


@dataclass(frozen=True, slots=True)
class _Compared:
    place: Place
    sensitivity: Sensitivity

    def __call__(self, text: str) -> Any:
        return SigmaText.plain(text).within(self.place).test(self.sensitivity)


def _block(name: FieldName, modifiers: list[str], body: Any, scope: Scope, where: tuple[str | int, ...]) -> Tree:
    """Read `field[any]`: a mapping is asked of one element, a `condition` in it joins named sub-selections."""
    assert name.quantifier is not None
    inside = Scope(scope.fields.inside(name), scope.placeholders, scope.notes)
    if isinstance(body, Mapping) and "condition" in body:
        named = {
            str(key): selection_tree(each, inside, (*where, key)) for key, each in body.items() if key != "condition"
        }
        part = parsed_condition(str(body["condition"]), named)
    elif isinstance(body, Mapping) or (isinstance(body, list) and any(isinstance(each, Mapping) for each in body)):
        part = selection_tree(body, inside, where)
    else:
        part = _item("|".join([".", *modifiers]), body, inside, where)
    return any_of([Elements(path, name.quantifier, part) for path in name.paths])
