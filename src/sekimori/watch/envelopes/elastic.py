"""Elastic Common Schema: documents of the Azure integration, nested or with dotted keys, bare or as search hits."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sekimori.watch.casing import camelled, nested, unnumbered
from sekimori.watch.domain.records import Record, first_text, mapping, mappings

NAME = "elastic"
_DATASETS: Final = ("auditlogs", "signinlogs", "graphactivitylogs")
_PREFIXES: Final = tuple(f"azure.{dataset}." for dataset in _DATASETS)
# Elastic: names that are not the vendor's in snake case.
_RENAMED: Final = {
    "createdAt": "createdDateTime",
    "activityDatetime": "activityDateTime",
    "processingTimeMs": "processingTimeInMilliseconds",
    "riskLevelDuringSignin": "riskLevelDuringSignIn",
}


def recognises(raw: object) -> bool:
    """Say whether a value is a document of the integration, a search hit, or a search's answer of nothing else."""
    if not isinstance(raw, Mapping):
        return False
    found = list(_documents(raw))
    return bool(found) and all(map(_is_ours, found))


def records(raw: Mapping[str, Any]) -> Iterator[Record]:
    """Yield canonical records; numbered objects become lists again, snake case becomes camel case."""
    for document in _documents(raw):
        if _is_ours(document):
            yield _record(nested(document))


def _documents(raw: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    hits = mapping(raw.get("hits")).get("hits")
    for hit in mappings(hits) if isinstance(hits, list) else (raw,):
        source = hit.get("_source")
        yield source if isinstance(source, Mapping) else hit


def _is_ours(document: Mapping[str, Any]) -> bool:
    azure = document.get("azure")
    if isinstance(azure, Mapping):
        return any(dataset in azure or any(key.startswith(dataset + ".") for key in azure) for dataset in _DATASETS)
    return any(isinstance(key, str) and key.startswith(_PREFIXES) for key in document)


def _record(document: Mapping[str, Any]) -> Record:
    azure = mapping(document.get("azure"))
    log: Mapping[str, Any] = next((mapping(azure[name]) for name in _DATASETS if name in azure), {})
    properties = camelled(unnumbered(mapping(log.get("properties"))))
    properties = {_RENAMED.get(name, name): value for name, value in properties.items()}
    address = _address(document, log)
    category = first_text(log.get("category")) or ("AuditLogs" if "auditlogs" in azure else "SignInLogs")
    properties.update(_moved(document, category, properties, address))
    return {
        "time": document.get("@timestamp"),
        "category": category,
        "operationName": log.get("operation_name") or mapping(document.get("event")).get("action"),
        "correlationId": azure.get("correlation_id"),
        "tenantId": azure.get("tenant_id") or mapping(azure.get("tenant")).get("id"),
        "identity": log.get("identity"),
        "callerIpAddress": address,
        "resultType": log.get("result_type"),
        "resultSignature": log.get("result_signature"),
        "resultDescription": log.get("result_description"),
        "location": _geography(document).get("country_iso_code"),
        "properties": properties,
    }


def _moved(document: Mapping[str, Any], category: str, known: Mapping[str, Any], address: str | None) -> dict[str, Any]:
    """Return what the integration moved from the properties to fields of the common schema."""
    if category == "AuditLogs":
        outcome = mapping(document.get("event")).get("outcome")
        return {} if "result" in known else {"result": outcome}
    if category == "MicrosoftGraphActivityLogs":
        return _request(document) | {"ipAddress": address}
    place = _geography(document)
    said = {"countryOrRegion": place.get("country_iso_code"), "city": place.get("city_name")}
    location = {} if "location" in known else {"location": said}
    return location | {"ipAddress": address}


def _geography(document: Mapping[str, Any]) -> Mapping[str, Any]:
    # Elastic: what the log said stands in `geo`, what the address was looked up as in `source.geo`.
    return mapping(document.get("geo")) or mapping(mapping(document.get("source")).get("geo"))


def _request(document: Mapping[str, Any]) -> dict[str, Any]:
    http, url = mapping(document.get("http")), mapping(document.get("url"))
    request = mapping(http.get("request"))
    return {
        "requestId": request.get("id"),
        "requestMethod": request.get("method"),
        "requestUri": url.get("original") or url.get("full"),
        "responseStatusCode": mapping(http.get("response")).get("status_code"),
        "userAgent": mapping(document.get("user_agent")).get("original"),
    }


def _address(document: Mapping[str, Any], log: Mapping[str, Any]) -> str | None:
    source = mapping(document.get("source"))
    client = mapping(document.get("client"))
    return first_text(source.get("ip"), client.get("ip"), log.get("caller_ip_address"), source.get("address"))
