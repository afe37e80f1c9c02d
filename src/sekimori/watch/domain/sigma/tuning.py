"""Finds early columns that a sample of records does not need: where no rule hangs on them, they are looked at late."""

from collections import Counter
from collections.abc import Mapping
from typing import Final

from sekimori.watch.domain.sigma.columns import Memo, Root
from sekimori.watch.domain.sigma.partial import Leaf, leaves_of, left_of
from sekimori.watch.domain.sigma.plan import Plan
from sekimori.watch.domain.sigma.tree import ALWAYS, NEVER, Tree

# An object costs an early look of 0.35 us, another column 0.08 us; an open rule costs some 4 us.
_WORTH_AN_OBJECT: Final = 0.08
_WORTH_A_COLUMN: Final = 0.02
# A late column costs 0.1 us in each record, reading a line again 2 us.
_WORTH_A_FIELD: Final = 0.05
_DISTINCT: Final = 60

Counts = Mapping[tuple[int, ...], int]
"""How often each combination of the early columns' numbers stood in a sample."""


def dispensable(plan: Plan, counts: Counts) -> frozenset[Root]:
    """Return early columns that cost more than the rules they close before anything else is looked at.

    The dearest are tried first: objects, then those with many values.
    """
    common = sorted(counts.items(), key=lambda item: -item[1])[:_DISTINCT]
    total = sum(counts.values())
    unlike = _Columns(plan, [numbers for numbers, _ in common])
    dropped: set[int] = set()
    opened: set[int] = set()
    objects = range(len(plan.memos) - len(plan.objects), len(plan.memos))
    for column in sorted(range(len(plan.memos)), key=lambda i: (i not in objects, -len(plan.memos[i]))):
        more = unlike.opened_without({*dropped, column}, column) - opened
        worth = _WORTH_AN_OBJECT if column in objects else _WORTH_A_COLUMN
        if sum(common[i][1] for i in more) <= worth * total:
            dropped.add(column)
            opened |= more
    return frozenset(plan.memos[column].root for column in dropped)


def far_columns(plan: Plan, counts: Counts) -> frozenset[Root]:
    """Return late columns that hardly any record of a sample needs."""
    needed: Counter[Root] = Counter()
    for numbers, count in counts.items():
        for root in {root for group in plan.decisions[numbers].open for root in group.roots}:
            needed[root] += count
    return frozenset(root for root in plan.late if needed[root] <= _WORTH_A_FIELD * sum(counts.values()))


class _Columns:
    """What the early columns of a plan say in each of some combinations."""

    def __init__(self, plan: Plan, combinations: list[tuple[int, ...]]) -> None:
        self.combinations = combinations
        self.answers = [[_known(memo, each[i]) for i, memo in enumerate(plan.memos)] for each in combinations]
        self.rules = [[tree for _, tree in plan.trees if _reads(tree, memo)] for memo in plan.memos]
        self.early = {leaf for memo in plan.memos for leaf in memo.leaves}

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
