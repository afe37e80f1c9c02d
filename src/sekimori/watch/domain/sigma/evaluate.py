"""The plain evaluator: asks a tree of one canonical record. Everything faster must answer as it does."""

from collections.abc import Iterator, Mapping, Sequence
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


def passes(test: ValueTest, found: Iterator[Any]) -> bool:
    """Say whether one of the things found passes; of an object or a list, each value inside is asked."""
    return any(test.holds(value) for thing in found for value in leaves(thing))


def found_at(record: Any, path: Path) -> Iterator[Any]:
    """Walk a path; lists fan out at any place. A key that is not there yields MISSING, once for each element."""
    if isinstance(record, list) and not (path and isinstance(path[0], int)):
        for element in record:
            yield from found_at(element, path)
        if not record:
            yield MISSING if path else None
    elif not path:
        yield record
    else:
        yield from found_at(_step(record, path[0]), path[1:])


def _step(record: Any, step: str | int) -> Any:
    if isinstance(step, str):
        return record.get(step, MISSING) if isinstance(record, Mapping) else MISSING
    if isinstance(record, list) and -len(record) <= step < len(record):
        return record[step]
    return MISSING


def leaves(thing: Any) -> Iterator[Value]:
    """Yield the values inside a thing; an empty object or list counts as null."""
    if isinstance(thing, Mapping) or (isinstance(thing, Sequence) and not isinstance(thing, str)):
        if not thing:
            yield None
        for inner in thing.values() if isinstance(thing, Mapping) else thing:
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
