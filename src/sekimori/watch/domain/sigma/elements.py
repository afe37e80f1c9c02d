"""Asks all `field[any]` blocks on one list at once: an element is a small record with columns of its own."""

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any, Final, TypeAlias

import msgspec

from sekimori.watch.domain.sigma.columns import (
    MEMO_SIZE,
    Memo,
    Overflow,
    Root,
    attribute,
    by_root,
    decoded,
    holds_more,
    root_of,
)
from sekimori.watch.domain.sigma.compiled import compiled
from sekimori.watch.domain.sigma.evaluate import matches
from sekimori.watch.domain.sigma.known_fields import AROUND
from sekimori.watch.domain.sigma.partial import Leaf, leaves_of, left_of
from sekimori.watch.domain.sigma.shapes import Getter, Keys, getter, picker, type_of_plain
from sekimori.watch.domain.sigma.tree import ALWAYS, NEVER, Atom, Elements, Path, Quantifier, Tree
from sekimori.watch.domain.sigma.values import MISSING

_DECISIONS_SIZE: Final = 4096
_SCATTERED: Final = frozenset({("oldValue",), ("newValue",), ("id",)} | {(key,) for key in AROUND})


class ElementPlan:
    """Answers the blocks on the list at one path.

    Sets of blocks are numbers: bit `i` is the block `i`. Elements are dictionaries, or structs that were decoded from a
    line with at least the `keys`.
    """

    def __init__(self, path: Path, blocks: Sequence[Elements]) -> None:
        self.path = path
        self.blocks = tuple(blocks)
        self._any = self._asking(Quantifier.ANY)
        self._all = self._asking(Quantifier.ALL)
        self._all_or_empty = self._asking(Quantifier.ALL_OR_EMPTY)
        self._none = self._asking(Quantifier.NONE)
        self._late: frozenset[Root] = _SCATTERED
        self._leaves = by_root(block.part for block in self.blocks)
        self._plan()

    @property
    def keys(self) -> Keys | None:
        """What must be read of an element; None where only the element as a whole can be asked."""
        roots = {root_of(leaf) for block in self.blocks for leaf in leaves_of(block.part)}
        if any(root is None or len(root) > 1 for root in roots):
            return None
        return {root[0]: self._type_of(root) for root in self._leaves}

    def answers(self, elements: Sequence[Any]) -> int:
        """Return the set of the blocks that hold of the elements of a list."""
        return self.answer([self._holding(element) for element in elements])

    def answers_in(self, elements: Sequence[Any]) -> int:
        """Return what `answers` would, of elements that were decoded from a line.

        Neither order nor number counts, so lists whose early columns hold the same values answer the same.
        """
        try:
            answer = self._lists[frozenset(map(self._early, elements))]
        except Overflow as overflow:
            self._put_off(overflow.root)
            return self.answers_in(elements)
        if answer is not None:
            return answer
        held = []
        for element in elements:
            holding, left = self._lists.each[self._early(element)]
            held.append(holding if left is None else holding | left.held_in(element))
        return self.answer(held)

    def answers_without(self, changes: Sequence[Any], lacking: frozenset[str]) -> tuple[int, int] | None:
        """Return what `answers` would, and of which blocks that cannot be said: they ask for keys the elements lack.

        The elements are ours, not a log's: the values of one key are of one type.
        """
        unsaid, held = 0, []
        for change in changes:
            try:
                holding, left = self._decisions[self._numbers(change)]
            except Overflow:
                return None
            if left is not None:
                unsaid |= left.without(lacking)
                holding |= left.held_as_ever(change)
            held.append(holding)
        return self.answer(held), unsaid

    def answer(self, held: Sequence[int]) -> int:
        """Return the set of blocks that hold of a list, by those that hold of each of its elements."""
        some, every = 0, -1
        for holding in held:
            some |= holding
            every &= holding
        answer = some & self._any | every & self._all_or_empty | ~some & self._none
        return answer | every & self._all if held else answer

    def _holding(self, element: Any) -> int:
        """Return the blocks whose sub-tree one element answers."""
        if not isinstance(element, dict):
            return _set(i for i, block in enumerate(self.blocks) if matches(block.part, element))
        try:
            holding, left = self._decisions[self._numbers(element)]
        except Overflow as overflow:
            self._put_off(overflow.root)
            return self._holding(element)
        return holding if left is None else holding | left.held(element)

    def _numbers(self, element: dict[str, Any]) -> tuple[int, ...]:
        return tuple([number_of(element.get(key, MISSING)) for key, number_of in self._memos])

    def _put_off(self, late: Root) -> None:
        self._late |= {late}
        self._plan()

    def _plan(self) -> None:
        """Choose the columns that are worth a look at every element: most blocks ask for them."""
        early = [root for root in sorted(self._leaves) if len(root) == 1 and not self._is_late(root)]
        memos = tuple(Memo(root, self._leaves[root]) for root in early)
        self._memos = tuple((memo.root[0], memo.number_of) for memo in memos)
        self._decisions = _Decisions(memos, self.blocks)
        self._early = getter(early[0]) if len(early) == 1 else picker(early)
        self._lists = _Lists(_ByValues(memos, self._decisions), self)

    def _is_late(self, root: Root) -> bool:
        asked = sum(root in by_root([block.part]) for block in self.blocks)
        return root in self._late or self._type_of(root) is msgspec.Raw or 2 * asked < len(self.blocks)

    def _type_of(self, root: Root) -> Any:
        asked = all(isinstance(leaf, Atom) and leaf.path == root for leaf in self._leaves[root])
        return type_of_plain(root) if asked and not holds_more(root) else msgspec.Raw

    def _asking(self, quantifier: Quantifier) -> int:
        return _set(i for i, block in enumerate(self.blocks) if block.quantifier is quantifier)


