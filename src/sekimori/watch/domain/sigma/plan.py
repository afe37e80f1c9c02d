"""How the kernel decides the records of one category: early columns, what they decide, and what stays open."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import getitem
from typing import Any, Final, TypeAlias

import msgspec

from sekimori.watch.domain.sigma.columns import (
    MEMO_SIZE,
    Memo,
    Root,
    by_root,
    holds_more,
    is_derived,
    is_foreign,
    is_scattered,
    root_of,
    value_at,
)
from sekimori.watch.domain.sigma.elements import ElementPlan
from sekimori.watch.domain.sigma.evaluate import matches
from sekimori.watch.domain.sigma.groups import Fired, Group
from sekimori.watch.domain.sigma.partial import Leaf, leaves_of, left_of
from sekimori.watch.domain.sigma.shapes import (
    OTHER_ENVELOPES,
    Getter,
    Keys,
    Kind,
    getter,
    kind_of,
    merged,
    picker,
    record_type,
    type_of_list,
    type_of_object,
    type_of_plain,
)
from sekimori.watch.domain.sigma.tree import ALWAYS, NEVER, Elements, Path, Tree

_DECISIONS_SIZE: Final = 16384
_GROUPS_SIZE: Final = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """What a sample of a category's lines taught. The answers are the same whatever it says; only their cost is not.

    `types` are those of the values in a column. `late`: early columns that no rule hangs on. `far`: late ones that are
    so seldom needed that they are read from the line again. `few`: early ones of few values, looked up together.
    """

    types: Mapping[Root, frozenset[type]] = field(default_factory=dict)
    late: frozenset[Root] = frozenset()
    far: frozenset[Root] = frozenset()
    few: frozenset[Root] = frozenset()


@dataclass(frozen=True, slots=True)
class Question:
    """What the rules of a kernel have in common: their trees, and what is read of a line to work out derived keys."""

    trees: Sequence[Tree]
    told_by: Mapping[Root, Any] = field(default_factory=dict)


class Plan:
    """Decides the records of one category, or of any (None).

    `foreign` are columns that only other logs have: a record that has one all the same is for the plan of any category.
    `near` are late columns that are decoded with the line. `tells` says that what the derived keys hang on is, too.
    """

    def __init__(self, asked: Question, category: str | None, habits: Habits) -> None:
        self.category = category
        self.habits = habits
        self.foreign: set[Root] = set()
        # First the category: only the columns of rules that it leaves can be foreign to it.
        possible = _possible((i, left_of(tree, self._of_category)) for i, tree in enumerate(asked.trees))
        self.trees = _possible((i, left_of(tree, self._of_others)) for i, tree in possible)
        self._leaves = by_root(tree for _, tree in self.trees)
        self._elements: dict[Path, ElementPlan] = {}
        self._groups: dict[tuple[tuple[Root, ...], tuple[tuple[int, Tree], ...]], Group] = {}
        early = [root for root in sorted(self._leaves) if not self._is_late(root)]
        self.few = tuple(Memo(root, self._leaves[root]) for root in early if root in habits.few)
        self.more = tuple(Memo(root, self._leaves[root]) for root in early if root not in habits.few)
        self.late = tuple(root for root in sorted(self._leaves.keys() - set(early)) if not is_derived(root))
        self.near = {root: self._kind(root) for root in self.late if root not in habits.far}
        self.decisions = Decisions(self)
        self.together = Together(self)
        self._told = self._told_by(asked.told_by) if any(map(is_derived, self._leaves)) else None
        self.tells = self._told is not None

    def _is_late(self, root: Root) -> bool:
        late = is_derived(root) or is_scattered(root, self.category) or (len(root) == 1 and holds_more(root))
        return late or root in self.habits.late

    def _of_category(self, leaf: Leaf) -> bool | None:
        """Answer the leaves that the category alone decides."""
        if self.category is None or root_of(leaf) != ("category",):
            return None
        return matches(leaf, {"category": self.category})

    def _of_others(self, leaf: Leaf) -> bool | None:
        """Answer the leaves on fields that only other logs, or other envelopes, have."""
        root = root_of(leaf)
        if self.category is None or root is None:
            return None
        if len(root) == 1 and root[0] in OTHER_ENVELOPES:
            return matches(leaf, {})
        if not is_foreign(root, self.category):
            return None
        self.foreign.add(root)
        return matches(leaf, {})

    def _kind(self, root: Root) -> Kind:
        kind = kind_of(root, self._leaves[root], self.habits.types.get(root, frozenset()))
        return Kind.RAW if kind is Kind.LIST and self._keys_at(root) is None else kind

    def _keys_at(self, root: Root) -> Keys | None:
        """Return what the blocks on a column read of its elements; None where they need more than keys."""
        keys: Keys | None = {}
        for path in {leaf.path for leaf in self._leaves[root] if isinstance(leaf, Elements)}:
            read = self.elements_of(path).keys
            if keys is None or read is None:
                return None
            for step in reversed(path[len(root) :]):
                read = {str(step): read}
            keys = merged(keys, read)
        return keys

    def _told_by(self, told_by: Mapping[Root, Any]) -> dict[Root, Any] | None:
        """Return the types of what the derived keys hang on; None where rules read the same in another way."""
        types: dict[Root, Any] = {}
        for root, wanted in told_by.items():
            kind = self._kind(root) if root in self._leaves else None
            if kind not in {None, Kind.LIST if isinstance(wanted, dict) else Kind.PLAIN}:
                return None
            if isinstance(wanted, dict):
                keys = merged((self._keys_at(root) if kind else None) or {}, wanted)
                if keys is None:
                    return None
                types[root] = type_of_list(root[-1], keys)
            else:
                types[root] = type_of_plain(root)
        return types if told_by else None

    def _type(self, root: Root) -> Any:
        match self._kind(root):
            case Kind.PLAIN:
                return type_of_plain(root)
            case Kind.OBJECT:
                return type_of_object(root, self._leaves[root])
            case Kind.LIST if root in self.near:
                return type_of_list(root[-1], self._keys_at(root) or {})
            case _:
                return msgspec.Raw

    def is_hashable(self, root: Root) -> bool:
        """Say whether the values of an early column can be looked up as they are decoded."""
        return self._kind(root) in {Kind.PLAIN, Kind.OBJECT}

    def shape(self) -> type[msgspec.Struct]:
        """Make the shape that the category's lines are decoded into."""
        types = {root: self._type(root) for root in (*(memo.root for memo in self.memos), *self.near)}
        return record_type(str(self.category), types | (self._told or {}), self.foreign)

    @property
    def memos(self) -> tuple[Memo, ...]:
        """The early columns, in the order of the numbers that decide."""
        return (*self.few, *self.more)

    def lane(self) -> "Lane":
        """Return what decides the category's lines."""
        more = tuple((getter(memo.root, raw=not self.is_hashable(memo.root)), memo) for memo in self.more)
        return picker([memo.root for memo in self.few]), self.together.common, more, self.together

    def numbers_of(self, record: Mapping[str, Any]) -> tuple[int, ...]:
        """Ask the early columns of a decoded record."""
        return tuple([memo.number_of(value_at(record, memo.root)) for memo in self.memos])

    def decided(self, numbers: tuple[int, ...]) -> "Decision":
        """Decide what the early columns decide."""
        known: dict[Leaf, bool] = {}
        for memo, number in zip(self.memos, numbers, strict=True):
            known.update(zip(memo.leaves, memo.by_number[number], strict=True))
        left = [(i, left_of(tree, known.get)) for i, tree in self.trees]
        fired = tuple(i for i, tree in left if tree == ALWAYS)
        return Decision(fired, self._open((i, tree) for i, tree in left if tree not in {ALWAYS, NEVER}))

    def elements_of(self, path: Path) -> ElementPlan:
        """Return the plan for all blocks of the category on the list at a path."""
        if path not in self._elements:
            found = (leaf for _, tree in self.trees for leaf in leaves_of(tree))
            blocks = dict.fromkeys(leaf for leaf in found if isinstance(leaf, Elements) and leaf.path == path)
            self._elements[path] = ElementPlan(path, tuple(blocks))
        return self._elements[path]

    def _open(self, left: Iterable[tuple[int, Tree]]) -> tuple[Group, ...]:
        grouped: dict[tuple[Root, ...], list[tuple[int, Tree]]] = {}
        for rule, tree in left:
            found = {root_of(leaf) for leaf in leaves_of(tree)}
            whole = any(root is None or is_derived(root) for root in found)
            roots = () if whole else tuple(sorted(root for root in found if root is not None))
            grouped.setdefault(roots, []).append((rule, tree))
        return tuple(self._group(roots, tuple(rules)) for roots, rules in grouped.items())

    def _group(self, roots: tuple[Root, ...], rules: tuple[tuple[int, Tree], ...]) -> Group:
        """Return the group of these rules: many decisions leave the same ones open."""
        if (roots, rules) not in self._groups:
            if len(self._groups) >= _GROUPS_SIZE:
                self._groups.clear()
            self._groups[roots, rules] = Group(roots, rules, self)
        return self._groups[roots, rules]


