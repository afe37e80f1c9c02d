"""How the kernel decides the records of one category: early columns, what they decide, and what stays open."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import getitem
from typing import Any, Final, NamedTuple, get_args

import msgspec

from sekimori.watch.domain.sigma.columns import (
    MEMO_SIZE,
    Memo,
    Root,
    holds_more,
    is_derived,
    is_scattered,
    root_of,
    value_at,
)
from sekimori.watch.domain.sigma.groups import Fired, Group
from sekimori.watch.domain.sigma.partial import Leaf, leaves_of, left_of
from sekimori.watch.domain.sigma.scope import Scope
from sekimori.watch.domain.sigma.shapes import (
    Getter,
    Kind,
    getter,
    is_list,
    keys_of,
    kind_of,
    merged,
    picker,
    plain_types,
    record_type,
    type_of_list,
    type_of_object,
    type_of_plain,
)
from sekimori.watch.domain.sigma.tree import ALWAYS, NEVER, Tree

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


class Plan:
    """Decides the records of one scope.

    Early columns are asked of every record; `few` of them, of few values, all at once. `near` are late columns that are
    decoded with the line. `tells` says that what the derived keys hang on is, too.
    """

    def __init__(self, scope: Scope, habits: Habits) -> None:
        self.scope = scope
        self.habits = habits
        self._groups: dict[tuple[tuple[Root, ...], tuple[tuple[int, Tree], ...]], Group] = {}
        early = {root for root in scope.leaves if not self._is_late(root)}
        # Those of the properties first: there they stand in front, and are taken at once.
        few = sorted(early & habits.few, key=lambda root: (-len(root), root))
        self.few = tuple(Memo(root, scope.leaves[root]) for root in few)
        self.more = tuple(Memo(root, scope.leaves[root]) for root in sorted(early - habits.few))
        self.late = tuple(root for root in sorted(scope.leaves.keys() - early) if not is_derived(root))
        self.near = {root: self._kind(root) for root in self.late if root not in habits.far}
        self.decisions = Decisions(self)
        self._told = self._types_told() if scope.asks_derived and scope.derived.told_by else None
        self.tells = self._told is not None

    def _is_late(self, root: Root) -> bool:
        late = is_derived(root) or is_scattered(root, self.scope.category) or (len(root) == 1 and holds_more(root))
        return late or root in self.habits.late

    def _kind(self, root: Root) -> Kind:
        kind = kind_of(root, self.scope.leaves[root], self.habits.types.get(root, frozenset()))
        return Kind.RAW if kind is Kind.LIST and self.scope.keys_at(root) is None else kind

    def _types_told(self) -> dict[Root, Any] | None:
        """Return the types of what the derived keys hang on; None where rules read the same in another way."""
        types: dict[Root, Any] = {}
        for root, wanted in self.scope.derived.told_by.items():
            is_list = isinstance(wanted, dict)
            kind = self._kind(root) if root in self.scope.leaves else None
            if kind not in {None, Kind.LIST if is_list else Kind.PLAIN}:
                return None
            keys = merged((kind and self.scope.keys_at(root)) or {}, wanted) if is_list else {}
            if keys is None:
                return None
            types[root] = type_of_list(root[-1], keys) if is_list else type_of_plain(root)
        return types

    def _type(self, root: Root) -> Any:
        match self._kind(root):
            case Kind.PLAIN:
                return type_of_plain(root)
            case Kind.OBJECT:
                return type_of_object(root, keys_of(self.scope.leaves[root]) | (self.scope.shown.get(root) or set()))
            case Kind.LIST if root in self.near:
                return type_of_list(root[-1], self.scope.keys_at(root) or {})
            case _:
                return msgspec.Raw

    def is_hashable(self, root: Root) -> bool:
        """Say whether the values of an early column can be looked up as they are decoded."""
        return self._kind(root) in {Kind.PLAIN, Kind.OBJECT}

    def shape(self) -> type[msgspec.Struct]:
        """Make the shape that the category's lines are decoded into."""
        return record_type(str(self.scope.category), self._types(), self.scope.foreign)

    def _types(self) -> dict[Root, Any]:
        """Return the types of all that is decoded of a line."""
        types = {root: self._type(root) for root in (*(memo.root for memo in self.memos), *self.near)}
        types |= self._told or {}
        return types | {root: self._type_shown(root) for root in self.scope.shown if root not in types}

    def _type_shown(self, root: Root) -> Any:
        """Return the type of a column that no rule asks for: its own, if the sample knows but one."""
        seen, keys = self.habits.types.get(root, frozenset()), self.scope.shown[root]
        if keys and dict in seen and {dict, type(None)}.issuperset(seen):
            return type_of_object(root, keys)
        is_plain = keys == frozenset() and plain_types(root).issuperset(seen) and not holds_more(root)
        return type_of_plain(root) if is_plain else msgspec.Raw

    def _show(self) -> Callable[[Any], tuple[Any, ...] | None] | None:
        """Return what takes the columns to show out of a line; it gives None where they cannot be compared."""
        if not self.scope.shown:
            return None
        types = self._types()
        if any(not self._is_shown(root, types[root]) for root in self.scope.shown):
            return lambda _: None
        takes = [getter(root, raw=types[root] is msgspec.Raw) for root in self.scope.shown]
        if any(types[root] is msgspec.Raw for root in self.scope.shown):
            return lambda record: tuple([take(record) for take in takes])
        return picker(list(self.scope.shown))

    def _is_shown(self, root: Root, kind: Any) -> bool:
        """Say whether what is decoded of a column is all that is wanted of it."""
        if kind is msgspec.Raw:
            return True
        return not is_list(kind) and self.scope.shown[root] is not None and self._holds(root, kind)

    def _holds(self, root: Root, kind: Any) -> bool:
        is_object = any(isinstance(part, type) and issubclass(part, msgspec.Struct) for part in get_args(kind))
        return is_object or not self.scope.shown[root]

    @property
    def memos(self) -> tuple[Memo, ...]:
        """The early columns, in the order of the numbers that decide."""
        return (*self.few, *self.more)

    def lane(self) -> "Lane":
        """Return what decides the category's lines."""
        more = tuple((getter(memo.root, raw=not self.is_hashable(memo.root)), memo) for memo in self.more)
        top = [memo.root for memo in self.few if len(memo.root) == 1]
        return Lane(len(self.few) - len(top), picker(top) if top else None, Values(self), more, self._show())

    def numbers_of(self, record: Mapping[str, Any]) -> tuple[int, ...]:
        """Ask the early columns of a decoded record."""
        return tuple([memo.number_of(value_at(record, memo.root)) for memo in self.memos])

    def decided(self, numbers: tuple[int, ...]) -> "Decision":
        """Decide what the early columns decide."""
        known: dict[Leaf, bool] = {}
        for memo, number in zip(self.memos, numbers, strict=True):
            known.update(zip(memo.leaves, memo.by_number[number], strict=True))
        left = [(i, left_of(tree, known.get)) for i, tree in self.scope.trees]
        fired = tuple(i for i, tree in left if tree == ALWAYS)
        return Decision(fired, self._open((i, tree) for i, tree in left if tree not in {ALWAYS, NEVER}))

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


