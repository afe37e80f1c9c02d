"""Our own audit log: the entries that the desk wrote, one an object."""

from collections.abc import Iterator, Mapping
from typing import Any

from sekimori.audit.entry import Entry
from sekimori.watch.domain.reading import OWN_AUDIT
from sekimori.watch.domain.records import Record

NAME = "sekimori audit log"
_KEYS = frozenset({"seq", "id", "at", "kind", "body", "hash"})


def raw_of(entry: Entry) -> dict[str, Any]:
    """Return an entry in this envelope."""
    return {
        "seq": entry.seq,
        "id": entry.id,
        "at": entry.at.isoformat(),
        "kind": entry.kind.value,
        "body": dict(entry.body),
        "hash": entry.hash,
    }


def recognises(raw: object) -> bool:
    """Say whether a value is an entry of our audit log."""
    return isinstance(raw, Mapping) and raw.keys() >= _KEYS


def records(raw: Mapping[str, Any]) -> Iterator[Record]:
    """Yield the entry as a record of a category of our own."""
    yield {
        "time": raw["at"],
        "category": OWN_AUDIT,
        "operationName": raw["kind"],
        "properties": {"id": raw["id"], "kind": raw["kind"], "seq": raw["seq"], "body": raw["body"]},
    }
