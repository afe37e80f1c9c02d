"""How the kernel decides the records of one category: early columns, what they decide, and what stays open."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from operator import attrgetter, getitem
from typing import Any, Final, TypeAlias

import msgspec

from sekimori.watch.domain.sigma.columns import (
    MEMO_SIZE,
    Memo,
    Root,
    attribute,
    by_root,
    decoded,
    holds_more,
    is_derived,
    is_foreign,
    is_scattered,
    record_with,
    root_of,
    value_at,
)
from sekimori.watch.domain.sigma.compiled import compiled
from sekimori.watch.domain.sigma.elements import ElementPlan
from sekimori.watch.domain.sigma.evaluate import elements_at, matches
from sekimori.watch.domain.sigma.known_fields import AROUND
from sekimori.watch.domain.sigma.literals import Literals, is_whole_text, may_stand, required
from sekimori.watch.domain.sigma.partial import Leaf, leaves_of, left_of
from sekimori.watch.domain.sigma.tree import ALWAYS, NEVER, Atom, Elements, Path, Tree

CHANGES: Final[Root] = ("changes",)
OPERATION: Final[Root] = ("operationName",)
_DECISIONS_SIZE: Final = 16384
_ANSWERS_SIZE: Final = 4096
_FEW: Final = 64
_TOLD_SIZE: Final = 1024


class Group:
    """Rules still open that hang on the same late columns: `roots`, or the `whole` record where there are none.

    `derived`: they ask for what no record holds by itself.
    """

    def __init__(self, roots: tuple[Root, ...], rules: Sequence[tuple[int, Tree]], plan: "Plan") -> None:
        self.roots = roots
        self.whole = not roots
        self.rules = tuple(rules)
        self.leaves = tuple(dict.fromkeys(leaf for _, tree in rules for leaf in leaves_of(tree)))
        self.derived = any(is_derived(root_of(leaf)) for leaf in self.leaves)
        self.lists = tuple(
            plan.elements_of(path) for path in dict.fromkeys(x.path for x in self.leaves if isinstance(x, Elements))
        )
        self.others = tuple(leaf for leaf in self.leaves if not isinstance(leaf, Elements))
        self.literals = _joined([required(tree) for _, tree in rules])
        near = len(roots) == 1 and not plan.far.intersection(roots)
        self._place = attrgetter(_place(roots[0])) if near else None
        self._raws = _far_reader(roots) if plan.far.intersection(roots) else _near_reader(roots)
        alone = len(roots) == len(self.lists) == 1 and not self.others
        self._only_list = self.lists[0].answers_in if alone else None
        self._by_list: dict[int, tuple[int, ...]] = {}
        self._of_changes = next((plan for plan in self.lists if plan.path == CHANGES), None)
        self._by_told: dict[Any, tuple[int, ...] | None] = {}
        self._by_changes: dict[tuple[int, int], tuple[int, ...] | None] = {}
        # Where all leaves read the one column itself, its value is asked without a record around it.
        tests = [leaf.test.holds for leaf in self.others if isinstance(leaf, Atom) and roots == (leaf.path,)]
        plain = len(tests) == len(self.leaves)
        self._tests = tuple((1 << i, holds) for i, holds in enumerate(tests)) if plain else ()
        whole = [leaf.test.text for leaf in self.others if isinstance(leaf, Atom) and is_whole_text(leaf.test)]
        every = self.literals is not None and plain and len(whole) == len(self.leaves)
        self._whole = frozenset(b'"%s"' % text.encode() for text in whole) if every else None
        self._questions = tuple((1 << i, compiled(leaf)) for i, leaf in enumerate(self.others))
        self._fired: dict[tuple[int, tuple[int, ...]], tuple[int, ...]] = {}

    def fired_on(self, line: bytes, record: Any) -> tuple[int, ...]:
        """Return the rules that fire on a line that was decoded into the plan's struct."""
        if self._place is None:
            return self._fired_in(self._raws(line, record))
        raw = bytes(self._place(record))
        if self._only_list is not None:
            held = self._only_list(raw)
            if held is not None:
                fired = self._by_list.get(held)
                if fired is None:
                    fired = self._by_list[held] = self._settle(0, (held,))
                return fired
        elif self._whole is not None and self._is_none_of(raw):
            return ()
        return self._fired_in((raw,))

    def _is_none_of(self, raw: bytes) -> bool:
        """Say at a glance that a text is none of those that the rules ask for, where they ask for whole ones."""
        if raw[:1] != b'"' or not raw.isascii() or b"\\" in raw:
            return False
        return self._whole is not None and raw.lower() not in self._whole

    def _fired_in(self, raws: Sequence[bytes]) -> tuple[int, ...]:
        if self.literals is not None:
            json = raws[0] if len(raws) == 1 else b" ".join(raws)
            if not may_stand(self.literals, json):
                return ()
        if self._tests:
            value = decoded(raws[0])
            if not isinstance(value, dict | list):
                return self._settled(sum(bit for bit, holds in self._tests if holds(value)), ())
        return self.fired(record_with(dict(zip(self.roots, map(decoded, raws), strict=True))))

    def fired_as_told(self, told: Any, changes: Callable[[Any], Sequence[Any]]) -> tuple[int, ...] | None:
        """Return the rules that fire on the changes that were told of; None where that hangs on more, or none was."""
        if told is None:
            return None
        try:
            return self._by_told[told]
        except KeyError:
            fired = self.fired_with(changes(told), AROUND)
        if len(self._by_told) >= _TOLD_SIZE:
            self._by_told.clear()
        self._by_told[told] = fired
        return fired

    def fired_with(self, changes: Sequence[Any], lacking: frozenset[str]) -> tuple[int, ...] | None:
        """Return the rules that fire on a record with these changes; None where that hangs on more than they say."""
        plan = self._of_changes
        answer = plan.answers_without(changes, lacking) if plan else None
        if plan is None or answer is None:
            return None
        if answer not in self._by_changes:
            held, unsaid = answer
            said = [(i, block) for i, block in enumerate(plan.blocks) if not unsaid >> i & 1]
            known: dict[Leaf, bool] = {block: bool(held >> i & 1) for i, block in said}
            left = [(rule, left_of(tree, known.get)) for rule, tree in self.rules]
            settled = all(tree in {ALWAYS, NEVER} for _, tree in left)
            self._by_changes[answer] = tuple(rule for rule, tree in left if tree == ALWAYS) if settled else None
        return self._by_changes[answer]

    def fired(self, record: Mapping[str, Any]) -> tuple[int, ...]:
        """Return the rules that fire on a record that has at least the group's columns."""
        answers = 0
        for bit, question in self._questions:
            if question(record):
                answers |= bit
        held = tuple([plan.answers(elements_at(record, plan.path)) for plan in self.lists])
        return self._settled(answers, held)

    def _settled(self, answers: int, held: tuple[int, ...]) -> tuple[int, ...]:
        fired = self._fired.get((answers, held))
        return self._settle(answers, held) if fired is None else fired

    def _settle(self, answers: int, held: tuple[int, ...]) -> tuple[int, ...]:
        known: dict[Leaf, bool] = {leaf: bool(answers >> i & 1) for i, leaf in enumerate(self.others)}
        for plan, blocks in zip(self.lists, held, strict=True):
            known |= {block: bool(blocks >> i & 1) for i, block in enumerate(plan.blocks)}
        fired = tuple(rule for rule, tree in self.rules if left_of(tree, known.get) == ALWAYS)
        if len(self._fired) >= _ANSWERS_SIZE:
            self._fired.clear()
        self._fired[answers, held] = fired
        return fired


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