class Decision:
    """The rules that fire, and those whose answer hangs on columns not looked at yet."""

    __slots__ = ("fired", "open")

    def __init__(self, fired: Fired, still: tuple[Group, ...]) -> None:
        self.fired = fired
        self.open = still


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


class Values(dict[tuple[Any, ...], Any]):
    """Remembers what the columns of few values decide, by the values themselves; bounded.

    Where there are more columns, that is a `Further`.
    """

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        self.plan = plan
        self.further: dict[tuple[int, ...], Further] = {}

    def __missing__(self, values: tuple[Any, ...]) -> Any:
        numbers = tuple(map(getitem, self.plan.few, values))
        if self.plan.more and numbers not in self.further:
            self.further[numbers] = Further(self.plan, numbers)
        if len(self) >= MEMO_SIZE:
            self.clear()
        found = self[values] = self.further[numbers] if self.plan.more else self.plan.decisions[numbers]
        return found


class Further(dict[tuple[int, ...], Decision]):
    """Remembers what the other early columns decide where those of few values are as they are; bounded."""

    def __init__(self, plan: Plan, few: tuple[int, ...]) -> None:
        super().__init__()
        self.plan = plan
        self.few = few

    def __missing__(self, numbers: tuple[int, ...]) -> Decision:
        if len(self) >= _DECISIONS_SIZE:
            self.clear()
        decision = self[numbers] = self.plan.decisions[*self.few, *numbers]
        return decision


class Lane(NamedTuple):
    """How the lines of one category are decided.

    `few` is how many columns of few values stand first among the properties, `top` takes those of the record itself;
    `values` says what they decide. If there are `more`, those are asked next. `show` takes what somebody wants to see.
    """

    few: int
    top: Callable[[Any], tuple[Any, ...]] | None
    values: Values
    more: Sequence[tuple[Getter, Memo]]
    show: Callable[[Any], tuple[Any, ...] | None] | None
