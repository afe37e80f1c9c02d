"""A widened rule as plain Sigma: fields, values and conditions that every reader of the standard knows."""

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from sekimori.watch.domain.language import Language
from sekimori.watch.domain.rule import Rule
from sekimori.watch.domain.sigma.correlation import Correlation, Kind
from sekimori.watch.domain.sigma.tree import ALWAYS, NEVER, And, Atom, Not, Or, Path, Tree
from sekimori.watch.domain.sigma.values import (
    CasedText,
    Exists,
    JsonText,
    Name,
    Null,
    Number,
    Ordered,
    Place,
    Text,
)
from sekimori.watch.export.exported import LeftOut, Portable, Written, portable

_PLACES: Final = {Place.WHOLE: "", Place.START: "|startswith", Place.END: "|endswith", Place.INSIDE: "|contains"}
_NAMESPACE: Final = uuid.UUID("4f0b3a5e-6d0c-5b52-9a51-7f2f1d0a3c11")
Renamed = Callable[[Path], str | None]
"""Returns a target's name of a field; None where the target has no such field."""


class Unsayable(Exception):  # noqa: N818 - it is caught where a rule is written
    """Something that plain Sigma, or a target's fields, cannot say."""


def vendors_own(path: Path) -> str | None:
    """Return the vendor's own name of a field."""
    return ".".join(map(str, path))


def written(rule: Rule, language: Language) -> Written | LeftOut:
    """Write one rule as Sigma."""
    found = sigma_of(rule, language, vendors_own)
    if isinstance(found, LeftOut):
        return found
    documents, limitations = found
    text = yaml.safe_dump_all(documents, allow_unicode=True, sort_keys=False, width=120)
    return Written(rule=rule.id, name=f"{rule.id}.yml", text=text, limitations=limitations)


def sigma_of(
    rule: Rule, language: Language, renamed: Renamed, *, tree: Callable[[Tree], Tree] = lambda tree: tree
) -> tuple[list[dict[str, Any]], tuple[str, ...]] | LeftOut:
    """Return a rule's Sigma documents and its limitations; ``tree`` may bring the widened form nearer to a target."""
    said = rule.sigma.correlation.said if rule.sigma.correlation else None
    if rule.sigma.correlation and (said is None or said.kind not in {Kind.EVENT_COUNT, Kind.VALUE_COUNT}):
        return LeftOut(
            rule=rule.id, reason="not expressible: it asks for an order of events, or for what did not follow"
        )
    found = portable(rule)
    if isinstance(found, LeftOut):
        return found
    try:
        base = _document(found, language, _detection(tree(found.tree), found, renamed))
        if said is None:
            return [base], found.limitations
        return [*_counted(base, said, renamed)], found.limitations
    except Unsayable as error:
        return LeftOut(rule=rule.id, reason=f"not expressible: {error}")


def _document(found: Portable, language: Language, detection: dict[str, Any]) -> dict[str, Any]:
    rule, sigma = found.rule, found.rule.sigma
    described = rule.guidance.threat.get(language) or sigma.description
    limits = "".join(f"\n- {limitation}" for limitation in found.limitations)
    source = {
        "product": sigma.logsource.product,
        "category": sigma.logsource.category,
        "service": sigma.logsource.service,
    }
    return {
        "title": rule.title_in(language),
        "id": str(uuid.uuid5(_NAMESPACE, sigma.id)),
        "related": [{"id": sigma.id, "type": "derived"}],
        "name": rule.id,
        "status": sigma.status or "experimental",
        "description": f"{described}\n\nWhere it asks for less than the rule it was made from:{limits}"
        if limits
        else described,
        "author": "The Sekimori authors",
        "tags": list(sigma.tags),
        "logsource": {key: value for key, value in source.items() if value},
        "detection": detection,
        "falsepositives": list(sigma.falsepositives),
        "level": rule.level.value,
    }


