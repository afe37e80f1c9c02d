"""The plain evaluator: asks a tree of one canonical record. Everything faster must answer as it does."""

from collections.abc import Iterator
from typing import Any, assert_never

from sekimori.watch.domain.sigma.tree import And, Atom, Elements, Keyword, Not, Or, Path, Quantifier, SameField, Tree
from sekimori.watch.domain.sigma.values import MISSING, Value, ValueTest, text_of


def matches(tree: Tree, record: Any) -> bool:
    """Say whether a record, or an element of a list, answers the tree."""
    match tree:
        case And(parts):
            return all(matches(part, record) for part in parts)
        case Or(parts):
            return any(matches(part, record) for part in parts)
        case Not(part):
            return not matches(part, record)
        case Atom(path, test):
            return passes(test, found_at(record, path))
        case SameField(path, other, make):
            return _same(record, path, other, make)
        case Keyword(test):
            return any(test.holds(value) for value in leaves(record))
        case Elements(path, quantifier, part):
            return holds_of(quantifier, part, elements_at(record, path))
        case _:
            assert_never(tree)


def passes(test: ValueTest, found: list[Any]) -> bool:
    """Say whether one of the things found passes; of an object, each value inside is asked."""
    for thing in found:
        if isinstance(thing, dict):
            if any(test.holds(value) for value in leaves(thing)):
                return True
        elif test.holds(thing):
            return True
    return False


def found_at(record: Any, path: Path) -> list[Any]:
    """Walk a path; lists fan out at any place.

    A key that is not there yields MISSING, once for each element; an empty list at the end yields None.
    """
    found = [record]
    for step in path:
        if isinstance(step, int):
            found = [_element(thing, step) for thing in found]
        else:
            found = [
                thing.get(step, MISSING) if isinstance(thing, dict) else MISSING for thing in _spread(found, MISSING)
            ]
    return _spread(found, None)


def _element(thing: Any, step: int) -> Any:
    return thing[step] if isinstance(thing, list) and -len(thing) <= step < len(thing) else MISSING


def _spread(things: list[Any], empty: Any) -> list[Any]:
    """Put the elements of lists in the lists' places, and something in the place of an empty one."""
    if not any(isinstance(thing, list) for thing in things):
        return things
    spread: list[Any] = []
    for thing in things:
        spread += (_spread(thing, empty) or [empty]) if isinstance(thing, list) else [thing]
    return spread


def leaves(thing: Any) -> Iterator[Value]:
    """Yield the values inside a thing; an empty object or list counts as null."""
    if isinstance(thing, dict | list):
        if not thing:
            yield None
        for inner in thing.values() if isinstance(thing, dict) else thing:
            yield from leaves(inner)
    else:
        yield thing


def elements_at(record: Any, path: Path) -> list[Any]:
    """Return the elements of the lists at a path; a single thing there is a list of one, null and absent of none."""
    return [thing for thing in found_at(record, path) if thing is not None and thing is not MISSING]


def holds_of(quantifier: Quantifier, part: Tree, elements: list[Any]) -> bool:
    """Say whether the elements answer the sub-tree as often as the quantifier asks."""
    match quantifier:
        case Quantifier.ANY:
            return any(matches(part, element) for element in elements)
        case Quantifier.ALL:
            return bool(elements) and all(matches(part, element) for element in elements)
        case Quantifier.ALL_OR_EMPTY:
            return all(matches(part, element) for element in elements)
        case Quantifier.NONE:
            return not any(matches(part, element) for element in elements)


def _same(record: Any, path: Path, other: Path, make: Any) -> bool:
    texts = {
        text for thing in found_at(record, other) for value in leaves(thing) if (text := text_of(value)) is not None
    }
    return any(passes(make(text), found_at(record, path)) for text in texts)
