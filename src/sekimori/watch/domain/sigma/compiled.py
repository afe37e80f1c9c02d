"""Trees as functions, for the few that must be asked often. Law: a tree's function answers as `matches` does."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias, assert_never

from sekimori.watch.domain.sigma.evaluate import found_at, matches, passes
from sekimori.watch.domain.sigma.tree import And, Atom, Elements, Keyword, Not, Or, Path, SameField, Tree
from sekimori.watch.domain.sigma.values import MISSING, JsonText, Place, Text, Value, ValueTest, unquoted

Question: TypeAlias = Callable[[Any], bool]

_FOUND: Final[Mapping[Place, Callable[[str, str], bool]]] = {
    Place.WHOLE: str.__eq__,
    Place.START: str.startswith,
    Place.END: str.endswith,
    Place.INSIDE: str.__contains__,
}


def compiled(tree: Tree) -> Question:
    """Return the function that asks a tree of a record."""
    match tree:
        case And(parts):
            return _all([compiled(part) for part in parts])
        case Or(parts):
            return _any([compiled(part) for part in parts])
        case Not(part):
            return _not(compiled(part))
        case Atom((str(key),), test):
            return _at_key(key, test)
        case Atom(path, test):
            return _at_path(path, test)
        case Elements() | SameField() | Keyword():
            return lambda record: matches(tree, record)
        case _:
            assert_never(tree)


def _all(questions: list[Question]) -> Question:
    def ask(record: Any) -> bool:
        for question in questions:  # noqa: SIM110 - a generator for each record costs more than the questions
            if not question(record):
                return False
        return True

    return ask


def _any(questions: list[Question]) -> Question:
    def ask(record: Any) -> bool:
        for question in questions:  # noqa: SIM110 - as above
            if question(record):
                return True
        return False

    return ask


def _not(question: Question) -> Question:
    return lambda record: not question(record)


def _at_path(path: Path, test: ValueTest) -> Question:
    return lambda record: passes(test, found_at(record, path))


def holding(test: ValueTest) -> Callable[[Value], bool]:
    """Return what asks a test of a value; tests for texts, which most are, are asked without detours."""
    match test:
        case Text(place, text):
            found, holds = _FOUND[place], test.holds
            return lambda value: found(value.casefold(), text) if type(value) is str else holds(value)
        case JsonText(inner):
            inside = holding(inner)
            return lambda value: inside(value) or (type(value) is str and value[:1] == '"' and inside(unquoted(value)))
        case _:
            return test.holds


def _at_key(key: str, test: ValueTest) -> Question:
    holds = holding(test)

    def ask(record: Any) -> bool:
        if type(record) is dict:
            value = record.get(key, MISSING)
            if type(value) is not dict and type(value) is not list:
                return holds(value)
        return passes(test, found_at(record, (key,)))

    return ask
