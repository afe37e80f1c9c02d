"""Takes the spellings of fields that rules use to places in the canonical record."""

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache

from sekimori.watch.domain.sigma import known_fields
from sekimori.watch.domain.sigma.problems import Fault
from sekimori.watch.domain.sigma.tree import Path, Quantifier, Step

_BRACKETS = re.compile(r"(?<!\\)\[([^\]]*)\]")


class Meaning(StrEnum):
    """What a place's value stands for, where that is not its plain text."""

    PLAIN = "plain"
    NAME = "name"
    SQUEEZED = "squeezed"
    JSON_TEXT = "json_text"
    OUTCOME = "outcome"
    PROVIDER = "provider"


@dataclass(frozen=True, slots=True)
class Spot:
    """One place to look: a path, or the value of one named element of a list (`named`: name key, name, value key)."""

    path: Path
    meaning: Meaning = Meaning.PLAIN
    named: tuple[str, str, str] | None = None


@dataclass(frozen=True, slots=True)
class FieldName:
    """A field as a rule names it: where to look, and whether it opens a block on list elements."""

    spelling: str
    spots: tuple[Spot, ...]
    quantifier: Quantifier | None = None
    known: bool = True

    @property
    def paths(self) -> tuple[Path, ...]:
        """The places that are plain paths."""
        return tuple(spot.path for spot in self.spots if spot.named is None)


@dataclass(frozen=True, slots=True)
class FieldMap:
    """Finds fields; inside a block, `base` are the canonical paths of the list whose elements are asked."""

    base: tuple[str, ...] = ()

    def find(self, spelling: str) -> FieldName:
        """Return where a field is; one that no log has keeps its own path and says so."""
        path, quantifier = _path(spelling)
        if not path:
            return FieldName(spelling, (Spot(()),), quantifier)
        if any(isinstance(step, int) for step in path):
            return self._indexed(spelling, path, quantifier)
        spots = self._inside(path) if self.base else _spots(".".join(map(str, path)))
        return FieldName(spelling, spots or (Spot(path),), quantifier, bool(spots))

    def inside(self, name: FieldName) -> "FieldMap":
        """Return the map for the elements of a list."""
        return FieldMap(tuple(f"{base}{_dotted(path)}" for base in self._bases() for path in name.paths))

    def _bases(self) -> tuple[str, ...]:
        return tuple(f"{base}." for base in self.base) or ("",)

    def _inside(self, path: Path) -> tuple[Spot, ...]:
        for base in self.base:
            found = _canonical().get(_key(f"{base}.{_dotted(path)}"))
            if found is not None:
                return (replace(_spot(found), path=tuple(found[len(base) + 1 :].split("."))),)
            if _is_open(base):
                return (Spot(path),)
        return ()

    def _indexed(self, spelling: str, path: Path, quantifier: Quantifier | None) -> FieldName:
        """Find `a.b[0].c`: the field without its positions, then the positions back in their places."""
        plain = self.find(".".join(str(step) for step in path if isinstance(step, str)))
        spots = []
        for spot in plain.spots:
            steps: list[Step] = list(spot.path)
            offset = len(spot.path) - sum(isinstance(step, str) for step in path)
            for position, step in enumerate(path):
                if isinstance(step, int):
                    steps.insert(position + offset, step)
            spots.append(replace(spot, path=tuple(steps)))
        return FieldName(spelling, tuple(spots), quantifier, plain.known)


def known_names() -> tuple[str, ...]:
    """Return every spelling that is understood, for suggestions."""
    canonical = {name.removeprefix("properties.") for name in _canonical().values()}
    return tuple(sorted(canonical | set(known_fields.OTHER_NAMES)))


def holds_things(path: Path) -> bool:
    """Say whether a field of the catalogue is an object or a list."""
    name = _dotted(path)
    is_above = any(each.startswith(f"{name}.") for each in _canonical().values())
    return is_above or name.rpartition(".")[2] in known_fields.OBJECTS.split()


def _path(spelling: str) -> tuple[Path, Quantifier | None]:
    """Read `a.b[0].c[any]`; a quantifier that is not at the end only fans out, as every list does."""
    if spelling == ".":
        return (), None
    quantifier = None
    steps: list[Step] = []
    for piece in spelling.replace("{}", "").split("."):
        quantifier = None
        bare = _BRACKETS.sub("", piece).replace("\\[", "[").replace("\\]", "]").strip("`")
        if bare:
            steps.append(int(bare) if bare.isdecimal() and bare.isascii() else bare)
        for inner in _BRACKETS.findall(piece):
            if re.fullmatch(r"-?[0-9]{1,9}", inner):
                steps.append(int(inner))
            else:
                quantifier = _quantifier(inner)
    return tuple(steps), quantifier


