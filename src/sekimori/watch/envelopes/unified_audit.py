"""Microsoft 365 unified audit log: records of the AzureActiveDirectory workload, bare or under ``AuditData``."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sekimori.watch.domain.records import Record, mapping, mappings, parsed, text

NAME = "microsoft 365 unified audit"
_WORKLOAD: Final = "azureactivedirectory"
_RECORD_TYPES: Final = frozenset({"8", "15", "AzureActiveDirectory", "AzureActiveDirectoryStsLogon"})
_TYPED_ID: Final = re.compile(r"([A-Za-z]+)_([0-9a-fA-F-]{36})")
_GUID: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_NAME, _APP_ID, _PRINCIPAL_NAME = 1, 4, 5
"""What an Actor or Target element is, by its ``Type``; the rest have type 2 and are told by their looks."""
_SIGN_INS: Final = frozenset({"userloggedin", "userloginfailed"})


def recognises(raw: object) -> bool:
    """Say whether a value is a record of this workload, or a search result that holds one."""
    return isinstance(raw, Mapping) and _record(raw) is not None


def records(raw: Mapping[str, Any]) -> Iterator[Record]:
    """Yield a canonical record; what the log has in lists of typed ids goes to the fields that mean it."""
    record = _record(raw)
    if record is None:
        return
    if (text(record.get("Operation")) or "").casefold() in _SIGN_INS:
        yield _sign_in(record)
    else:
        yield _audit(record)


def _record(raw: Mapping[str, Any]) -> Mapping[str, Any] | None:
    # Microsoft Graph: the answer to a query of the audit log says auditData.
    inner = parsed(raw.get("AuditData") or raw.get("auditData"))
    record = inner if isinstance(inner, Mapping) else raw
    return record if "Operation" in record and _is_of_workload(record) else None


def _is_of_workload(record: Mapping[str, Any]) -> bool:
    if "Workload" in record:
        return (text(record["Workload"]) or "").casefold() == _WORKLOAD
    # Unified audit: some exports leave the workload out; types 8 and 15 are changes and sign-ins in the directory.
    return text(record.get("RecordType")) in _RECORD_TYPES and "CreationTime" in record


def _audit(record: Mapping[str, Any]) -> Record:
    return {
        "time": record.get("CreationTime"),
        "category": "AuditLogs",
        "operationName": record.get("Operation"),
        "correlationId": record.get("InterSystemsId"),
        "callerIpAddress": record.get("ClientIP") or record.get("ActorIpAddress"),
        "tenantId": record.get("OrganizationId"),
        "properties": {
            "id": record.get("Id"),
            "workload": record.get("Workload"),
            "activityDisplayName": record.get("Operation"),
            "activityDateTime": record.get("CreationTime"),
            "result": record.get("ResultStatus"),
            "initiatedBy": _initiator(record),
            "targetResources": [_target(record)],
            "additionalDetails": _details(record),
        },
    }


def _sign_in(record: Mapping[str, Any]) -> Record:
    failed = (text(record.get("Operation")) or "").casefold() == "userloginfailed"
    error = record.get("ErrorNumber")
    return {
        "time": record.get("CreationTime"),
        "category": "SignInLogs",
        "operationName": "Sign-in activity",
        "callerIpAddress": record.get("ClientIP") or record.get("ActorIpAddress"),
        "tenantId": record.get("OrganizationId"),
        "correlationId": record.get("InterSystemsId"),
        "properties": {
            "id": record.get("Id"),
            "createdDateTime": record.get("CreationTime"),
            "userPrincipalName": record.get("UserId"),
            "appId": record.get("ApplicationId"),
            "ipAddress": record.get("ClientIP") or record.get("ActorIpAddress"),
            "status": {"errorCode": (error or 1) if failed else 0, "failureReason": record.get("LogonError")},
        },
    }


def _initiator(record: Mapping[str, Any]) -> Mapping[str, Any]:
    actor = _Party(record.get("Actor"))
    user_id = text(record.get("UserId")) or ""
    if actor.kind == "ServicePrincipal" or user_id.startswith("ServicePrincipal_"):
        app_id = actor.app_id or next((guid for guid in actor.guids if guid != actor.id), None)
        return {"app": {"displayName": actor.name, "appId": app_id, "servicePrincipalId": actor.id}}
    name = actor.principal_name or (user_id if "@" in user_id else None) or actor.name or user_id or None
    return {"user": {"userPrincipalName": name, "id": actor.id}}


def _target(record: Mapping[str, Any]) -> Mapping[str, Any]:
    target = _Party(record.get("Target"))
    category = _extended(record).get("extendedAuditEventCategory")
    return {
        "id": target.id,
        "type": target.kind or text(category),
        "displayName": target.name,
        "userPrincipalName": target.principal_name,
        "modifiedProperties": [
            {"displayName": prop.get("Name"), "oldValue": prop.get("OldValue"), "newValue": prop.get("NewValue")}
            for prop in mappings(record.get("ModifiedProperties"))
        ],
    }


def _details(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    said = mapping(_extended(record).get("additionalDetails"))
    return [
        {"key": key, "value": value if isinstance(value, str) else json.dumps(value)} for key, value in said.items()
    ]


def _extended(record: Mapping[str, Any]) -> dict[str, Any]:
    return {str(item.get("Name")): item.get("Value") for item in mappings(record.get("ExtendedProperties"))}


class _Party:
    """An Actor or a Target: a list of ``{ID, Type}`` that all mean the same one."""

    def __init__(self, raw: object) -> None:
        self.kind: str | None = None
        self.id: str | None = None
        self.name: str | None = None
        self.principal_name: str | None = None
        self.app_id: str | None = None
        self.guids: list[str] = []
        for element in mappings(raw):
            said, kind = text(element.get("ID")), element.get("Type")
            if said:
                self._take(said, kind)

    def _take(self, said: str, kind: object) -> None:
        if found := _TYPED_ID.fullmatch(said):
            self.kind, self.id = found[1], found[2]
        elif kind == _NAME:
            self.name = self.name or said
        elif kind == _PRINCIPAL_NAME:
            self.principal_name = self.principal_name or said
        elif kind == _APP_ID:
            self.app_id = next(iter(_GUID.findall(said)), None)
        elif _GUID.fullmatch(said):
            self.guids.append(said)