class Decision:
    """The rules that fire, and those whose answer hangs on columns not looked at yet."""

    __slots__ = ("fired", "open")

    def __init__(self, fired: tuple[int, ...], still: tuple[Group, ...]) -> None:
        self.fired = fired
        self.open = still


class Decisions(dict[tuple[int, ...], Decision]):
    """Remembers what the early columns' numbers decide; bounded."""

    def __init__(self, plan: "Plan") -> None:
        super().__init__()
        self.plan = plan

    def __missing__(self, numbers: tuple[int, ...]) -> Decision:
        if len(self) >= _DECISIONS_SIZE:
            self.clear()
        decision = self[numbers] = self.plan.decided(numbers)
        return decision


class Together(dict[tuple[int, ...], Decision]):
    """Remembers what was decided where the first columns of the properties are one number; bounded."""

    def __init__(self, plan: "Plan") -> None:
        super().__init__()
        self.plan = plan

    def __missing__(self, numbers: tuple[int, ...]) -> Decision:
        if len(self) >= _DECISIONS_SIZE:
            self.clear()
        common, top = self.plan.common.by_number[numbers[0]], 1 + len(self.plan.top)
        decision = self[numbers] = self.plan.decisions[*numbers[1:top], *common, *numbers[top:]]
        return decision


