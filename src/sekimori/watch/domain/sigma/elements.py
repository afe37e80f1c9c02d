"""Asks all `field[any]` blocks on one list at once: an element is a small record with columns of its own."""

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any, Final

import msgspec

from sekimori.watch.domain.sigma.columns import MEMO_SIZE, Memo, Overflow, Root, by_root, decoded, holds_more, root_of
from sekimori.watch.domain.sigma.compiled import Question, compiled
from sekimori.watch.domain.sigma.evaluate import matches
from sekimori.watch.domain.sigma.known_fields import AROUND
from sekimori.watch.domain.sigma.partial import Leaf, leaves_of, left_of
from sekimori.watch.domain.sigma.shapes import Getter, Keys, getter, picker, type_of_plain
from sekimori.watch.domain.sigma.tree import ALWAYS, NEVER, Elements, Path, Quantifier, Tree
from sekimori.watch.domain.sigma.values import MISSING

_DECISIONS_SIZE: Final = 4096
_SCATTERED: Final = frozenset({("oldValue",), ("newValue",), ("id",)} | {(key,) for key in AROUND})
_Still = tuple[tuple[int, Question, frozenset[str]], ...]
_Decision = tuple[int, _Still]


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

    def answers_without(self, elements: Sequence[Any], lacking: frozenset[str]) -> tuple[int, int] | None:
        """Return what `answers` would, and of which blocks that cannot be said: they ask for keys the elements lack."""
        unsaid, some, every = 0, 0, -1
        for element in elements:
            try:
                holding, still = self._decisions[self._numbers(element)]
            except Overflow:
                return None
            if still:
                unsaid |= _set(i for i, _, keys in still if not lacking.isdisjoint(keys))
                holding |= _held(still, element)
            some |= holding
            every &= holding
        return self._answer(some, every, len(elements)), unsaid

    def answers(self, elements: Sequence[Any]) -> int:
        """Return the set of the blocks that hold of the elements of a list."""
        some, every = 0, -1
        for element in elements:
            holding = self._holding(element)
            some |= holding
            every &= holding
        return self._answer(some, every, len(elements))

    def answers_in(self, elements: Iterable[Any]) -> int:
        """Return what `answers` would, of elements that were decoded from a line."""
        some, every, count = 0, -1, 0
        try:
            for element in elements:
                count += 1
                holding, still = self._by_values[self._early(element)]
                if still:
                    holding |= self._held_in(still, element)
                some |= holding
                every &= holding
        except Overflow as overflow:
            self._late |= {overflow.root}
            self._plan()
            return self.answers_in(elements)
        return self._answer(some, every, count)

    def _held_in(self, still: _Still, element: Any) -> int:
        """Ask what is left of an element that was decoded from a line; remembered where its columns are plain."""
        if not self._plain:
            return _held(still, self._as_dict(element))
        values = self._columns(element)
        held = self._by_columns.get(values)
        if held is None:
            if len(self._by_columns) >= _DECISIONS_SIZE:
                self._by_columns.clear()
            held = self._by_columns[values] = _held(still, self._as_dict(element))
        return held

    def _as_dict(self, element: Any) -> dict[str, Any]:
        """Make a dictionary of an element's columns."""
        columns = zip(self._names, self._columns(element), strict=True)
        found = {key: decoded(bytes(v)) if isinstance(v, msgspec.Raw) else v for key, v in columns}
        return {key: value for key, value in found.items() if value is not MISSING}

    def _answer(self, some: int, every: int, count: int) -> int:
        held = some & self._any | every & self._all_or_empty | ~some & self._none
        return held | every & self._all if count else held

    def _asking(self, quantifier: Quantifier) -> int:
        return _set(i for i, block in enumerate(self.blocks) if block.quantifier is quantifier)

    def _type_of(self, root: Root) -> Any:
        is_plain = not holds_more(root) and all(leaf_is_at(leaf, root) for leaf in self._leaves[root])
        return type_of_plain(root) if is_plain else msgspec.Raw

    def _plan(self) -> None:
        columns = self._leaves
        early = [root for root in sorted(columns) if len(root) == 1 and not self._is_late(root)]
        memos = tuple(Memo(root, columns[root]) for root in early)
        self._memos = tuple((memo.root[0], memo.number_of) for memo in memos)
        self._decisions = _Decisions(memos, self.blocks)
        self._early = getter(early[0]) if len(early) == 1 else picker(early)
        self._by_values = _ByValues(memos, self._decisions)
        self._names = tuple(root[0] for root in columns)
        self._columns = picker(tuple(columns))
        self._plain = all(self._type_of(root) is not msgspec.Raw for root in columns)
        self._by_columns: dict[tuple[Any, ...], int] = {}

    def _is_late(self, root: Root) -> bool:
        return root in self._late or self._type_of(root) is msgspec.Raw or not self._telling(root)

    def _numbers(self, element: dict[str, Any]) -> tuple[int, ...]:
        return tuple([number_of(element.get(key, MISSING)) for key, number_of in self._memos])

    def _telling(self, root: Root) -> bool:
        """Say whether most blocks ask for a column: then it is worth a look at every element."""
        asked = sum(root in by_root([block.part]) for block in self.blocks)
        return 2 * asked >= len(self.blocks)

    def _holding(self, element: Any) -> int:
        """Return the blocks whose sub-tree one element answers."""
        if not isinstance(element, dict):
            return _set(i for i, block in enumerate(self.blocks) if matches(block.part, element))
        try:
            numbers = self._numbers(element)
        except Overflow as overflow:
            self._late |= {overflow.root}
            self._plan()
            return self._holding(element)
        holding, still = self._decisions[numbers]
        return holding | _held(still, element) if still else holding


