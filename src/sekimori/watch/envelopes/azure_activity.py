"""The Azure activity log where it is no diagnostic record: the management API's events, and rows of AzureActivity."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sekimori.watch.domain.records import Record, first_text, mapping, mappings, parsed

NAME = "azure activity"
_ADMINISTRATIVE: Final = "Administrative"


def recognises(raw: object) -> bool:
    """Say whether a value is an event of the management API, an answer that holds some, or a row of AzureActivity."""
    if not isinstance(raw, Mapping):
        return False
    if isinstance(raw.get("value"), list):
        return any(_is_event(event) for event in list(mappings(raw["value"]))[:1])
    return _is_event(raw) or _is_row(raw)


def records(raw: Mapping[str, Any]) -> Iterator[Record]:
    """Yield each as a diagnostic record of the same category."""
    for each in mappings(raw["value"]) if isinstance(raw.get("value"), list) else (raw,):
        yield _of_row(each) if _is_row(each) else _of_event(each)


def _is_event(raw: Mapping[str, Any]) -> bool:
    return "eventTimestamp" in raw and isinstance(raw.get("operationName"), Mapping)


def _is_row(raw: Mapping[str, Any]) -> bool:
    return "OperationNameValue" in raw and "TimeGenerated" in raw


def _of_event(event: Mapping[str, Any]) -> Record:
    said = {
        name: mapping(event.get(name)).get("value") for name in ("operationName", "category", "status", "subStatus")
    }
    return {
        "time": event.get("eventTimestamp"),
        "category": first_text(said["category"]) or _ADMINISTRATIVE,
        "operationName": said["operationName"],
        "resourceId": event.get("resourceId"),
        "resultType": said["status"],
        "resultSignature": said["subStatus"],
        "correlationId": event.get("correlationId"),
        "callerIpAddress": mapping(event.get("httpRequest")).get("clientIpAddress"),
        "tenantId": event.get("tenantId"),
        "identity": {"claims": event.get("claims"), "authorization": event.get("authorization")},
        "properties": {
            **mapping(event.get("properties")),
            "caller": event.get("caller"),
            "id": event.get("eventDataId"),
        },
    }


def _of_row(row: Mapping[str, Any]) -> Record:
    return {
        "time": row.get("TimeGenerated"),
        "category": first_text(row.get("CategoryValue"), row.get("Category")) or _ADMINISTRATIVE,
        "operationName": row.get("OperationNameValue"),
        "resourceId": row.get("_ResourceId") or row.get("ResourceId"),
        "resultType": row.get("ActivityStatusValue"),
        "resultSignature": row.get("ActivitySubstatusValue"),
        "correlationId": row.get("CorrelationId"),
        "callerIpAddress": row.get("CallerIpAddress"),
        "tenantId": row.get("TenantId"),
        "identity": {"claims": parsed(row.get("Claims")), "authorization": parsed(row.get("Authorization"))},
        "properties": {**mapping(row.get("Properties")), "caller": row.get("Caller"), "id": row.get("EventDataId")},
    }