class Plan:
    """Decides the records of one category, or of any (None).

    `foreign` are columns that only other logs have: a record that has one all the same is for the plan of any category.
    """

    def __init__(self, trees: Sequence[Tree], category: str | None) -> None:
        self.category = category
        self.foreign: set[Root] = set()
        # First the category: only the columns of rules that it leaves can be foreign to it.
        asked = _possible((i, left_of(tree, self._of_category)) for i, tree in enumerate(trees))
        self.trees = _possible((i, left_of(tree, self._of_others)) for i, tree in asked)
        self.far: frozenset[Root] = frozenset()
        self.few: frozenset[Root] = frozenset()
        self._leaves = by_root(tree for _, tree in self.trees)
        self._elements: dict[Path, ElementPlan] = {}
        early = [root for root in sorted(self._leaves) if not _is_late(root, category)]
        self._look_at([Memo(root, self._leaves[root]) for root in early])

    def put_off(self, late: frozenset[Root]) -> "Plan":
        """Return a plan that looks at these early columns late; it keeps what the others' values say."""
        plan = copy(self)
        plan._look_at([memo for memo in self.memos if memo.root not in late])  # noqa: SLF001 - its own kind
        return plan

    def left_far(self, far: frozenset[Root]) -> "Plan":
        """Return a plan that reads these late columns only for the lines that need them, by reading those again.

        It looks up columns together that had few values so far.
        """
        plan = copy(self)
        plan.far = far
        plan.few = frozenset(memo.root for memo in self.memos if len(memo) <= _FEW)
        plan._look_at(self.memos)  # noqa: SLF001 - its own kind
        return plan

    def _look_at(self, early: Sequence[Memo]) -> None:
        plain = [memo for memo in early if not holds_more(memo.root)]
        self.top = tuple(memo for memo in plain if len(memo.root) == 1)
        inner = [memo for memo in plain if len(memo.root) > 1]
        self.inner = tuple(sorted(inner, key=lambda memo: memo.root not in self.few))
        self.common = Combined([memo for memo in self.inner if memo.root in self.few])
        self.objects = tuple(memo for memo in early if holds_more(memo.root))
        roots = {memo.root for memo in early}
        self.late = tuple(root for root in sorted(self._leaves.keys() - roots) if not is_derived(root))
        # Its type is checked on every line, so it is never kept as JSON.
        self.far |= {OPERATION}.intersection(self.late)
        self.decisions = Decisions(self)
        self.together = Together(self)

    def _of_category(self, leaf: Leaf) -> bool | None:
        """Answer the leaves that the category alone decides."""
        asks = self.category is not None and isinstance(leaf, Atom) and leaf.path == ("category",)
        return leaf.test.holds(self.category) if asks and isinstance(leaf, Atom) else None

    def _of_others(self, leaf: Leaf) -> bool | None:
        """Answer the leaves on fields that only other logs have."""
        root = root_of(leaf)
        if self.category is None or root is None or not is_foreign(root, self.category):
            return None
        self.foreign.add(root)
        return matches(leaf, {})

    def raw_columns(self, depth: int) -> list[Root]:
        """Return the columns of the record (1) or of its properties (2) that are kept as JSON, early ones first."""
        late = [root for root in self.late if root not in self.far]
        return [root for root in (*(memo.root for memo in self.objects), *late) if len(root) == depth]

    @property
    def memos(self) -> tuple[Memo, ...]:
        """The early columns, in the order of the numbers that decide."""
        return (*self.top, *self.inner, *self.objects)

    def numbers_of(self, record: Mapping[str, Any]) -> tuple[int, ...]:
        """Ask the early columns of a decoded record."""
        return tuple([memo.number_of(value_at(record, memo.root)) for memo in self.memos])

    def numbers_in(self, record: tuple[Any, ...], properties: tuple[Any, ...]) -> tuple[int, ...]:
        """Ask the early columns of a line that was decoded into the plan's struct."""
        raw = map(bytes, properties[len(self.inner) :])
        top, inner = map(getitem, self.top, record), map(getitem, self.inner, properties)
        return (*top, *inner, *map(getitem, self.objects, raw))

    def decided(self, numbers: tuple[int, ...]) -> Decision:
        """Decide what the early columns decide."""
        known: dict[Leaf, bool] = {}
        for memo, number in zip(self.memos, numbers, strict=True):
            known.update(zip(memo.leaves, memo.by_number[number], strict=True))
        left = [(i, left_of(tree, known.get)) for i, tree in self.trees]
        fired = tuple(i for i, tree in left if tree == ALWAYS)
        return Decision(fired, self._groups((i, tree) for i, tree in left if tree not in {ALWAYS, NEVER}))

    def elements_of(self, path: Path) -> ElementPlan:
        """Return the plan for all blocks of the category on the list at a path."""
        if path not in self._elements:
            found = (leaf for _, tree in self.trees for leaf in leaves_of(tree))
            blocks = dict.fromkeys(leaf for leaf in found if isinstance(leaf, Elements) and leaf.path == path)
            self._elements[path] = ElementPlan(path, tuple(blocks))
        return self._elements[path]

    def _groups(self, left: Iterable[tuple[int, Tree]]) -> tuple[Group, ...]:
        grouped: dict[tuple[Root, ...], list[tuple[int, Tree]]] = {}
        for rule, tree in left:
            found = {root_of(leaf) for leaf in leaves_of(tree)}
            whole = any(root is None or is_derived(root) for root in found)
            roots = () if whole else tuple(sorted(root for root in found if root is not None))
            grouped.setdefault(roots, []).append((rule, tree))
        return tuple(Group(roots, rules, self) for roots, rules in grouped.items())


