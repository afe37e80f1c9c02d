"""Old and new values of a modified property, whatever they were wrapped in."""

from typing import Any, Final

from sekimori.watch.domain.records import decoded

_DEEPEST: Final = 4


def items(value: object) -> tuple[Any, ...]:
    """Return what a property value holds, one element each, with every layer of encoding taken off.

    Entra writes one value as a JSON string, as JSON inside a JSON string, pretty-printed with CRLF, as a bare word,
    and some pipelines hand it over parsed. Null, an empty string, ``[]``, ``{}`` and a missing value are all empty.
    """
    return tuple(_items(value, _DEEPEST))


def scalars(value: object) -> tuple[str, ...]:
    """Return what a property value holds as text; objects and lists inside it are left out."""
    return tuple(_as_text(item) for item in items(value) if isinstance(item, str | int | float))


def scalar(value: object) -> str | None:
    """Return the first word of a property value, or None where it is empty."""
    return next(iter(scalars(value)), None)


def _items(value: object, depth: int) -> list[Any]:
    if value is None or value in ("", [], {}):
        return []
    if isinstance(value, str):
        inner = _decoded(value)
        same = isinstance(inner, str) and inner == value
        return [value] if same or depth == 0 else _items(inner, depth - 1)
    if isinstance(value, list | tuple):
        return [inner for item in value for inner in (_items(item, depth - 1) if depth else [item])]
    return [value]


def _decoded(value: str) -> object:
    bare = value.strip()
    if not bare or bare == "null":
        return None
    if bare[0] not in '[{"':
        return bare if bare == value else value.strip()
    try:
        return decoded(bare)
    except (ValueError, RecursionError):
        return value


def _as_text(value: str | float) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
