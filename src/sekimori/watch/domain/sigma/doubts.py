"""Doubts about a rule that runs: what can be seen from its document and its tree."""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Final

import yaml

from sekimori.watch.domain import attack
from sekimori.watch.domain.sigma import known_fields
from sekimori.watch.domain.sigma.documents import Document
from sekimori.watch.domain.sigma.fields import FieldMap
from sekimori.watch.domain.sigma.problems import Fault
from sekimori.watch.domain.sigma.tree import And, Atom, Or, Path, Tree, negated
from sekimori.watch.domain.sigma.values import Name, Place, Text, ValueTest

Where = tuple[str | int, ...]
_LIKE: Final = 0.8
_BLANK: Final = re.compile(r"<.*>|\$\w+", re.DOTALL)
_GUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_SHAPES: Final = (
    ({"appId", "homeTenantId", "resourceTenantId", "tenantId", "servicePrincipalId", "userId"}, ("GUID", _GUID)),
    ({"userPrincipalName"}, ("name to sign in with", re.compile(r".+@.+"))),
)
"""Names of fields, and how each of their values is written."""


def items_of(definition: Any, where: Where) -> Iterator[tuple[str, Any, Where]]:
    """Yield the fields of a selection with what the rule asks of them, blocks left whole."""
    if isinstance(definition, Mapping):
        for key, value in definition.items():
            yield str(key), value, (*where, key)
    elif isinstance(definition, list):
        for i, each in enumerate(definition):
            yield from items_of(each, (*where, i))


def selections_of(document: Document) -> Iterator[tuple[str, Any, Where]]:
    """Yield the fields of all selections of a rule."""
    detection = document.content.get("detection")
    for name, definition in detection.items() if isinstance(detection, Mapping) else ():
        if name not in {"condition", "timeframe"}:
            yield from items_of(definition, ("detection", name))


def misspelt_values(document: Document) -> Iterator[Fault]:
    """Doubt values that look like a misspelt one of a field's few."""
    for spelling, modifiers, value, where in _texts_of(document):
        if not modifiers and (near := _misspelt(spelling, value)):
            yield Fault(f"no log here has {value!r} in {spelling!r}", where, value, near)


def blanks(document: Document) -> Iterator[Fault]:
    """Doubt values in angle brackets or after a dollar sign, which nobody has filled in."""
    for spelling, _, value, where in _texts_of(document):
        if _BLANK.fullmatch(value):
            yield Fault(f"{value!r} of {spelling!r} is a blank to be filled in", where, value)


def misshapen(document: Document) -> Iterator[Fault]:
    """Doubt values that no log can have there: ids that are no GUID, names to sign in with that have no at sign."""
    for spelling, modifiers, value, where in _texts_of(document):
        is_open = bool(modifiers) or not value or not set(value).isdisjoint("*?%")
        kind = None if is_open or _BLANK.fullmatch(value) else _shape_of(spelling)
        if kind and not kind[1].fullmatch(value):
            yield Fault(f"{value!r} of {spelling!r} is no {kind[0]}: a blank to be filled in", where, value)


def _shape_of(spelling: str) -> tuple[str, re.Pattern[str]] | None:
    paths = [str(path[-1]) for path in FieldMap().find(spelling).paths] if spelling else []
    return next((shape for names, shape in _SHAPES if paths and names.issuperset(paths)), None)


def _texts_of(document: Document) -> Iterator[tuple[str, list[str], str, Where]]:
    for key, value, where in selections_of(document):
        spelling, *modifiers = key.split("|")
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, str):
                yield spelling, modifiers, each, where


def _misspelt(spelling: str, value: str) -> str | None:
    paths = {".".join(map(str, path)) for path in FieldMap().find(spelling).paths} if spelling else set()
    known = {word for path in paths for word in known_fields.VALUES.get(path, "").split()}
    if value.casefold() in {word.casefold() for word in known}:
        return None
    return next(iter(get_close_matches(value, sorted(known), 1, _LIKE)), None)


