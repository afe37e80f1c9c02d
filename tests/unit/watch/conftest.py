"""Records in the shape of an Azure diagnostic record, of made-up names and ids."""

import json
from collections.abc import Callable
from typing import Any

import pytest

TENANT = "11111111-2222-4333-8444-555555555555"
APP = "6f1d2c3b-4a59-4871-8e90-aabbccddeeff"
PRINCIPAL = "7a8b9c0d-1e2f-4a3b-9c4d-5e6f708192a3"
OBJECT = "2b3c4d5e-6f70-4182-93a4-b5c6d7e8f901"


def build_audit(
    operation: str = "Update application",
    changed: dict[str, tuple[Any, Any]] | None = None,
    *,
    result: str = "success",
    target_type: str = "Application",
    initiated_by: dict[str, Any] | None = None,
    event_id: str = "Directory_0a0a0a0a_L1_1",
) -> dict[str, Any]:
    properties = [
        {"displayName": name, "oldValue": old, "newValue": new} for name, (old, new) in (changed or {}).items()
    ]
    target = {"id": OBJECT, "displayName": "schedule-bot", "type": target_type, "modifiedProperties": properties}
    user = {"id": "3c4d5e6f-7081-4293-a4b5-c6d7e8f90112", "userPrincipalName": "admin@fabrikam.example"}
    return {
        "time": "2026-11-20T01:02:05.0000000Z",
        "resourceId": f"/tenants/{TENANT}/providers/Microsoft.aadiam",
        "operationName": operation,
        "category": "AuditLogs",
        "tenantId": TENANT,
        "resultSignature": "None",
        "callerIpAddress": "198.51.100.7",
        "correlationId": "0a0a0a0a-1b1b-4c2c-8d3d-4e4e4e4e4e4e",
        "properties": {
            "id": event_id,
            "category": "ApplicationManagement",
            "result": result,
            "activityDisplayName": operation,
            "activityDateTime": "2026-11-20T01:02:03.1234567+00:00",
            "initiatedBy": {"user": user} if initiated_by is None else initiated_by,
            "targetResources": [target],
            "additionalDetails": [{"key": "User-Agent", "value": "Mozilla/5.0 (example)"}],
        },
    }


def build_sign_in(address: str | None = "203.0.113.10", *, error: int = 0, country: str = "JP") -> dict[str, Any]:
    return {
        "time": "2026-11-20T01:02:05.0000000Z",
        "operationName": "Sign-in activity",
        "category": "ServicePrincipalSignInLogs",
        "tenantId": TENANT,
        "resultType": str(error),
        "resultSignature": "SUCCESS" if error == 0 else "FAILURE",
        "callerIpAddress": address,
        "properties": {
            "id": "8d9e0f10-2132-4354-8576-98a9bacbdced",
            "createdDateTime": "2026-11-20T01:00:03.5+00:00",
            "appId": APP,
            "servicePrincipalId": PRINCIPAL,
            "servicePrincipalName": "schedule-bot",
            "ipAddress": address or "",
            "resourceDisplayName": "Microsoft Graph",
            "uniqueTokenIdentifier": "AbCdEfGhIjKlMnOpQrStUv",
            "location": {"countryOrRegion": country} if country else {},
            "status": {"errorCode": error} | ({"failureReason": "Invalid client secret."} if error else {}),
        },
    }


def build_graph_call(request: str, client_request: str | None, **changed: Any) -> dict[str, Any]:
    properties = {
        "requestId": request,
        "clientRequestId": client_request,
        "appId": APP,
        "servicePrincipalId": PRINCIPAL,
        "requestMethod": "POST",
        "requestUri": "https://graph.microsoft.com/v1.0//users/sato%40fabrikam.example/calendar/getSchedule",
        "responseStatusCode": 200,
        "ipAddress": "203.0.113.10",
        "timeGenerated": "2026-11-20T01:00:10.0000000Z",
        "signInActivityId": "AbCdEfGhIjKlMnOpQrStUv",
    }
    return {
        "time": "2026-11-20T01:00:10.0000000Z",
        "operationName": "Microsoft Graph Activity",
        "category": "MicrosoftGraphActivityLogs",
        "resultSignature": "200",
        "callerIpAddress": "203.0.113.10",
        "properties": properties | changed,
    }


def build_entry(entry: str, **changed: Any) -> dict[str, Any]:
    body = {"provider": "outlook", "method": "POST", "resource": "calendar/getSchedule", "people": ["sato"]}
    return {
        "seq": 7,
        "id": entry,
        "at": "2026-11-20T01:00:09Z",
        "kind": "call.intent",
        "body": body | changed,
        "previous": "0" * 64,
        "hash": "1" * 64,
    }


def build_datadog(record: dict[str, Any], *, moved: bool = False, version: int = 1) -> dict[str, Any]:
    """Wrap a record as Datadog does: nulls and empty containers dropped; the older pipeline moves some keys."""
    attributes = _without_nothing(json.loads(json.dumps(record)))
    attributes["evt"] = {"name": record["operationName"], "category": record["category"]}
    if address := record.get("callerIpAddress"):
        attributes["network"] = {"client": {"ip": address}}
    if (result := record["properties"].get("result")) is not None:
        attributes["evt"]["outcome"] = result
    if moved:
        for key in ("operationName", "category", "callerIpAddress"):
            attributes.pop(key, None)
        attributes["properties"].pop("result", None)
    if version == 1:
        return {"id": "AgAAAY", "content": {"service": "azure", "attributes": attributes}}
    return {"id": "AgAAAY", "type": "log", "attributes": {"service": "azure", "attributes": attributes}}


def _without_nothing(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nothing(item) for key, item in value.items() if item not in (None, [], {})}
    return [_without_nothing(item) for item in value] if isinstance(value, list) else value


@pytest.fixture
def audit() -> Callable[..., dict[str, Any]]:
    return build_audit


@pytest.fixture
def sign_in() -> Callable[..., dict[str, Any]]:
    return build_sign_in


@pytest.fixture
def graph_call() -> Callable[..., dict[str, Any]]:
    return build_graph_call


@pytest.fixture
def entry() -> Callable[..., dict[str, Any]]:
    return build_entry


@pytest.fixture
def datadog() -> Callable[..., dict[str, Any]]:
    return build_datadog
