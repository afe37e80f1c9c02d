"""Learns from a sample of lines what is worth looking at first: the answers stay the same, they only come sooner."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

import msgspec

from sekimori.watch.domain.sigma.columns import Memo, Root
from sekimori.watch.domain.sigma.partial import Leaf, leaves_of, left_of
from sekimori.watch.domain.sigma.plan import Habits, Plan
from sekimori.watch.domain.sigma.shapes import PROPERTIES
from sekimori.watch.domain.sigma.tree import ALWAYS, NEVER, Tree

# An early column that is looked up alone costs 0.1 us, one of few values less; an open rule costs 1 us and more.
_WORTH_A_LOOK: Final = 0.05
_WORTH_A_COLUMN: Final = 0.02
# A late column costs 0.1 us in each record, reading a line again 2 us.
_WORTH_A_FIELD: Final = 0.05
_DISTINCT: Final = 60
_FEW: Final = 64

Sample: TypeAlias = Mapping[tuple[Any, ...], int]
"""The values of a plan's early columns, and how often they stood together in a sample of lines."""


def habits_of(lines: Iterable[bytes]) -> dict[str, Habits]:
    """Return by category the types of values in lines; what cannot be read is passed over."""
    found: dict[str, dict[Root, frozenset[type]]] = {}
    for line in lines:
        try:
            record = msgspec.json.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            continue
        category = record.get("category") if isinstance(record, dict) else None
        if isinstance(category, str) and isinstance(record.get("properties"), dict):
            seen = found.setdefault(category, {})
            _see(seen, (), record)
            _see(seen, PROPERTIES, record["properties"])
    return {category: Habits(types=seen) for category, seen in found.items()}


def _see(seen: dict[Root, frozenset[type]], holder: Root, found: Mapping[str, Any]) -> None:
    for key, value in found.items():
        root = (*holder, key)
        seen[root] = seen.get(root, frozenset()) | {type(value)}


def few_of(plan: Plan, sample: Sample) -> frozenset[Root]:
    """Return early columns that can be looked up together, because few combinations of their values stood there."""
    few: list[int] = []
    for column in sorted(range(len(plan.memos)), key=lambda i: len(plan.memos[i])):
        combined = {tuple(values[i] for i in (*few, column)) for values in sample}
        if plan.is_hashable(plan.memos[column].root) and len(combined) <= _FEW:
            few.append(column)
    return frozenset(plan.memos[column].root for column in few)


def dispensable(plan: Plan, sample: Sample) -> frozenset[Root]:
    """Return early columns that cost more than the rules they close before anything else is looked at.

    The dearest are tried first: those that are looked up alone, then those with many values.
    """
    common = _counts(plan, sample).most_common(_DISTINCT)
    total = sum(sample.values())
    unlike = _Columns(plan, [numbers for numbers, _ in common])
    few = few_of(plan, sample)
    dropped: set[int] = set()
    opened: set[int] = set()
    for column in sorted(range(len(plan.memos)), key=lambda i: (plan.memos[i].root in few, -len(plan.memos[i]))):
        more = unlike.opened_without({*dropped, column}, column) - opened
        worth = _WORTH_A_COLUMN if plan.memos[column].root in few else _WORTH_A_LOOK
        if sum(common[i][1] for i in more) <= worth * total:
            dropped.add(column)
            opened |= more
    return frozenset(plan.memos[column].root for column in dropped)


def far_columns(plan: Plan, sample: Sample) -> frozenset[Root]:
    """Return late columns that hardly any record of a sample needs, or that are always needed along with others."""
    needed: Counter[Root] = Counter()
    for numbers, count in _counts(plan, sample).items():
        for group in plan.decisions[numbers].open:
            if len(group.roots) == 1:
                needed[group.roots[0]] += count
    return frozenset(root for root in plan.late if needed[root] <= _WORTH_A_FIELD * sum(sample.values()))


def _counts(plan: Plan, sample: Sample) -> Counter[tuple[int, ...]]:
    """Return how often the early columns say what, as their memos number it."""
    counts: Counter[tuple[int, ...]] = Counter()
    for values, count in sample.items():
        counts[tuple(memo[value] for memo, value in zip(plan.memos, values, strict=True))] += count
    return counts


class _Columns:
    """What the early columns of a plan say in each of some combinations."""

    def __init__(self, plan: Plan, combinations: list[tuple[int, ...]]) -> None:
        self.combinations = combinations
        self.answers = [[_known(memo, each[i]) for i, memo in enumerate(plan.memos)] for each in combinations]
        self.rules = [[tree for _, tree in plan.scope.trees if _reads(tree, memo)] for memo in plan.memos]

    def opened_without(self, columns: set[int], newest: int) -> set[int]:
        """Return the combinations in which a rule that reads the newest column is open without the columns."""
        return {i for i, answers in enumerate(self.answers) if self._open(answers, columns, newest)}

    def _open(self, answers: list[dict[Leaf, bool]], columns: set[int], newest: int) -> bool:
        known: dict[Leaf, bool] = {}
        for i, each in enumerate(answers):
            if i not in columns:
                known |= each
        missing = {leaf for i in columns for leaf in answers[i]}
        return any(self._hangs(left_of(tree, known.get), missing) for tree in self.rules[newest])

    @staticmethod
    def _hangs(tree: Tree, missing: set[Leaf]) -> bool:
        return tree not in {ALWAYS, NEVER} and any(leaf in missing for leaf in leaves_of(tree))


def _known(memo: Memo, number: int) -> dict[Leaf, bool]:
    return dict(zip(memo.leaves, memo.by_number[number], strict=True))


def _reads(tree: Tree, memo: Memo) -> bool:
    leaves = set(memo.leaves)
    return any(leaf in leaves for leaf in leaves_of(tree))
