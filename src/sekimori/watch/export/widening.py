"""A rule in words that others have: what cannot be said is left out such that nothing is missed.

Law: whatever fires the rule fires its widened form, save an event of a name that :mod:`~sekimori.watch.export.names`
does not have (the limitations say where that can be). A condition that a target does not know becomes true where the
rule demands it, and false where the rule excludes by it; each such place is a limitation that the reader is told.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sekimori.watch.domain.sigma.tree import (
    ALWAYS,
    NEVER,
    And,
    Atom,
    Elements,
    Not,
    Or,
    Path,
    Quantifier,
    Tree,
    all_of,
    any_of,
    negated,
)
from sekimori.watch.domain.sigma.values import (
    CasedText,
    Exists,
    JsonText,
    Name,
    Null,
    Number,
    Ordered,
    Pattern,
    Place,
    Text,
    ValueTest,
)
from sekimori.watch.domain.tiers import Tier
from sekimori.watch.export import takeovers
from sekimori.watch.export.literals import literals_of
from sekimori.watch.export.names import NAMES, Named

OPERATION: Final[Path] = ("operationName",)
PROPERTY: Final[Path] = ("properties", "targetResources", "modifiedProperties", "displayName")
NEW_VALUE: Final[Path] = ("properties", "targetResources", "modifiedProperties", "newValue")
RESULT: Final[Path] = ("properties", "result")
_CHANGES: Final[Path] = ("changes",)
_OPEN_ENDED: Final = frozenset({"policy_changed", "role_member_added"})
"""Kinds that we know by a part of the event's name; others may be named besides those that are listed."""

_SAYABLE: Final = (Text, CasedText, Name, Number, Ordered, Null, Exists)


@dataclass(frozen=True, slots=True, kw_only=True)
class Widened:
    """A tree that asks for texts, numbers and absence at the vendor's own paths alone, and what was lost."""

    tree: Tree
    limitations: tuple[str, ...] = ()
    literals: tuple[str, ...] = ()


def widened(tree: Tree) -> Widened:
    """Return the widened form of a rule's tree; ``literals`` are texts of its expressions, as they are spelled."""
    work = _Widening()
    wide = simplified(work.of(tree, demanded=True))
    return Widened(tree=wide, limitations=tuple(work.lost), literals=tuple(work.literals))


def simplified(tree: Tree) -> Tree:
    """Return a tree without what says itself twice."""
    match tree:
        case And(parts):
            kept = list(dict.fromkeys(_flat(And, parts)))
            return all_of([part for part in kept if not (isinstance(part, Or) and set(part.parts) & set(kept))])
        case Or(parts):
            return any_of(list(dict.fromkeys(_flat(Or, parts))))
        case Not(part):
            return negated(simplified(part))
        case _:
            return tree


def _flat(kind: type[And] | type[Or], parts: tuple[Tree, ...]) -> Iterator[Tree]:
    for part in map(simplified, parts):
        if isinstance(part, kind):
            yield from part.parts
        else:
            yield part


