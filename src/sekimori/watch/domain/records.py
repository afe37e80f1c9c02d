"""The canonical record, and ways to read it that no wrong type can break."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import msgspec

Record: TypeAlias = Mapping[str, Any]
"""A record in the shape of an Azure diagnostic record, whatever envelope it came in."""

_NOTHING: Final = frozenset({"", "<null>", "null", "none"})
_EMPTY: Final[Mapping[str, Any]] = {}
_LENIENT: Final = json.JSONDecoder(strict=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a record stood: a path (``-`` for standard input) and a line counted from 1.

    ``start`` is the byte where the line starts, if the line is the record and the file can be read again from there.
    """

    path: str
    line: int
    start: int | None = field(default=None, compare=False, repr=False)


def text(value: object) -> str | None:
    """Return a scalar as text, or None where nothing is said.

    Entra writes "nothing" as a missing key, null, an empty string and the word ``<null>``.
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, str):
        stripped = value.strip()
        return None if stripped.casefold() in _NOTHING else stripped
    return str(value) if isinstance(value, int | float) else None


def first_text(*values: object) -> str | None:
    """Return the first value that says something."""
    return next((said for said in map(text, values) if said is not None), None)


def parsed(value: object) -> object:
    """Return the JSON inside a string, or the value itself.

    Log Analytics and the unified audit log hand over whole objects as strings.
    """
    if not isinstance(value, str) or value.lstrip()[:1] not in {"{", "["}:
        return value
    try:
        return decoded(value)
    except (ValueError, RecursionError):
        return value


def decoded(text: str) -> object:
    """Return the JSON in a text, as most programs read it; halves of a surrogate pair become question marks.

    Raises:
        ValueError: it is not JSON.
        RecursionError: it is nested too deeply.
    """
    try:
        return msgspec.json.decode(text)  # where it can, it says what `json` does, and sooner
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        value: object = _LENIENT.decode(text)
    if "\\ud" not in text.casefold():
        return value
    return json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))


def mapping(value: object) -> Mapping[str, Any]:
    """Return a value as a mapping; anything else than an object is an empty one."""
    value = parsed(value)
    return value if isinstance(value, Mapping) else _EMPTY


def sequence(value: object) -> Sequence[Any]:
    """Return a value as a sequence: a list as it is, one object as a list of one, anything else as empty."""
    value = parsed(value)
    if isinstance(value, Mapping):
        return (value,) if value else ()
    return value if isinstance(value, list | tuple) else ()


def mappings(value: object) -> Iterator[Mapping[str, Any]]:
    """Yield the objects of a list; whatever else stands in it is passed over."""
    return (item for item in sequence(value) if isinstance(item, Mapping))


def folded(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return a mapping with its keys case-folded: Entra writes ``KeyId``, ``keyId`` and ``keyid``."""
    return {key.casefold(): item for key, item in value.items()}