def _quantifier(inner: str) -> Quantifier:
    try:
        return Quantifier(inner)
    except ValueError:
        raise Fault(
            f"[{inner}] selects no list elements; any, all, all_or_empty, none or a number do", (), inner
        ) from None


def _dotted(path: Path) -> str:
    return ".".join(str(step) for step in path if isinstance(step, str))


def _key(name: str) -> str:
    return name.casefold().replace("_", "")


@cache
def _canonical() -> dict[str, str]:
    """Return the canonical field of every spelling without capitals and underscores, `properties.` optional."""
    top = known_fields.TOP.split() + known_fields.DERIVED_FIELDS.split()
    inner = [f"properties.{name}" for group in known_fields.GROUPS for name in group.split()]
    index = {_key(name.removeprefix("properties.")): name for name in reversed(inner)}
    index |= {_key(name): name for name in reversed(inner)}
    return index | {_key(name): name for name in top if name not in {"location", "Level"}}


@cache
def _spots(spelling: str) -> tuple[Spot, ...]:
    name = spelling
    for prefix in known_fields.PREFIXES:
        if name.casefold().startswith(prefix):
            name = name[len(prefix) :]
            break
    other = known_fields.OTHER_NAMES.get(_key(name)) or known_fields.OTHER_NAMES.get(_key(spelling))
    if other:
        return tuple(_written_spot(written) for written in other.split(" "))
    found = _canonical().get(_key(name))
    if found is not None:
        both = _both(found)
        return tuple(_spot(each) for each in both)
    return _named_spot(name) or _open_spot(name)


def _both(found: str) -> tuple[str, ...]:
    """Return a field and its twin: some stand at the top of some records and in `properties` of others."""
    twin = f"properties.{found}"
    if found in {"tenantId", "correlationId", "durationMs", "resultDescription"}:
        return found, twin
    return ("location", found) if found == "properties.location" else (found,)


def _written_spot(written: str) -> Spot:
    """Read `path`, `path:meaning` or `list@name` of the table of other names."""
    if "@" in written:
        path, name = written.split("@")
        return _element(path, name)
    path, _, meaning = written.partition(":")
    return replace(_spot(path), meaning=Meaning(meaning)) if meaning else _spot(path)


def _spot(canonical: str) -> Spot:
    path = tuple(canonical.split("."))
    if canonical in known_fields.NAMES:
        return Spot(path, Meaning.NAME)
    if canonical in known_fields.SQUEEZED:
        return Spot(path, Meaning.SQUEEZED)
    return Spot(path, Meaning.JSON_TEXT if canonical in known_fields.JSON_TEXTS else Meaning.PLAIN)


def _element(path: str, name: str) -> Spot:
    name_key, value_key = known_fields.LISTS[path]
    meaning = Meaning.JSON_TEXT if path.endswith("modifiedProperties") else Meaning.PLAIN
    return Spot(tuple(path.split(".")), meaning, (name_key, name, value_key))


def _named_spot(name: str) -> tuple[Spot, ...]:
    """Find `additionalDetails.<key>`, `modifiedProperties.<name>` and modified properties written as fields."""
    first, _, rest = name.partition(".")
    if rest and _key(first) in known_fields.PROPERTY_GROUPS:
        return (_element("properties.targetResources.modifiedProperties", name),)
    parent, _, child = name.rpartition(".")
    found = _canonical().get(_key(parent)) if parent else None
    return (_element(found, child),) if found is not None and found in known_fields.LISTS else ()


def _open_spot(name: str) -> tuple[Spot, ...]:
    """Find a key inside an object whose keys are not listed; the object's own spelling is mended, the key's kept."""
    parts = name.split(".")
    for size in range(len(parts) - 1, 0, -1):
        parent = _canonical().get(_key(".".join(parts[:size])))
        if parent is not None and _is_open(parent):
            return (Spot((*parent.split("."), *parts[size:])),)
    return ()


def _is_open(canonical: str) -> bool:
    return any(canonical == name or canonical.startswith(f"{name}.") for name in known_fields.OPEN)