class _Open:
    """Blocks whose answer hangs on more than an element's early columns: on the `keys`, where that is all."""

    def __init__(self, left: Sequence[tuple[int, Tree]]) -> None:
        self.questions = tuple((1 << i, compiled(tree)) for i, tree in left)
        self._needs = tuple((1 << i, _keys(tree)) for i, tree in left)
        self._whole = any(root_of(leaf) is None for _, tree in left for leaf in leaves_of(tree))
        self.keys = tuple(sorted(frozenset().union(*(keys for _, keys in self._needs))))
        self._take = picker([(key,) for key in self.keys])
        self._unsaid: dict[frozenset[str], int] = {}
        self._held: dict[tuple[Any, ...], int] = {}

    def held(self, element: Any) -> int:
        """Return the blocks that hold of an element."""
        held = 0
        for bit, question in self.questions:
            if question(element):
                held |= bit
        return held

    def held_in(self, element: Any) -> int:
        """Return what `held` does, of an element that was decoded from a line."""
        values = self._take(element)
        return self._as_ever(values) if msgspec.Raw not in map(type, values) else self._held_of(values)

    def held_as_ever(self, element: Mapping[str, Any]) -> int:
        """Return what `held` does, of an element whose keys have values of one type each."""
        if self._whole:
            return self.held(element)
        try:
            return self._as_ever(tuple([element.get(key, MISSING) for key in self.keys]))
        except TypeError:  # a list cannot be remembered by its value
            return self.held(element)

    def _as_ever(self, values: tuple[Any, ...]) -> int:
        held = self._held.get(values)
        if held is None:
            if len(self._held) >= _DECISIONS_SIZE:
                self._held.clear()
            held = self._held[values] = self._held_of(values)
        return held

    def _held_of(self, values: Iterable[Any]) -> int:
        found = zip(self.keys, values, strict=True)
        plain = ((key, decoded(bytes(value)) if isinstance(value, msgspec.Raw) else value) for key, value in found)
        return self.held({key: value for key, value in plain if value is not MISSING})

    def without(self, lacking: frozenset[str]) -> int:
        """Return the blocks that ask for one of some keys."""
        if lacking not in self._unsaid:
            self._unsaid[lacking] = sum(bit for bit, keys in self._needs if not lacking.isdisjoint(keys))
        return self._unsaid[lacking]


_Decision: TypeAlias = tuple[int, _Open | None]
"""The blocks that hold of an element whatever else it holds, and those that hang on more of it."""


class _Decisions(dict[tuple[int, ...], _Decision]):
    """Remembers what the columns of an element decide, as their memos number the values; bounded."""

    def __init__(self, memos: Sequence[Memo], blocks: Sequence[Elements]) -> None:
        super().__init__()
        self.memos = memos
        self.blocks = blocks

    def __missing__(self, numbers: tuple[int, ...]) -> _Decision:
        known: dict[Leaf, bool] = {}
        for memo, number in zip(self.memos, numbers, strict=True):
            known.update(zip(memo.leaves, memo.by_number[number], strict=True))
        left = [(i, left_of(block.part, known.get)) for i, block in enumerate(self.blocks)]
        still = [(i, tree) for i, tree in left if tree not in {ALWAYS, NEVER}]
        if len(self) >= _DECISIONS_SIZE:
            self.clear()
        decision = self[numbers] = _set(i for i, tree in left if tree == ALWAYS), _Open(still) if still else None
        return decision


class _ByValues(dict[Any, _Decision]):
    """Remembers what the columns of an element decide by their values themselves; one column by its value alone."""

    def __init__(self, memos: Sequence[Memo], decisions: _Decisions) -> None:
        super().__init__()
        self.memos = memos
        self.decisions = decisions

    def __missing__(self, values: Any) -> _Decision:
        each = (values,) if len(self.memos) == 1 else values
        numbers = tuple(memo[value] for memo, value in zip(self.memos, each, strict=True))
        if len(self) >= MEMO_SIZE:
            self.clear()
        decision = self[values] = self.decisions[numbers]
        return decision


class _Lists(dict[frozenset[Any], int | None]):
    """Remembers the answers on lists by the early columns of their elements; None where something is left open."""

    def __init__(self, each: _ByValues, plan: ElementPlan) -> None:
        super().__init__()
        self.each = each
        self.plan = plan

    def __missing__(self, elements: frozenset[Any]) -> int | None:
        decisions = [self.each[values] for values in elements]
        is_open = any(left is not None for _, left in decisions)
        if len(self) >= MEMO_SIZE:
            self.clear()
        answer = self[elements] = None if is_open else self.plan.answer([holding for holding, _ in decisions])
        return answer


def elements_in(root: Root, path: Path) -> Getter:
    """Return what takes the elements at a path out of a decoded line, whose column at the root is a list or None."""
    take, inner = getter(root), [attrgetter(attribute((str(key),))) for key in path[len(root) :]]
    if not inner:
        return take
    if len(inner) == 1:
        within = inner[0]
        return lambda record: [each for holder in take(record) or () for each in within(holder) or ()]
    return lambda record: _unwrapped(take(record) or (), inner)


def _unwrapped(holders: Iterable[Any], inner: Iterable[Getter]) -> Sequence[Any]:
    for within in inner:
        holders = [each for holder in holders for each in within(holder) or ()]
    return list(holders)


def _keys(tree: Tree) -> frozenset[str]:
    """Return the keys of an element that a tree asks for; all that are dear where that is not plain."""
    roots = [root_of(leaf) for leaf in leaves_of(tree)]
    return AROUND if None in roots else frozenset(root[0] for root in roots if root is not None)


def _set(numbers: Iterable[int]) -> int:
    return sum(1 << number for number in numbers)