@dataclass(frozen=True, slots=True)
class _Widening:
    lost: dict[str, None] = field(default_factory=dict)
    literals: list[str] = field(default_factory=list)

    def of(self, tree: Tree, *, demanded: bool) -> Tree:
        match tree:
            case And(parts):
                return all_of([self.of(part, demanded=demanded) for part in parts])
            case Or(parts):
                return any_of([self.of(part, demanded=demanded) for part in parts])
            case Not(part):
                return negated(self.of(part, demanded=not demanded))
            case Atom(path, test):
                return self._atom(tree, path, test, demanded)
            case Elements(path, quantifier, part) if path == _CHANGES and quantifier is Quantifier.ANY:
                return self._change(part) if demanded else self._not_excluded(part)
            case _:
                return self._unsaid(f"a condition of another kind ({type(tree).__name__})", demanded)

    def _atom(self, tree: Atom, path: Path, test: ValueTest, demanded: bool) -> Tree:  # noqa: FBT001
        said = ".".join(map(str, path))
        inner = test.test if isinstance(test, JsonText) else test
        if isinstance(inner, _SAYABLE) and all(isinstance(step, str) for step in path):
            return tree
        if isinstance(inner, Pattern) and demanded and (sets := literals_of(inner.source)):
            self.lost[f"the expression on {said} is asked for by its fixed parts alone"] = None
            self.literals.extend(sorted(text for each in sets for text in each))
            return all_of(
                [any_of([Atom(path, Text(Place.INSIDE, text.casefold())) for text in sorted(each)]) for each in sets]
            )
        return self._unsaid(f"{type(inner).__name__.lower()} on {said}", demanded)

    def _unsaid(self, what: str, demanded: bool) -> Tree:  # noqa: FBT001
        self.lost[f"not asked for: {what}" if demanded else f"not excluded: {what}"] = None
        return ALWAYS if demanded else NEVER

    def _not_excluded(self, part: Tree) -> Tree:
        self.lost[f"not excluded: changes with {_spelled(part)}"] = None
        return NEVER

    def _change(self, part: Tree) -> Tree:
        named = [each for each in NAMES if _may(part, each.change)]
        if not named:
            return self._unsaid(f"changes with {_spelled(part)}", demanded=True)
        certain = {key for each in named for key in each.change}
        if takeover := [each for each in named if _takes_over(part, each)]:
            certain |= {"tier"}
            self.literals.extend(
                text for each in takeover for text in takeovers.spelled(each.change["kind"], each.change.get("grant"))
            )
        if asked := sorted({str(path[0]) for path, _ in _asked(part)} - certain):
            self.lost[f"not asked of the change: {', '.join(asked)}"] = None
        if any(each.properties for each in named):
            self.lost["an addition is not told from a removal or a reordering of the same property"] = None
        if any(each.properties or each.change["kind"] in _OPEN_ENDED for each in named):
            self.lost["such a change under an event of another name is not found"] = None
        failed = Atom(RESULT, Text(Place.WHOLE, "failure"))
        return all_of([any_of([_event(each, part) for each in named]), negated(failed)])


def _takes_over(part: Tree, named: Named) -> bool:
    """Say whether a change is asked for permissions of the highest tier alone: those can be spelled out."""
    may = {tier for tier in Tier if _may(part, {**named.change, "tier": tier.value})}
    return named.change["kind"] in takeovers.KINDS and may == {Tier.TAKEOVER}


def _event(named: Named, part: Tree) -> Tree:
    names = any_of([Atom(OPERATION, Name(Place.WHOLE, name.casefold())) for name in named.operations])
    parts = [names]
    if named.properties:
        parts.append(any_of([Atom(PROPERTY, Text(Place.WHOLE, name.casefold())) for name in named.properties]))
    if _takes_over(part, named):
        texts = takeovers.spelled(named.change["kind"], named.change.get("grant"))
        parts.append(any_of([Atom(NEW_VALUE, Text(Place.INSIDE, text.casefold())) for text in texts]))
    return all_of(parts)


def _may(tree: Tree, known: Mapping[str, str]) -> bool:
    """Say whether a change of which so much is known may answer a tree."""
    match tree:
        case And(parts):
            return all(_may(part, known) for part in parts)
        case Or(parts):
            return any(_may(part, known) for part in parts)
        case Not(part):
            return not _must(part, known)
        case Atom((str() as key,), test) if key in known:
            return test.holds(known[key])
        case _:
            return True


def _must(tree: Tree, known: Mapping[str, str]) -> bool:
    match tree:
        case And(parts):
            return all(_must(part, known) for part in parts)
        case Or(parts):
            return any(_must(part, known) for part in parts)
        case Not(part):
            return not _may(part, known)
        case Atom((str() as key,), test) if key in known:
            return test.holds(known[key])
        case _:
            return False


def _asked(tree: Tree) -> Iterator[tuple[Path, ValueTest]]:
    match tree:
        case And(parts) | Or(parts):
            for part in parts:
                yield from _asked(part)
        case Not(part):
            yield from _asked(part)
        case Atom(path, test):
            yield path, test


def _spelled(tree: Tree) -> str:
    said: dict[str, None] = {}
    for path, test in _asked(tree):
        value: Any = getattr(test, "text", getattr(test, "number", None))
        said[f"{'.'.join(map(str, path))}={value}" if value is not None else ".".join(map(str, path))] = None
    return re.sub(r"\s+", " ", ", ".join(said))
