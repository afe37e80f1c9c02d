"""Takes the spellings of fields that rules use to paths in the canonical record."""

import re
from dataclasses import dataclass, replace

from sekimori.watch.domain.sigma.problems import Fault
from sekimori.watch.domain.sigma.texts import Sensitivity
from sekimori.watch.domain.sigma.tree import Path, Quantifier, Step

_BRACKETS = re.compile(r"(?<!\\)\[([^\]]*)\]")
_NAMES = frozenset({("operationName",), ("properties", "activityDisplayName")})


@dataclass(frozen=True, slots=True)
class FieldName:
    """A field as a rule names it: where to look, how letters compare, and whether it opens a block."""

    spelling: str
    paths: tuple[Path, ...]
    quantifier: Quantifier | None = None
    sensitivity: Sensitivity = Sensitivity.CASELESS
    known: bool = True


@dataclass(frozen=True, slots=True)
class FieldMap:
    """Finds fields; `base` is the path of the list whose elements a block asks."""

    base: tuple[Path, ...] = ((),)

    def find(self, spelling: str) -> FieldName:
        """Return where a field is; one that no log has keeps its own path and says so."""
        path, quantifier = _path(spelling)
        if self.base == ((),) and (known := _known(path)):
            return replace(known, spelling=spelling, quantifier=quantifier)
        return FieldName(spelling, (path,), quantifier)

    def inside(self, name: FieldName) -> "FieldMap":
        """Return the map for the elements of a list."""
        return FieldMap(name.paths)


def _path(spelling: str) -> tuple[Path, Quantifier | None]:
    """Read `a.b[0].c[any]`; a quantifier that is not at the end only fans out, as every list does."""
    if spelling == ".":
        return (), None
    quantifier = None
    steps: list[Step] = []
    for piece in spelling.split("."):
        bare = _BRACKETS.sub("", piece).replace("\\[", "[").replace("\\]", "]")
        if bare:
            steps.append(int(bare) if bare.isdecimal() else bare)
        for inner in _BRACKETS.findall(piece):
            quantifier = _bracket(inner, steps)
    return tuple(steps), quantifier


def _bracket(inner: str, steps: list[Step]) -> Quantifier | None:
    if re.fullmatch(r"-?\d+", inner):
        steps.append(int(inner))
        return None
    try:
        return Quantifier(inner)
    except ValueError:
        raise Fault(
            f"[{inner}] is no list selector: any, all, all_or_empty, none or a number", at_fault=inner
        ) from None


def _known(path: Path) -> FieldName | None:
    paths = _SPELLINGS.get(".".join(map(str, path)).casefold())
    if paths is None:
        return None
    named = any(each in _NAMES for each in paths)
    return FieldName("", paths, sensitivity=Sensitivity.NAME if named else Sensitivity.CASELESS)


_SPELLINGS: dict[str, tuple[Path, ...]] = {
    "operationname": (("operationName",), ("properties", "activityDisplayName")),
    "properties.message": (("operationName",), ("properties", "activityDisplayName")),
}