class _Decisions(dict[tuple[int, ...], _Decision]):
    """Remembers what the columns of an element decide, and the questions that are left."""

    def __init__(self, memos: Sequence[Memo], blocks: Sequence[Elements]) -> None:
        super().__init__()
        self.memos = memos
        self.blocks = blocks

    def __missing__(self, numbers: tuple[int, ...]) -> _Decision:
        known: dict[Leaf, bool] = {}
        for memo, number in zip(self.memos, numbers, strict=True):
            known.update(zip(memo.leaves, memo.by_number[number], strict=True))
        left = [(i, left_of(block.part, known.get)) for i, block in enumerate(self.blocks)]
        still = tuple((i, compiled(tree), _keys(tree)) for i, tree in left if tree not in {ALWAYS, NEVER})
        if len(self) >= _DECISIONS_SIZE:
            self.clear()
        decision = self[numbers] = _set(i for i, tree in left if tree == ALWAYS), still
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


def elements_in(root: Root, path: Path) -> Getter:
    """Return what takes the elements at a path out of a decoded line, whose column at the root is a list."""
    take, inner = getter(root), [attrgetter(str(key)) for key in path[len(root) :]]
    if not inner:
        return lambda record: take(record) or ()
    if len(inner) == 1:
        within = inner[0]
        return lambda record: [each for holder in take(record) or () for each in within(holder) or ()]
    return lambda record: _unwrapped(take(record) or (), inner)


def _unwrapped(holders: Iterable[Any], inner: Iterable[Getter]) -> Sequence[Any]:
    for within in inner:
        holders = [each for holder in holders for each in within(holder) or ()]
    return list(holders)


def leaf_is_at(leaf: Leaf, root: Root) -> bool:
    """Say whether a leaf asks for a column itself, not for something in it."""
    return getattr(leaf, "path", None) == root and not isinstance(leaf, Elements)


def _held(still: _Still, element: Any) -> int:
    return _set(number for number, question, _ in still if question(element))


def _keys(tree: Tree) -> frozenset[str]:
    """Return the keys of an element that a tree asks for; all that are dear where that is not plain."""
    roots = [root_of(leaf) for leaf in leaves_of(tree)]
    return AROUND if None in roots else frozenset(root[0] for root in roots if root is not None)


def _set(numbers: Iterable[int]) -> int:
    return sum(1 << number for number in numbers)
