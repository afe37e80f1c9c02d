"""Azure diagnostic settings: one record, or ``{"records": […]}`` as Event Hubs and storage deliver them."""

from collections.abc import Iterator, Mapping
from typing import Any

from sekimori.watch.domain.records import Record, mappings

NAME = "azure diagnostic"


def recognises(raw: object) -> bool:
    """Say whether a value is a diagnostic record, or a batch of them."""
    if not isinstance(raw, Mapping):
        return False
    if isinstance(raw.get("records"), list):
        return True
    return _is_record(raw)


def records(raw: Mapping[str, Any]) -> Iterator[Record]:
    """Yield the records as they are: their shape is the canonical one."""
    batch = raw.get("records")
    if isinstance(batch, list):
        yield from mappings(batch)
    else:
        yield raw


def _is_record(raw: Mapping[str, Any]) -> bool:
    said = isinstance(raw.get("category"), str) and "operationName" in raw
    return said and ("properties" in raw or "time" in raw)
