"""Asks all `field[any]` blocks on one list at once: an element is a small record with columns of its own."""

from collections.abc import Callable, Iterable, Sequence
from operator import getitem
from typing import Any, Final

import msgspec
from msgspec.structs import astuple

from sekimori.watch.domain.sigma.columns import Memo, Overflow, Root, attribute, by_root, decoded, holds_more, root_of
from sekimori.watch.domain.sigma.compiled import Question, compiled
from sekimori.watch.domain.sigma.evaluate import matches
from sekimori.watch.domain.sigma.known_fields import AROUND
from sekimori.watch.domain.sigma.partial import Leaf, leaves_of, left_of
from sekimori.watch.domain.sigma.tree import ALWAYS, NEVER, Elements, Path, Quantifier, Tree
from sekimori.watch.domain.sigma.values import MISSING

_DECISIONS_SIZE: Final = 4096
_SCATTERED: Final = frozenset({("oldValue",), ("newValue",), ("id",)} | {(key,) for key in AROUND})
_Still = tuple[tuple[int, Question, frozenset[str]], ...]
_Decision = tuple[int, _Still]


class ElementPlan:
    """Answers the blocks on the list at one path.

    Sets of blocks are numbers: bit `i` is the block `i`.
    """

    def __init__(self, path: Path, blocks: Sequence[Elements]) -> None:
        self.path = path
        self.blocks = tuple(blocks)
        self._any = self._asking(Quantifier.ANY)
        self._all = self._asking(Quantifier.ALL)
        self._all_or_empty = self._asking(Quantifier.ALL_OR_EMPTY)
        self._none = self._asking(Quantifier.NONE)
        self._late: frozenset[Root] = _SCATTERED
        self._plan()

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
                holding |= self._held(still, element)
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

    def answers_in(self, json: bytes) -> int | None:
        """Return what `answers` would on the list in a piece of JSON; None where its columns are of unexpected types.

        The JSON is that of the column which the path starts in; absent it is empty.
        """
        some, every, count = 0, -1, 0
        try:
            for element in self._read(json) if len(json) > len(b"[]") else ():
                count += 1
                columns = astuple(element)
                holding, still = self._decisions[tuple(map(getitem, self._memos, columns))]
                if still:
                    if not self._readable:
                        return None
                    holding |= self._held_by(still, columns, element)
                some |= holding
                every &= holding
        except (msgspec.DecodeError, Overflow):
            return None
        return self._answer(some, every, count)

    def _held_by(self, still: _Still, columns: tuple[Any, ...], element: Any) -> int:
        """Return what the questions left say of an element, remembered by its columns where those are plain."""
        if not self._plain:
            return self._held(still, self._as_dict(element))
        held = self._by_columns.get(columns)
        if held is None:
            if len(self._by_columns) >= _DECISIONS_SIZE:
                self._by_columns.clear()
            held = self._by_columns[columns] = self._held(still, self._as_dict(element))
        return held

    def _as_dict(self, element: Any) -> dict[str, Any]:
        """Make a dictionary of the columns that were read of an element."""
        columns = {key: getattr(element, name) for key, name in self._names}
        found = {key: decoded(bytes(v)) if isinstance(v, msgspec.Raw) else v for key, v in columns.items()}
        return {key: value for key, value in found.items() if value is not MISSING}

    @staticmethod
    def _held(still: _Still, element: Any) -> int:
        return _set(number for number, question, _ in still if question(element))

    def _answer(self, some: int, every: int, count: int) -> int:
        held = some & self._any | every & self._all_or_empty | ~some & self._none
        return held | every & self._all if count else held

    def _asking(self, quantifier: Quantifier) -> int:
        return _set(i for i, block in enumerate(self.blocks) if block.quantifier is quantifier)

    def _plan(self) -> None:
        columns = by_root(block.part for block in self.blocks)
        late = [root for root in columns if root in self._late or holds_more(root) or not self._telling(root)]
        early = [root for root in sorted(columns) if len(root) == 1 and root not in late]
        self._memos = tuple(Memo(root, columns[root]) for root in early)
        self._columns = tuple((memo.root[0], memo.number_of) for memo in self._memos)
        self._decisions = _Decisions(self._memos, self.blocks)
        # Every leaf's column is read from the JSON: then a dictionary of the columns is as good as the element.
        leaves = {root_of(leaf) for block in self.blocks for leaf in leaves_of(block.part)}
        self._readable = all(root is not None and len(root) == 1 for root in leaves)
        read = [*early, *(root for root in late if len(root) == 1)]
        self._names = tuple((root[0], attribute(root)) for root in read)
        self._read = _reader(self.path, read)
        self._plain = not any(map(holds_more, read))
        self._by_columns: dict[tuple[Any, ...], int] = {}

    def _numbers(self, element: dict[str, Any]) -> tuple[int, ...]:
        return tuple([number_of(element.get(key, MISSING)) for key, number_of in self._columns])

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
        return holding | self._held(still, element) if still else holding


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


def _reader(path: Path, columns: Sequence[Root]) -> Callable[[bytes], Sequence[Any]]:
    """Return what reads the elements' columns out of the JSON of the column that a path starts in."""
    fields = [_field(root) for root in columns]
    names = {attribute(root): root[-1] for root in columns}
    shape: Any = list[msgspec.defstruct("Element", fields, rename=names, gc=False)]  # type: ignore[misc]
    inner = path[2:] if path[:1] == ("properties",) else path[1:]
    for key in reversed(inner):
        holder = msgspec.defstruct("Holder", [("inner", shape, ())], rename={"inner": str(key)}, gc=False)
        shape = list[holder]  # type: ignore[valid-type]
    decode = msgspec.json.Decoder(shape).decode
    if not inner:
        return decode
    if len(inner) == 1:
        return lambda json: [element for holder in decode(json) for element in holder.inner]
    return lambda json: _unwrapped(decode(json), len(inner))


def _field(root: Root) -> tuple[str, Any, Any]:
    if holds_more(root):
        return attribute(root), msgspec.Raw, msgspec.Raw(b"")
    return attribute(root), str | int | None, MISSING


def _unwrapped(holders: Sequence[Any], depth: int) -> Sequence[Any]:
    for _ in range(depth):
        holders = [inner for holder in holders for inner in holder.inner]
    return holders


def _keys(tree: Tree) -> frozenset[str]:
    """Return the keys of an element that a tree asks for; all that are dear where that is not plain."""
    roots = [root_of(leaf) for leaf in leaves_of(tree)]
    return AROUND if None in roots else frozenset(root[0] for root in roots if root is not None)


def _set(numbers: Iterable[int]) -> int:
    return sum(1 << number for number in numbers)