def unknown_techniques(document: Document) -> Iterator[Fault]:
    """Doubt technique tags that ATT&CK does not have."""
    tags = document.content.get("tags")
    for i, tag in enumerate(tags if isinstance(tags, list) else []):
        name = str(tag).upper().removeprefix("ATTACK.")
        if str(tag).casefold().startswith("attack.t") and name[1:2].isdecimal() and name not in attack.techniques():
            words = f"ATT&CK {attack.VERSION} has no technique {name}"
            yield Fault(words, ("tags", i), str(tag), attack.nearest(name))


def doubled_keys(document: Document) -> Iterator[Fault]:
    """Doubt keys that stand twice in one mapping: only the last counts."""
    yield from _doubled(document.node, ())


def _doubled(node: yaml.Node, where: Where) -> Iterator[Fault]:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            name = str(key.value)
            if name in seen:
                yield Fault(f"the key {name!r} stands twice; only the last counts", (*where, name), name)
            seen.add(name)
            yield from _doubled(value, (*where, name))
    elif isinstance(node, yaml.SequenceNode):
        for i, value in enumerate(node.value):
            yield from _doubled(value, (*where, i))


def contradiction(tree: Tree) -> str | None:
    """Return why a tree can never be true, as far as that can be seen: it asks for two things that exclude another."""
    match tree:
        case And(parts):
            if any(negated(part) in parts for part in parts):
                return "it asks for something and for its opposite"
            return _two_values(parts) or next((why for part in parts if (why := contradiction(part))), None)
        case Or(parts) if parts:
            reasons = [contradiction(part) for part in parts]
            return reasons[0] if all(reasons) else None
        case _:
            return None


def _two_values(parts: tuple[Tree, ...]) -> str | None:
    allowed: dict[frozenset[Path], set[str]] = {}
    for part in _flat(parts):
        field, texts = _exactly(part)
        if _is_one(field):
            allowed[field] = allowed.get(field, texts) & texts
            if not allowed[field]:
                name = ".".join(map(str, min(field)))
                return f"it asks {name} to be two things at once"
    return None


def _flat(parts: tuple[Tree, ...]) -> Iterator[Tree]:
    for part in parts:
        if isinstance(part, And):
            yield from _flat(part.parts)
        else:
            yield part


def _exactly(tree: Tree) -> tuple[frozenset[Path], set[str]]:
    """Return the places and the texts of a tree that asks a field to be one of some texts; nothing for another."""
    atoms = [tree] if isinstance(tree, Atom) else list(tree.parts) if isinstance(tree, Or) else []
    atoms = [inner for atom in atoms for inner in (atom.parts if isinstance(atom, Or) else (atom,))]
    texts = [_whole(atom.test) if isinstance(atom, Atom) else None for atom in atoms]
    if not atoms or None in texts:
        return frozenset(), set()
    return frozenset(atom.path for atom in atoms if isinstance(atom, Atom)), {
        text for text in texts if text is not None
    }


def _whole(test: ValueTest) -> str | None:
    return test.text if isinstance(test, Text | Name) and test.place is Place.WHOLE else None


def _is_one(field: frozenset[Path]) -> bool:
    """Say whether places hold one text, and the same: `category` at the top and in `properties` do not."""
    names = {".".join(map(str, path)) for path in field}
    alike = len(names) == 1 or names <= set(known_fields.NAMES)
    return bool(field) and alike and not any(_is_list(path) for path in field)


def _is_list(path: Path) -> bool:
    name = ".".join(map(str, path))
    return path[-1:] in _LIST_NAMES or any(name.startswith(root) for root in _LISTS)


_LIST_NAMES: Final = frozenset((name,) for name in known_fields.OBJECTS.split())
_LISTS: Final = (
    "properties.targetResources",
    "properties.additionalDetails",
    "properties.appliedConditionalAccessPolicies",
    "properties.authenticationDetails",
    "properties.authenticationProcessingDetails",
    "properties.networkLocationDetails",
    "changes",
)