def _counted(base: dict[str, Any], said: Correlation, renamed: Renamed) -> list[dict[str, Any]]:
    fields = [_field(tuple(name.split(".")), renamed) for name in said.group_by]
    condition: dict[str, Any] = {"gte": said.bounds.least}
    if said.bounds.most is not None:
        condition["lte"] = said.bounds.most
    if said.counted:
        condition["field"] = _field(tuple(said.counted[0].split(".")), renamed)
    seconds = int(said.timespan.total_seconds())
    correlation = {
        "type": said.kind.value,
        "rules": [f"{base['name']}_event"],
        "group-by": fields,
        "timespan": f"{seconds // 60}m" if seconds % 60 == 0 else f"{seconds}s",
        "condition": condition,
    }
    event = {**base, "name": f"{base['name']}_event", "level": "informational", "title": f"{base['title']} (event)"}
    event["id"] = str(uuid.uuid5(_NAMESPACE, f"{base['id']} event"))
    above = {key: value for key, value in base.items() if key not in {"logsource", "detection"}}
    return [event, above | {"correlation": correlation}]


@dataclass(slots=True)
class _Selections:
    found: Portable
    renamed: Renamed
    made: dict[str, dict[str, Any]] = field(default_factory=dict)

    def named(self, selection: dict[str, Any]) -> str:
        for name, known in self.made.items():
            if known == selection:
                return name
        name = f"selection_{len(self.made) + 1}"
        self.made[name] = selection
        return name

    def condition(self, tree: Tree) -> str:
        match tree:
            case And(parts):
                return " and ".join(self._part(part) for part in parts)
            case Or(parts):
                return " or ".join(self._alternatives(parts))
            case Not(part):
                return f"not {self._part(part)}"
            case Atom(path, test):
                key, values = self._asked(path, test)
                return self.named({key: values[0] if len(values) == 1 else values})
            case _:
                raise Unsayable(f"a condition of another kind ({type(tree).__name__})")

    def _part(self, part: Tree) -> str:
        said = self.condition(part)
        return f"({said})" if " " in said else said

    def _alternatives(self, parts: tuple[Tree, ...]) -> list[str]:
        by_key: dict[str, list[Any]] = {}
        others: list[str] = []
        for part in parts:
            if isinstance(part, Atom) and not isinstance(part.test, Null | Exists):
                key, values = self._asked(part.path, part.test)
                by_key.setdefault(key, []).extend(values)
            else:
                others.append(self._part(part))
        return [*(self.named({key: values}) for key, values in by_key.items()), *others]

    def _asked(self, path: Path, test: Any) -> tuple[str, list[Any]]:
        name = _field(path, self.renamed)
        match test:
            case JsonText(inner):
                return self._asked(path, inner)
            case Text(place, text) | Name(place, text):
                return f"{name}{_PLACES[place]}", [_escaped(spelled) for spelled in self.found.spelled(text)]
            case CasedText(place, text):
                return f"{name}{_PLACES[place]}|cased", [_escaped(text)]
            case Number(number):
                return name, [number]
            case Ordered(order, number):
                return f"{name}|{order.value}", [int(number) if float(number).is_integer() else number]
            case Null():
                return name, [None]
            case Exists():
                return f"{name}|exists", [True]
            case _:
                raise Unsayable(type(test).__name__)


def _detection(tree: Tree, found: Portable, renamed: Renamed) -> dict[str, Any]:
    if tree in {ALWAYS, NEVER}:
        raise Unsayable("nothing is left to ask for")
    selections = _Selections(found, renamed)
    condition = selections.condition(tree)
    return {**selections.made, "condition": condition}


def _field(path: Path, renamed: Renamed) -> str:
    if path[0] == "event":
        raise Unsayable("it counts what the watch itself reads out of an event")
    name = renamed(path)
    if name is None:
        raise Unsayable(f"the target has no field for {'.'.join(map(str, path))}")
    return name


def _escaped(text: str) -> str:
    """Sigma: an asterisk and a question mark are wildcards unless a backslash stands before them."""
    return re.sub(r"([*?\\])", r"\\\1", text)


def without(tree: Tree, paths: Mapping[Path, object]) -> Tree:
    """Return a tree that demands nothing of some paths: the target says it in another way, such as by its table."""
    match tree:
        case And(parts):
            kept = [without(part, paths) for part in parts]
            kept = [part for part in kept if part != ALWAYS]
            return kept[0] if len(kept) == 1 else And(tuple(kept))
        case Or(parts):
            kept = [without(part, paths) for part in parts]
            return ALWAYS if ALWAYS in kept else Or(tuple(kept))
        case Atom(path, _) if path in paths:
            return ALWAYS
        case _:
            return tree
