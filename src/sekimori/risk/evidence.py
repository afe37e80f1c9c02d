"""The log event of a proof as lines of text, with the lines that tell marked."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sekimori.watch.domain.records import parsed

_INDEX: Final = re.compile(r"\[(\d+)\]")
_LONGEST: Final = 160
_MOST: Final = 420


_CONTEXT: Final = frozenset(
    {
        *("operationName", "activityDateTime", "createdDateTime", "timeGenerated", "userPrincipalName"),
        *("servicePrincipalName", "appDisplayName", "ipAddress", "callerIpAddress", "appId", "type", "errorCode"),
        *("resourceDisplayName", "requestMethod", "requestUri", "responseStatusCode"),
    }
)
# The log's category; the one inside the properties says something else.
_CONTEXT_PATHS: Final = frozenset({"category", "evt.name", "evt.category", "Operation", "UserId", "ClientIP"})


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """One line of a log event; ``tells`` where it is what gives the act away."""

    text: str
    tells: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One value of a log event and where it stands."""

    path: str
    value: str
    tells: bool


def evidence_lines(event: Any, telling: tuple[str, ...]) -> tuple[EvidenceLine, ...]:
    """Return an event as indented JSON.

    ``telling`` holds names of modified properties, or paths into the record; a list's places may be left out. A
    telling modified property is marked whole: its name, its old and its new value.
    """
    paths = {_normal(path) for path in telling}
    return tuple(_lines(event, (), "", paths, ""))


def excerpt(event: Any, telling: tuple[str, ...]) -> tuple[Fact, ...]:
    """Return what tells, and who, when, where and what around it: one value a line, with its path.

    The values of a telling modified property are unfolded, and the items that did not change are counted instead of
    shown, as is an object within them that stayed as it was. What is neither telling nor context is left out.
    """
    paths = {_normal(path) for path in telling}
    facts = list(_facts(event, (), paths, inherited=False))
    said = {fact.value for fact in facts if fact.tells}
    kept = []
    for fact in facts:
        context = fact.path in _CONTEXT_PATHS or fact.path.rpartition(".")[2] in _CONTEXT
        if fact.tells or (context and fact.value not in said):
            kept.append(fact)
            said.add(fact.value)
    return tuple(kept)


def _facts(value: Any, path: tuple[str, ...], paths: set[str], *, inherited: bool) -> Iterator[Fact]:
    tells = inherited or _tells(path, paths)
    if isinstance(value, dict):
        if "newValue" in value and (tells or _tells_property(value, path, paths)):
            yield from _change(value, path)
            return
        for key, item in value.items():
            yield from _facts(item, (*path, key), paths, inherited=tells)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _facts(item, (*path, str(index)), paths, inherited=tells)
    else:
        yield Fact(path=_written(path), value=_compact(value), tells=tells)


def _change(prop: dict[str, Any], path: tuple[str, ...]) -> Iterator[Fact]:
    old, new = _items(prop.get("oldValue")), _items(prop["newValue"])
    if old == new:  # what changed was taken out when it was made anonymous
        old, new = prop.get("oldValue"), prop["newValue"]
    for key, value in (("displayName", prop["displayName"]), ("oldValue", _without(old, new)), ("newValue", new)):
        shown = _without(new, old) if key == "newValue" else value
        yield Fact(path=_written((*path, key)), value=_compact(shown), tells=True)


def _compact(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _MOST else f"{text[: _MOST - 2]} …"


def _written(path: tuple[str, ...]) -> str:
    """Write a path as people do: ``properties.targetResources[0].type``."""
    text = ""
    for step in path:
        text += f"[{step}]" if step.isdecimal() else f".{step}" if text else step
    return text


def _items(value: Any) -> Any:
    inner = parsed(value)
    return inner if isinstance(inner, list) else value


def _without(items: Any, others: Any) -> Any:
    """Return the items that others do not hold; of an object, the items of its lists likewise."""
    if not isinstance(items, list) or not isinstance(others, list):
        return items
    left = [_narrowed(item, others) for item in items if item not in others]
    same = len(items) - len(left)
    return [*([f"… ({same})"] if same else []), *left]


def _narrowed(item: Any, others: list[Any]) -> Any:
    if not isinstance(item, dict):
        return item
    alike = [other for other in others if isinstance(other, dict)]
    return {key: _narrowed_value(value, [other[key] for other in alike if key in other]) for key, value in item.items()}


def _narrowed_value(value: Any, others: list[Any]) -> Any:
    if isinstance(value, list):
        return _without(value, [each for other in others for each in _listed(other)])
    return "…" if isinstance(value, dict) and value and value in others else value


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def telling_properties(event: Any, telling: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of the modified properties that a proof calls telling."""
    paths = {_normal(path) for path in telling}
    return tuple(dict.fromkeys(name for name, tells in _modified(event, (), paths) if tells))


def _modified(value: Any, path: tuple[str, ...], paths: set[str]) -> Iterator[tuple[str, bool]]:
    if isinstance(value, dict):
        if isinstance(name := value.get("displayName"), str) and "newValue" in value:
            yield name, _tells_property(value, path, paths)
        for key, item in value.items():
            yield from _modified(item, (*path, key), paths)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _modified(item, (*path, str(index)), paths)


def _lines(value: Any, path: tuple[str, ...], lead: str, paths: set[str], after: str) -> Iterator[EvidenceLine]:
    indent = "  " * len(path)
    tells = _tells(path, paths)
    if isinstance(value, dict) and value:
        whole = tells or ("newValue" in value and _tells_property(value, path, paths))
        yield EvidenceLine(f"{indent}{lead}{{", whole)
        for number, (key, item) in enumerate(value.items(), 1):
            comma = "," if number < len(value) else ""
            for line in _lines(item, (*path, key), f"{json.dumps(key, ensure_ascii=False)}: ", paths, comma):
                yield EvidenceLine(line.text, line.tells or whole)
        yield EvidenceLine(f"{indent}}}{after}", whole)
    elif isinstance(value, list) and value:
        yield EvidenceLine(f"{indent}{lead}[", tells)
        for index, item in enumerate(value):
            comma = "," if index < len(value) - 1 else ""
            yield from _lines(item, (*path, str(index)), "", paths, comma)
        yield EvidenceLine(f"{indent}]{after}", tells)
    else:
        text = _shortened(json.dumps(value, ensure_ascii=False))
        yield EvidenceLine(f"{indent}{lead}{text}{after}", tells)


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 2]} …"


def _tells(path: tuple[str, ...], paths: set[str]) -> bool:
    """Say whether a place is named, with its places in lists or without them."""
    if not path:
        return False
    return ".".join(path) in paths or ".".join(step for step in path if not step.isdecimal()) in paths


def _tells_property(prop: dict[str, Any], path: tuple[str, ...], paths: set[str]) -> bool:
    name = prop.get("displayName")
    inside = any(_tells((*path, key), paths) for key in prop) or _tells(path, paths)
    named = isinstance(name, str) and name in paths
    return named or (inside and any(".".join(path) in each for each in paths))


def _normal(path: str) -> str:
    return _INDEX.sub(r".\1", path.removeprefix("$.").removeprefix("raw."))
