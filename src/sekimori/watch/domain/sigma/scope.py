"""What a category of records leaves of the rules: those that can be true there, and the columns they read."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from sekimori.watch.domain.sigma.columns import Root, by_root, is_derived, is_foreign, root_of
from sekimori.watch.domain.sigma.derived import Derived
from sekimori.watch.domain.sigma.elements import ElementPlan
from sekimori.watch.domain.sigma.evaluate import matches
from sekimori.watch.domain.sigma.partial import Leaf, leaves_of, left_of
from sekimori.watch.domain.sigma.shapes import OTHER_ENVELOPES, Keys, merged
from sekimori.watch.domain.sigma.tree import NEVER, Elements, Path, Tree


class Scope:
    """The rules as they stand for the records of one category, or of any (None).

    `foreign` are columns that only other logs have: a record that has one all the same is for the scope of any
    category. `leaves` are what the rules ask, by column. `shown` are columns that somebody else wants to
    see, each with the keys of the object that is there; None where the whole of it is wanted.
    """

    def __init__(
        self,
        trees: Sequence[Tree],
        category: str | None,
        derived: Derived,
        shown: Mapping[Root, frozenset[str] | None] = MappingProxyType({}),
    ) -> None:
        self.category = category
        self.derived = derived
        self.shown = shown
        self.foreign: set[Root] = set()
        # First the category: only the columns of rules that it leaves can be foreign to it.
        possible = _possible((i, left_of(tree, self._of_category)) for i, tree in enumerate(trees))
        self.trees = _possible((i, left_of(tree, self._of_others)) for i, tree in possible)
        self.leaves = by_root(tree for _, tree in self.trees)
        self.asks_derived = any(map(is_derived, self.leaves))
        self._elements: dict[Path, ElementPlan] = {}

    def elements_of(self, path: Path) -> ElementPlan:
        """Return the plan for all blocks of the category on the list at a path."""
        if path not in self._elements:
            found = (leaf for _, tree in self.trees for leaf in leaves_of(tree))
            blocks = dict.fromkeys(leaf for leaf in found if isinstance(leaf, Elements) and leaf.path == path)
            self._elements[path] = ElementPlan(path, tuple(blocks))
        return self._elements[path]

    def keys_at(self, root: Root) -> Keys | None:
        """Return what the blocks on a column read of its elements; None where they need more than keys."""
        keys: Keys | None = {}
        for path in {leaf.path for leaf in self.leaves[root] if isinstance(leaf, Elements)}:
            read = self.elements_of(path).keys
            if keys is None or read is None:
                return None
            for step in reversed(path[len(root) :]):
                read = {str(step): read}
            keys = merged(keys, read)
        return keys

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


def _possible(trees: Iterable[tuple[int, Tree]]) -> tuple[tuple[int, Tree], ...]:
    return tuple((i, tree) for i, tree in trees if tree != NEVER)