def _possible(trees: Iterable[tuple[int, Tree]]) -> tuple[tuple[int, Tree], ...]:
    return tuple((i, tree) for i, tree in trees if tree != NEVER)


class Decision:
    """The rules that fire, and those whose answer hangs on columns not looked at yet."""

    __slots__ = ("fired", "open")

    def __init__(self, fired: Fired, still: tuple[Group, ...]) -> None:
        self.fired = fired
        self.open = still


class Combined(dict[tuple[Any, ...], int]):
    """Remembers the values of several columns together, as one number: `by_number` has those of each column."""

    def __init__(self, memos: Sequence[Memo]) -> None:
        super().__init__()
        self.memos = tuple(memos)
        self.numbers: dict[tuple[int, ...], int] = {}
        self.by_number: list[tuple[int, ...]] = []

    def __missing__(self, values: tuple[Any, ...]) -> int:
        each = tuple(map(getitem, self.memos, values))
        if each not in self.numbers:
            self.numbers[each] = len(self.by_number)
            self.by_number.append(each)
        if len(self) >= MEMO_SIZE:
            self.clear()
        number = self[values] = self.numbers[each]
        return number


class Decisions(dict[tuple[int, ...], Decision]):
    """Remembers what the early columns' numbers decide; bounded."""

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        self.plan = plan

    def __missing__(self, numbers: tuple[int, ...]) -> Decision:
        if len(self) >= _DECISIONS_SIZE:
            self.clear()
        decision = self[numbers] = self.plan.decided(numbers)
        return decision


class Together(dict[tuple[int, ...], Decision]):
    """Remembers what was decided where the columns of few values are one number, the first; bounded."""

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        self.decisions = plan.decisions
        self.common = Combined(plan.few)

    def __missing__(self, numbers: tuple[int, ...]) -> Decision:
        if len(self) >= _DECISIONS_SIZE:
            self.clear()
        decision = self[numbers] = self.decisions[*self.common.by_number[numbers[0]], *numbers[1:]]
        return decision


Lane: TypeAlias = tuple[Callable[[Any], tuple[Any, ...]], Combined, Sequence[tuple[Getter, Memo]], Together]
"""How the lines of one category are decided: the columns of few values and what they are together, each of the others,
and what all of them decide."""