def _possible(trees: Iterable[tuple[int, Tree]]) -> tuple[tuple[int, Tree], ...]:
    return tuple((i, tree) for i, tree in trees if tree != NEVER)


def _is_late(root: Root, category: str | None) -> bool:
    return is_derived(root) or is_scattered(root, category) or (len(root) == 1 and holds_more(root))


class Plans(dict[str | None, Plan]):
    """The plans of the categories, each made when it is first asked for."""

    def __init__(self, trees: Sequence[Tree]) -> None:
        super().__init__()
        self.trees = trees

    def __missing__(self, category: str | None) -> Plan:
        plan = self[category] = Plan(self.trees, category)
        return plan


_Raws: TypeAlias = Callable[[bytes, Any], list[bytes]]


def _near_reader(roots: Sequence[Root]) -> _Raws:
    """Return what takes the JSON of columns from a decoded line."""
    places = [attrgetter(_place(root)) for root in roots]
    return lambda _, record: [bytes(place(record)) for place in places]


def _far_reader(roots: Sequence[Root]) -> _Raws:
    """Return what reads the JSON of columns from a line."""
    shapes = {depth: [root for root in roots if len(root) == depth] for depth in (1, 2)}
    inner, top = (_raw_struct(shapes[depth]) for depth in (2, 1))
    line = msgspec.defstruct("Line", [("properties", inner)], bases=(top,), gc=False)
    decode, near = msgspec.json.Decoder(line).decode, _near_reader(roots)
    return lambda line, _: near(line, decode(line))


def _raw_struct(roots: Sequence[Root]) -> type[msgspec.Struct]:
    fields = [(attribute(root), msgspec.Raw, msgspec.Raw(b"")) for root in roots]
    return msgspec.defstruct("Raws", fields, rename={attribute(root): root[-1] for root in roots}, kw_only=True)


def _place(root: Root) -> str:
    return attribute(root) if len(root) == 1 else f"properties.{attribute(root)}"


def _joined(found: list[Literals | None]) -> tuple[bytes, ...] | None:
    known = [literals for literals in found if literals is not None]
    return tuple(sorted(frozenset().union(*known))) if len(known) == len(found) else None
