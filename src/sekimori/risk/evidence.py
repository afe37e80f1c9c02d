"""The log event of a proof as lines of text, with the lines that tell marked."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

_INDEX: Final = re.compile(r"\[(\d+)\]")
_LONGEST: Final = 160


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """One line of a log event; ``tells`` where it is what gives the act away."""

    text: str
    tells: bool


def evidence_lines(event: Any, telling: tuple[str, ...]) -> tuple[EvidenceLine, ...]:
    """Return an event as indented JSON.

    ``telling`` holds names of modified properties, or paths into the record; a list's places may be left out. A
    telling modified property is marked whole: its name, its old and its new value.
    """
    paths = {_normal(path) for path in telling}
    return tuple(_lines(event, (), "", paths, ""))


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
        yield EvidenceLine(f"{indent}{lead}{_shortened(json.dumps(value, ensure_ascii=False))}{after}", tells)


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
