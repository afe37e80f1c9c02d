"""Columns of records: what each of their values says to the leaves that read it is asked once and remembered."""

from collections.abc import Iterable, Mapping, Sequence
from keyword import iskeyword
from typing import Any, Final, TypeAlias

import msgspec
from msgspec.structs import astuple

from sekimori.watch.domain.sigma import known_fields
from sekimori.watch.domain.sigma.evaluate import matches
from sekimori.watch.domain.sigma.logsources import ACTIVITY, AUDIT, GRAPH, RISK, SIGN_INS
from sekimori.watch.domain.sigma.partial import Leaf, leaves_of
from sekimori.watch.domain.sigma.tree import Atom, Elements, Tree
from sekimori.watch.domain.sigma.values import MISSING

Root: TypeAlias = tuple[str, ...]
"""A column: a key of the record, or `properties` and a key in it."""

MEMO_SIZE: Final = 4096
_REMEMBERED: Final = (str, int, type(None))
"""Types whose equal values are the same value: 1, 1.0 and true are equal in Python, and three texts in a log."""


class Overflow(Exception):  # noqa: N818 - a signal inside the kernel
    """A column has more values than are worth remembering; it is to be looked at only where a rule is open."""

    def __init__(self, root: Root) -> None:
        super().__init__(root)
        self.root = root


class Memo(dict[Any, int]):
    """Remembers for each value of one column which of the column's leaves it answers, as a number.

    Values that answer the same leaves share a number, so that decisions repeat. Bounded: the second time it is full,
    the column is given up. Keys are texts, whole numbers, None and MISSING themselves, objects of a known shape as
    frozen structs, anything else as its JSON.
    """

    def __init__(self, root: Root, leaves: Iterable[Leaf]) -> None:
        super().__init__()
        self.root = root
        self.leaves = tuple(leaves)
        self.answers: dict[tuple[bool, ...], int] = {}
        self.by_number: list[tuple[bool, ...]] = []
        self.fills = 0

    def __missing__(self, key: Any) -> int:
        if len(self) >= MEMO_SIZE:
            self.fills += 1
            if self.fills > 1:
                raise Overflow(self.root)
            self.clear()
        record = record_with({self.root: decoded(key)})
        answers = tuple(matches(leaf, record) for leaf in self.leaves)
        if answers not in self.answers:
            self.answers[answers] = len(self.by_number)
            self.by_number.append(answers)
        number = self[key] = self.answers[answers]
        return number

    def number_of(self, value: Any) -> int:
        """Return the number of a decoded value of any type."""
        return self[value if value is MISSING or type(value) in _REMEMBERED else msgspec.json.encode(value)]


def decoded(key: Any) -> Any:
    """Return the value that a memo's key stands for: JSON is bytes, an absent one is empty."""
    if isinstance(key, bytes):
        return msgspec.json.decode(key) if key else MISSING
    if isinstance(key, msgspec.Struct):
        values = zip(key.__struct_encode_fields__, astuple(key), strict=True)
        return {name: value for name, value in values if value is not MISSING}
    return key


def record_with(found: Mapping[Root, Any]) -> dict[str, Any]:
    """Make a record of some of its columns; what is MISSING is left out."""
    record: dict[str, Any] = {}
    for root, value in found.items():
        if value is not MISSING:
            holder = record if len(root) == 1 else record.setdefault(root[0], {})
            holder[root[-1]] = value
    return record


def value_at(record: Mapping[str, Any], root: Root) -> Any:
    """Return a column of a decoded record, or MISSING."""
    holder = record if len(root) == 1 else record.get(root[0])
    return holder.get(root[-1], MISSING) if isinstance(holder, Mapping) else MISSING


def root_of(leaf: Leaf) -> Root | None:
    """Return the column that a leaf reads; None where it reads more, or something whose place is not fixed."""
    if not isinstance(leaf, Atom | Elements) or not leaf.path:
        return None
    steps = leaf.path[: 2 if leaf.path[0] == "properties" else 1]
    root = tuple(step for step in steps if isinstance(step, str))
    return None if len(root) < len(steps) or root == ("properties",) else root


def attribute(root: Root) -> str:
    """Return the name of a column in a struct: the key itself, unless it cannot be the name of a field."""
    key = root[-1]
    plain = key.isascii() and key.isidentifier() and not iskeyword(key) and not key.startswith(("_", "x_"))
    return key if plain else f"x_{key.encode().hex()}"


def by_root(trees: Iterable[Tree]) -> dict[Root, tuple[Leaf, ...]]:
    """Return the columns that trees read, each with the leaves that read it."""
    found: dict[Root, dict[Leaf, None]] = {}
    for tree in trees:
        for leaf in leaves_of(tree):
            root = root_of(leaf)
            if root is not None:
                found.setdefault(root, {})[leaf] = None
    return {root: tuple(leaves) for root, leaves in found.items()}


def holds_more(root: Root) -> bool:
    """Say whether a column's value is an object or a list, as far as the catalogue of fields knows."""
    return root[-1] in _OBJECTS or ".".join(root) in _PARENTS


def is_derived(root: Root | None) -> bool:
    """Say whether a column is one that no log has."""
    return root is not None and root[0] in known_fields.DERIVED


def is_scattered(root: Root, category: str | None) -> bool:
    """Say whether nearly every record of a category has a value of its own there."""
    name = ".".join(root)
    if category is None:
        return any(name in names for names in _SCATTERED.values())
    return name in _SCATTERED[""] or name in _SCATTERED.get(category, ())


def is_foreign(root: Root, category: str) -> bool:
    """Say whether a field belongs to other logs than those of a category."""
    own = _FIELDS_OF.get(category)
    return own is not None and len(root) > 1 and root[-1] in _ALL_FIELDS and root[-1] not in own


def _parents(groups: Sequence[str]) -> frozenset[str]:
    names = (name for group in groups for name in group.split())
    return frozenset(f"properties.{name.rpartition('.')[0]}" for name in names if "." in name)


_OBJECTS: Final = frozenset(known_fields.OBJECTS.split())
_SCATTERED: Final = {category: frozenset(names.split()) for category, names in known_fields.SCATTERED.items()}
_PARENTS: Final = _parents(known_fields.GROUPS)
_FIRST_WORDS: Final = [frozenset(name.partition(".")[0] for name in group.split()) for group in known_fields.GROUPS]
_ALL_FIELDS: Final = frozenset[str]().union(*_FIRST_WORDS)
_FIELDS_OF: Final = {
    category: fields
    for categories, fields in zip((SIGN_INS, AUDIT, GRAPH, RISK, ACTIVITY), _FIRST_WORDS, strict=True)
    for category in categories
}
