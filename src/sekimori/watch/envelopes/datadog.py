"""Datadog log events: ``content.attributes`` (v1 API, exports), ``attributes.attributes`` (v2), and their lists."""

from collections.abc import Iterator, Mapping
from typing import Any

from sekimori.watch.domain.records import Record, first_text, mapping, mappings, text

NAME = "datadog"
_LISTS = ("logs", "data")
# Datadog: what its pipeline adds; the record's own fields come back from there, the rest is not the vendor's.
_ADDED = frozenset({"evt", "network", "usr", "title", "duration", "service", "ocsf", "http", "status", "timestamp"})


def recognises(raw: object) -> bool:
    """Say whether a value is a log event of the Entra ID integration, or a list of nothing else under its usual key."""
    if not isinstance(raw, Mapping):
        return False
    held = next((raw[name] for name in _LISTS if isinstance(raw.get(name), list)), ())
    if held and all(isinstance(item, Mapping) and _is_entra(_attributes(item)) for item in held):
        return True
    return _is_entra(_attributes(raw))


def records(raw: Mapping[str, Any]) -> Iterator[Record]:
    """Yield canonical records; what the older pipeline moved under ``evt`` and ``network`` goes back to its place."""
    for name in _LISTS:
        if isinstance(raw.get(name), list):
            yield from (_record(_attributes(item)) for item in mappings(raw[name]))
            return
    yield _record(_attributes(raw))


def _attributes(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    # v1 and exports say content.attributes, v2 says attributes.attributes; a forwarded event may be bare.
    outer = mapping(raw.get("content")) or mapping(raw.get("attributes"))
    return mapping(outer.get("attributes")) or outer or raw


def _is_entra(attributes: Mapping[str, Any]) -> bool:
    event = mapping(attributes.get("evt"))
    return "category" in event and ("properties" in attributes or "resourceId" in attributes)


def _record(attributes: Mapping[str, Any]) -> Record:
    event = mapping(attributes.get("evt"))
    record = {key: value for key, value in attributes.items() if key not in _ADDED}
    properties = dict(mapping(attributes.get("properties")))
    category = first_text(attributes.get("category"), event.get("category"))
    record["category"] = category
    # The name is kept as the vendor wrote it, trailing space and all.
    record["operationName"] = attributes.get("operationName") or event.get("name")
    record["callerIpAddress"] = _address(attributes)
    if category == "AuditLogs":
        properties.setdefault("result", text(event.get("outcome")))
        properties.setdefault("initiatedBy", _initiator(attributes))
    elif name := _principal_name(attributes):
        properties.setdefault("userPrincipalName", name)
    record["properties"] = properties
    return record


def _address(attributes: Mapping[str, Any]) -> str | None:
    network = mapping(attributes.get("network"))
    return first_text(attributes.get("callerIpAddress"), mapping(network.get("client")).get("ip"))


def _principal_name(attributes: Mapping[str, Any]) -> str | None:
    # Datadog: moves the principal name of whoever signed in; what has no "@" is not one.
    name = text(mapping(attributes.get("usr")).get("id"))
    return name if name and "@" in name else None


def _initiator(attributes: Mapping[str, Any]) -> Mapping[str, Any]:
    user = mapping(attributes.get("usr"))
    name = first_text(user.get("id"), user.get("name"))
    return {"user": {"userPrincipalName": name}} if name else {}
