"""The shapes that lines are decoded into: of all that a record holds, only the columns that its rules ask for."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from enum import Enum
from operator import attrgetter
from typing import Annotated, Any, Final, TypeAlias, get_args, get_origin

import msgspec

from sekimori.watch.domain.sigma.columns import Root, attribute, holds_more
from sekimori.watch.domain.sigma.partial import Leaf
from sekimori.watch.domain.sigma.tree import Atom, Elements
from sekimori.watch.domain.sigma.values import MISSING

Keys: TypeAlias = dict[str, Any]
"""What is read of an object: each key with its type, or with the keys that are read of the elements of its list."""

Getter: TypeAlias = Callable[[Any], Any]
"""Takes a column out of a decoded line."""

PLAIN: Final = int | str | None
_FLAGS: Final = frozenset({"flaggedForReview", "policyEvaluated"})
_ABSENT: Final[Mapping[Any, Any]] = {msgspec.Raw: msgspec.Raw(b""), msgspec.UnsetType: msgspec.UNSET}
_Name: Final = Annotated[str, msgspec.Meta(min_length=1)]
# A diagnostic record has none of these; what has one is another envelope's.
OTHER_ENVELOPES: Final = ("records", "evt", "content", "attributes", "logs", "data", "value", "operationname")
OPERATION: Final[Root] = ("operationName",)
PROPERTIES: Final[Root] = ("properties",)


class Kind(Enum):
    """How a column is decoded: as a plain value, as an object or a list of a known shape, or not at all."""

    PLAIN = "plain"
    OBJECT = "object"
    LIST = "list"
    RAW = "raw"


def kind_of(root: Root, leaves: Sequence[Leaf], seen: Collection[type]) -> Kind:
    """Choose how to decode a column, by what its leaves ask and by the types that a sample of lines had there."""
    if root == OPERATION:
        return Kind.PLAIN  # no line fits whose operation has no name
    if all(isinstance(leaf, Elements) and _is_keys(leaf.path) for leaf in leaves):
        return Kind.LIST
    paths = [leaf.path for leaf in leaves if isinstance(leaf, Atom)]
    if len(paths) < len(leaves):
        return Kind.RAW
    if set(paths) == {root} and not holds_more(root) and plain_types(root).issuperset(seen):
        return Kind.PLAIN
    is_known_object = dict in seen and {dict, type(None)}.issuperset(seen)
    inside = all(len(path) == len(root) + 1 and _is_keys(path) for path in paths)
    return Kind.OBJECT if is_known_object and inside else Kind.RAW


def plain_types(root: Root) -> frozenset[type]:
    """Return the types that a plain column's values may have; a line with another one is decoded in full.

    True equals 1 in Python, so a column remembers the one or the other.
    """
    key = root[-1]
    flag = key in _FLAGS or (key.startswith("is") and key[2:3].isupper())
    return frozenset({bool if flag else int, str, type(None)})


def _is_keys(path: Iterable[Any]) -> bool:
    return all(isinstance(step, str) for step in path)


def type_of_plain(root: Root) -> Any:
    """Return the type of a plain column."""
    return bool | str | None if bool in plain_types(root) else PLAIN


def keys_of(leaves: Sequence[Leaf]) -> frozenset[str]:
    """Return the keys of an object that leaves ask for."""
    return frozenset(str(leaf.path[-1]) for leaf in leaves if isinstance(leaf, Atom))


def type_of_object(root: Root, asked: Collection[str]) -> Any:
    """Return the type of an object whose keys are plain: a value that equals another of the same keys."""
    keys = sorted(asked)
    return _struct(root[-1], {key: type_of_plain((*root, key)) for key in keys}, frozen=True) | None


def type_of_list(name: str, keys: Keys) -> Any:
    """Return the type of a list of objects."""
    read = {key: type_of_list(key, inner) if isinstance(inner, dict) else inner for key, inner in keys.items()}
    return list[_struct(name, read)] | None  # type: ignore[misc]


def _struct(name: str, types: Mapping[str, Any], *, frozen: bool = False) -> type[msgspec.Struct]:
    fields = [_field((key,), kind) for key, kind in types.items()]
    names = {attribute((key,)): key for key in types}
    label = name if name.isidentifier() else "Object"
    return msgspec.defstruct(label, fields, rename=names, kw_only=True, gc=False, frozen=frozen)


def _field(root: Root, kind: Any) -> tuple[str, Any, Any]:
    return attribute(root), kind, None if is_list(kind) else _ABSENT.get(kind, MISSING)


def is_list(kind: Any) -> bool:
    """Say whether a type is that of a list."""
    return any(get_origin(part) is list for part in get_args(kind))


def getter(root: Root, *, raw: bool = False) -> Getter:
    """Return what takes a column out of a decoded line; one that is not decoded is its JSON."""
    take = attrgetter(_place(root))
    return (lambda record: bytes(take(record))) if raw else take


def picker(roots: Sequence[Root]) -> Callable[[Any], tuple[Any, ...]]:
    """Return what takes several columns out of a decoded line at once."""
    if not roots:
        return lambda _: ()
    if len(roots) == 1:
        take = getter(roots[0])
        return lambda record: (take(record),)
    return attrgetter(*map(_place, roots))


def _place(root: Root) -> str:
    return attribute(root) if len(root) == 1 else f"{root[0]}.{attribute(root)}"


def record_type(category: str, types: Mapping[Root, Any], barred: Collection[Root]) -> type[msgspec.Struct]:
    """Make the shape of one category's lines.

    A line that has a barred column, or is in another envelope, or has no name of its operation, does not fit.
    """
    fields = dict(types) | dict.fromkeys(sorted(barred), msgspec.UnsetType)
    inner = {root: kind for root, kind in fields.items() if len(root) > 1}
    properties = msgspec.defstruct("Properties", _fields(inner), rename=_names(inner), kw_only=True, gc=False)
    guards: dict[Root, Any] = {(name,): msgspec.UnsetType for name in OTHER_ENVELOPES}
    top: dict[Root, Any] = {root: kind for root, kind in fields.items() if len(root) == 1}
    top |= guards | {OPERATION: _Name, PROPERTIES: properties}
    return msgspec.defstruct(
        category, _fields(top), tag_field="category", tag=category, rename=_names(top), kw_only=True, gc=False
    )


def _fields(types: Mapping[Root, Any]) -> list[Any]:
    required = {OPERATION, PROPERTIES}
    return [(attribute(root), kind) if root in required else _field(root, kind) for root, kind in types.items()]


def _names(roots: Iterable[Root]) -> dict[str, str]:
    return {attribute(root): root[-1] for root in roots}


def merged(one: Keys, other: Keys) -> Keys | None:
    """Return the keys of both; None where they want one key in two ways."""
    both = dict(one)
    for key, kind in other.items():
        mine = one.get(key, kind)
        if isinstance(mine, dict) and isinstance(kind, dict):
            both[key] = merged(mine, kind)
        else:
            both[key] = mine if mine == kind else None
        if both[key] is None:
            return None
    return both
