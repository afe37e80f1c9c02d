"""One spelling for one value: the bytes that are hashed and signed (RFC 8785, without floating point numbers)."""

import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias

Json: TypeAlias = "str | int | bool | Sequence[Json] | Mapping[str, Json] | None"
"""What an entry's body may hold. A number is whole: 1.0 and 1 would be one value with two spellings."""

LARGEST_INTEGER = 2**53 - 1
"""The largest number that every JSON reader keeps exactly (RFC 7493 §2.2)."""


class NotCanonicalError(ValueError):
    """The value cannot be written in one agreed spelling; this is a mistake in the calling code."""


def canonical_bytes(value: Json) -> bytes:
    """Write a value as canonical JSON, in UTF-8.

    Keys are sorted by UTF-16 code units (RFC 8785 §3.2.3); equal values give equal bytes.

    Raises:
        NotCanonicalError: a float, an integer beyond 2**53 - 1, a lone surrogate, a key that is no string, or
            a value of another type.
    """
    try:
        return json.dumps(_ordered(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    except UnicodeEncodeError as error:
        raise NotCanonicalError("a text holds half a character (a lone surrogate)") from error
    except RecursionError as error:
        raise NotCanonicalError("the value is nested too deeply") from error


def _ordered(value: object) -> object:
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return _exact(value)
    if isinstance(value, Mapping):
        return {key: _ordered(value[key]) for key in sorted(value, key=_utf16)}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray | memoryview):
        return [_ordered(item) for item in value]
    raise NotCanonicalError(f"{type(value).__name__} has no place in an audit entry")


def _exact(number: int) -> int:
    if abs(number) > LARGEST_INTEGER:
        raise NotCanonicalError("the number is too large to be kept exactly by every reader")
    return int(number)


def _utf16(key: object) -> bytes:
    if not isinstance(key, str):
        raise NotCanonicalError(f"a key must be text, not {type(key).__name__}")
    return key.encode("utf-16-be", "surrogatepass")
