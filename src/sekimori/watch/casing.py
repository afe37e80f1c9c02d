"""Keys of other envelopes, taken to the spelling of the canonical record."""

import re
from collections.abc import Mapping
from typing import Any, Final

_SNAKE: Final = re.compile(r"_([a-z0-9])")
_CAPITALS: Final = re.compile(r"^[A-Z]+(?=[A-Z][a-z]|$|\d)|^[A-Z]")
_LONGEST_POSITION: Final = 10
"""Digits: a longer key is no place in a list, and Python makes no number of thousands of digits."""


def camel_from_pascal(name: str) -> str:
    """Return ``TimeGenerated`` as ``timeGenerated`` and ``IPAddress`` as ``ipAddress``."""
    return _CAPITALS.sub(lambda found: found[0].lower(), name)


def camel_from_snake(name: str) -> str:
    """Return ``service_principal_id`` as ``servicePrincipalId``."""
    return _SNAKE.sub(lambda found: found[1].upper(), name)


def nested(flat: Mapping[str, Any]) -> dict[str, Any]:
    """Return a mapping with its dotted keys taken apart: ``{"a.b": 1}`` as ``{"a": {"b": 1}}``."""
    tree: dict[str, Any] = {}
    for key, value in flat.items():
        inner = nested(value) if isinstance(value, Mapping) else value
        _put(tree, key.split("."), inner)
    return tree


def _put(tree: dict[str, Any], path: list[str], value: Any) -> None:
    for step in path[:-1]:
        below = tree.get(step)
        if not isinstance(below, dict):
            below = tree[step] = {}
        tree = below
    here = tree.get(path[-1])
    if isinstance(here, dict) and isinstance(value, dict):
        for key, inner in value.items():
            _put(here, [key], inner)
    else:
        tree[path[-1]] = value


def unnumbered(value: Any) -> Any:
    """Return a value in which every object with the keys 0, 1, 2 … is a list, in that order."""
    if isinstance(value, Mapping):
        if value and all(key.isdecimal() and len(key) < _LONGEST_POSITION for key in value):
            return [unnumbered(value[key]) for key in sorted(value, key=int)]
        return {key: unnumbered(item) for key, item in value.items()}
    return [unnumbered(item) for item in value] if isinstance(value, list) else value


def camelled(value: Any) -> Any:
    """Return a value in which every key is in camel case, from snake case."""
    if isinstance(value, Mapping):
        return {camel_from_snake(key): camelled(item) for key, item in value.items()}
    return [camelled(item) for item in value] if isinstance(value, list) else value
