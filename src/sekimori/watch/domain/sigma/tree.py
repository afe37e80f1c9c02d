"""The small tree that a rule becomes: and, or, not, a test on a path, a sub-tree on list elements."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from sekimori.watch.domain.sigma.values import ValueTest

Step: TypeAlias = str | int
Path: TypeAlias = tuple[Step, ...]
"""Keys from the record downwards; lists on the way fan out, an int picks one element (negative from the end).

The empty path is the value itself: an element that is a plain value.
"""


class Quantifier(StrEnum):
    """How many elements of a list must hold (Sigma proposal 212)."""

    ANY = "any"
    ALL = "all"
    ALL_OR_EMPTY = "all_or_empty"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class And:
    """True where all parts are; true without parts."""

    parts: "tuple[Tree, ...]"


@dataclass(frozen=True, slots=True)
class Or:
    """True where a part is; false without parts."""

    parts: "tuple[Tree, ...]"


@dataclass(frozen=True, slots=True)
class Not:
    """True where its part is not."""

    part: "Tree"


@dataclass(frozen=True, slots=True)
class Atom:
    """A test on the values at one path; one value that passes is enough."""

    path: Path
    test: ValueTest


@dataclass(frozen=True, slots=True)
class SameField:
    """Compares the values at two paths of one record (Sigma's `fieldref`)."""

    path: Path
    other: Path
    make: Callable[[str], ValueTest]


@dataclass(frozen=True, slots=True)
class Keyword:
    """A test on every text of the record, whatever its path."""

    test: ValueTest


@dataclass(frozen=True, slots=True)
class Elements:
    """Asks a sub-tree of each element of the list at a path: the same element answers all of it."""

    path: Path
    quantifier: Quantifier
    part: "Tree"


Tree: TypeAlias = And | Or | Not | Atom | SameField | Keyword | Elements

ALWAYS = And(())
NEVER = Or(())


def all_of(parts: "tuple[Tree, ...] | list[Tree]") -> Tree:
    """Join by and; a constant part is folded away."""
    kept = [part for part in parts if part != ALWAYS]
    if NEVER in kept:
        return NEVER
    return kept[0] if len(kept) == 1 else And(tuple(kept))


def any_of(parts: "tuple[Tree, ...] | list[Tree]") -> Tree:
    """Join by or; a constant part is folded away."""
    kept = [part for part in parts if part != NEVER]
    if ALWAYS in kept:
        return ALWAYS
    return kept[0] if len(kept) == 1 else Or(tuple(kept))


def negated(part: "Tree") -> Tree:
    """Turn a tree into its opposite; a constant is folded, a double negation undone."""
    if part == ALWAYS:
        return NEVER
    if part == NEVER:
        return ALWAYS
    return part.part if isinstance(part, Not) else Not(part)
