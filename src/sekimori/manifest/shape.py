"""Whether raw values have the model's shape: all faults at once, where a decoder would stop at the first."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final

from msgspec import inspect

from sekimori.manifest.formats import CHECKS
from sekimori.manifest.model import Manifest
from sekimori.manifest.problems import Fault, KeyPath, nearest

_MANIFEST: Final = inspect.type_info(Manifest)


def shape_faults(raw: object) -> Iterator[Fault]:
    """Compare a raw manifest with the model: unknown and missing keys, wrong types, wrong formats."""
    yield from _value(raw, _MANIFEST, ())


def faults_of_shape(raw: object, model: type) -> Iterator[Fault]:
    """Compare raw values with any model of this kind, as :func:`shape_faults` does with the manifest's."""
    yield from _value(raw, inspect.type_info(model), ())


def _value(raw: object, kind: inspect.Type, path: KeyPath) -> Iterator[Fault]:
    match kind:
        case inspect.Metadata(type=inspect.VarTupleType()):
            yield from _value(raw, kind.type, path)
        case inspect.Metadata():
            yield from _annotated(raw, kind, path)
        case inspect.UnionType():
            yield from _value(raw, next(t for t in kind.types if not isinstance(t, inspect.NoneType)), path)
        case inspect.StructType():
            yield from _table(raw, kind, path)
        case inspect.VarTupleType():
            yield from _array(raw, kind, path)
        case inspect.EnumType():
            yield from _word(raw, [member.value for member in kind.cls], path)
        case _:
            yield from _plain(raw, kind, path)


def _table(raw: object, kind: inspect.StructType, path: KeyPath) -> Iterator[Fault]:
    if not isinstance(raw, Mapping):
        yield Fault(path=path, words=f"must be a table, not {_kind_of(raw)}")
        return
    fields = {field.encode_name: field for field in kind.fields}
    for key, value in raw.items():
        if key in fields:
            yield from _value(value, fields[key].type, (*path, key))
        else:
            yield Fault(path=(*path, key), words="unknown key", suggestion=nearest(key, fields.keys() - raw.keys()))
    for name in (name for name, field in fields.items() if field.required and name not in raw):
        yield Fault(path=(*path, name), words="is missing")


def _array(raw: object, kind: inspect.VarTupleType, path: KeyPath) -> Iterator[Fault]:
    if not isinstance(raw, list):
        yield Fault(path=path, words=f"must be an array, not {_kind_of(raw)}")
        return
    if len(raw) < (kind.min_length or 0):
        yield Fault(path=path, words="must name at least one")
    for index, item in enumerate(raw):
        yield from _value(item, kind.item_type, (*path, index))


def _word(raw: object, words: list[str], path: KeyPath) -> Iterator[Fault]:
    if raw not in words:
        meant = nearest(raw, words) if isinstance(raw, str) else None
        yield Fault(path=path, words=f"must be one of {', '.join(words)}", suggestion=meant)


def _annotated(raw: object, kind: inspect.Metadata, path: KeyPath) -> Iterator[Fault]:
    shown = (kind.extra_json_schema or {}).get("title", "of the right form")
    reason = _reason(raw, kind.type, (kind.extra or {}).get("check"))
    if reason is not None:
        yield Fault(path=path, words=f"must be {shown}{reason and f' ({reason})'}")


def _reason(raw: object, kind: inspect.Type, check: str | None) -> str | None:
    """Say why the value is refused: words, nothing ("") where the expected form says it all, None where it is not."""
    if isinstance(kind, inspect.IntType):
        return None if type(raw) is int and (kind.ge or 0) <= raw <= (kind.le or raw) else ""
    if not isinstance(raw, str):
        return f"not {_kind_of(raw)}"
    wanted: Any = kind
    if len(raw) < (wanted.min_length or 0) or (wanted.pattern and not _fits(wanted.pattern, raw)):
        return ""
    try:
        CHECKS.get(check or "", str)(raw)
    except ValueError as error:
        return str(error)
    return None


def _fits(pattern: str, raw: str) -> bool:
    """Apply a pattern as JSON Schema does: ``$`` is the very end, also where a line ends there."""
    return re.search(pattern, raw) is not None and not raw.endswith("\n")


def _plain(raw: object, kind: inspect.Type, path: KeyPath) -> Iterator[Fault]:
    match kind:
        case inspect.StrType() if not isinstance(raw, str):
            yield Fault(path=path, words=f"must be text, not {_kind_of(raw)}")
        case inspect.BoolType() if not isinstance(raw, bool):
            yield Fault(path=path, words=f"must be true or false, not {_kind_of(raw)}")
        case inspect.DateTimeType() if not isinstance(raw, datetime) or raw.tzinfo is None:
            yield Fault(path=path, words="must be an instant with its offset such as 2026-12-01T10:00:00+09:00")
        case inspect.DateType() if not isinstance(raw, date) or isinstance(raw, datetime):
            yield Fault(path=path, words="must be a date without quotes such as 2027-03-31")
        case _:
            return


def _kind_of(raw: object) -> str:
    match raw:
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "text"
        case list():
            return "an array"
        case Mapping():
            return "a table"
        case _:
            return "a date or a time"
