"""The fixed parts of a regular expression: texts of which one from each set stands in whatever it matches."""

import re._constants as kind  # type: ignore[import-not-found]
import re._parser as parser  # type: ignore[import-not-found]
from collections.abc import Iterable
from typing import Any, Final

_MOST: Final = 40
"""How many texts a set may have; a larger one is left out."""

_SHORTEST: Final = 4
_NOTHING: Final = frozenset({""})


def literals_of(expression: str) -> tuple[frozenset[str], ...]:
    """Return sets of texts; every match holds a text of each set. Without any, the expression has no fixed part."""
    return tuple(run for run in _runs(parser.parse(expression)) if _telling(run))


def _runs(items: Iterable[tuple[Any, Any]]) -> list[frozenset[str]]:
    """Return what the stretches of a sequence that match few texts can match, longest first within alternatives."""
    runs: list[frozenset[str]] = []
    current = _NOTHING
    for operator, argument in items:
        texts = _of(operator, argument)
        joined = _joined(current, texts) if texts is not None else None
        if joined is not None:
            current = joined
            continue
        runs.append(current)
        current = texts if texts is not None else _NOTHING
        if texts is None:
            runs += _inside(operator, argument)
    return [*runs, current]


def _inside(operator: Any, argument: Any) -> list[frozenset[str]]:
    """Return the fixed parts of a group: of alternatives, one fixed part of each."""
    if operator is kind.SUBPATTERN:
        return _runs(argument[3])
    if operator is kind.BRANCH:
        best = [max(_runs(branch), key=_weight) for branch in argument[1]]
        return [frozenset[str]().union(*best)]
    return []


def _weight(run: frozenset[str]) -> int:
    return min(map(len, run))


def _telling(run: frozenset[str]) -> bool:
    return _weight(run) >= _SHORTEST and len(run) <= _MOST


def _texts(items: Iterable[tuple[Any, Any]]) -> frozenset[str] | None:
    """Return every text that a sequence can match; None where they are not few."""
    found = _NOTHING
    for operator, argument in items:
        texts = _of(operator, argument)
        joined = _joined(found, texts) if texts is not None else None
        if joined is None:
            return None
        found = joined
    return found


def _of(operator: Any, argument: Any) -> frozenset[str] | None:
    if operator is kind.LITERAL:
        return frozenset({chr(argument)})
    if operator is kind.SUBPATTERN:
        return _texts(argument[3])
    if operator is kind.BRANCH:
        branches = [_texts(branch) for branch in argument[1]]
        return None if None in branches else frozenset(text for branch in branches for text in branch or ())
    if operator in {kind.MAX_REPEAT, kind.MIN_REPEAT} and argument[:2] == (0, 1):
        texts = _texts(argument[2])
        return texts | {""} if texts is not None else None
    return None


def _joined(one: frozenset[str], other: frozenset[str]) -> frozenset[str] | None:
    both = frozenset(first + second for first in one for second in other)
    return both if len(both) <= _MOST else None
