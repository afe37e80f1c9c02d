"""Azure diagnostic settings: one record, or ``{"records": […]}`` as Event Hubs and storage deliver them."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sekimori.watch.domain.records import Record, mappings

NAME = "azure diagnostic"
# Some pipelines put the names of the outermost fields in lower case; inside `properties` they stay.
_NAMES: Final = {
    name.casefold(): name
    for name in (
        "operationName",
        "operationVersion",
        "resourceId",
        "resultType",
        "resultSignature",
        "resultDescription",
        "callerIpAddress",
        "correlationId",
        "tenantId",
        "durationMs",
    )
}


def recognises(raw: object) -> bool:
    """Say whether a value is a diagnostic record, or a batch of them."""
    if not isinstance(raw, Mapping):
        return False
    batch = raw.get("records")
    if isinstance(batch, list):
        return not batch or any(_is_record(item) for item in mappings(batch))
    return _is_record(raw)


def records(raw: Mapping[str, Any]) -> Iterator[Record]:
    """Yield the records as they are: their shape is the canonical one."""
    batch = raw.get("records")
    for record in mappings(batch) if isinstance(batch, list) else (raw,):
        yield {_NAMES.get(name, name): value for name, value in record.items()} if "operationname" in record else record


def _is_record(raw: Mapping[str, Any]) -> bool:
    said = isinstance(raw.get("category"), str) and ("operationName" in raw or "operationname" in raw)
    return said and ("properties" in raw or "time" in raw)
