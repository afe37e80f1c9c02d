"""Texts that must stand in whatever a regular expression finds, read from the expression's own syntax tree."""

import re
import re._parser as parser  # type: ignore[import-not-found]  # the one parser that surely agrees with `re`
from collections.abc import Iterable, Iterator
from typing import Any, Final

Texts = frozenset[str]
_PLAIN: Final = re.compile(r"[ !#-\[\]-~]")


def texts_in(source: str, flags: int) -> Texts | None:
    """Return lower-case ASCII texts of which every match has one, whatever its case; None where nothing can be said."""
    try:
        return _of_sequence(parser.parse(source, flags))
    except (re.error, RecursionError, OverflowError):
        return None


def _of_sequence(items: Iterable[Any]) -> Texts | None:
    found = list(_texts(items))
    return max(found, key=lambda texts: (min(map(len, texts)), -len(texts)), default=None)


def _texts(items: Iterable[Any]) -> Iterator[Texts]:
    """Yield what each part of a sequence requires: runs of letters, and what stands in groups and alternatives."""
    run = ""
    for operation, argument in items:
        letter = chr(argument) if str(operation) == "LITERAL" else ""
        if _PLAIN.fullmatch(letter):
            run += letter.lower()
            continue
        if run:
            yield frozenset({run})
        run = ""
        if (inner := _of_part(str(operation), argument)) is not None:
            yield inner
    if run:
        yield frozenset({run})


def _of_part(operation: str, argument: Any) -> Texts | None:
    if operation == "SUBPATTERN":
        return _of_sequence(argument[-1])
    if operation in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"} and argument[0] > 0:
        return _of_sequence(argument[2])
    if operation == "BRANCH":
        branches = [_of_sequence(branch) for branch in argument[1]]
        known = [texts for texts in branches if texts is not None]
        return frozenset().union(*known) if len(known) == len(branches) else None
    return None
