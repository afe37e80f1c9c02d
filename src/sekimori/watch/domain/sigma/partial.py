"""Three-valued answers: what is left of a tree once some of its atoms are known."""

from collections.abc import Callable, Iterator, Sequence
from typing import assert_never

from sekimori.watch.domain.sigma.tree import (
    ALWAYS,
    NEVER,
    And,
    Atom,
    Elements,
    Keyword,
    Not,
    Or,
    SameField,
    Tree,
    all_of,
    any_of,
    negated,
)

Leaf = Atom | Elements | SameField | Keyword


def left_of(tree: Tree, known: Callable[[Leaf], bool | None]) -> Tree:
    """Put what is known of the leaves into a tree; ALWAYS and NEVER are answers, anything else is still open.

    Law: a record answers what is left exactly as it answers the tree, if what is known of it is true.
    """
    match tree:
        case And(parts):
            return all_of(_until(NEVER, parts, known))
        case Or(parts):
            return any_of(_until(ALWAYS, parts, known))
        case Not(part):
            return negated(left_of(part, known))
        case Atom() | Elements() | SameField() | Keyword():
            answer = known(tree)
            return tree if answer is None else (ALWAYS if answer else NEVER)
        case _:
            assert_never(tree)


def _until(settled: Tree, parts: Sequence[Tree], known: Callable[[Leaf], bool | None]) -> list[Tree]:
    """Return what is left of parts, up to the first that settles the whole."""
    left: list[Tree] = []
    for part in parts:
        left.append(left_of(part, known))
        if left[-1] == settled:
            return left[-1:]
    return left


def leaves_of(tree: Tree) -> Iterator[Leaf]:
    """Yield the leaves of a tree; what stands inside an `Elements` belongs to it."""
    match tree:
        case And(parts) | Or(parts):
            for part in parts:
                yield from leaves_of(part)
        case Not(part):
            yield from leaves_of(part)
        case Atom() | Elements() | SameField() | Keyword():
            yield tree
        case _:
            assert_never(tree)
