"""A change in the directory, as AuditLogs has it."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sekimori.sim.logs.envelope import offset_ticks, resource_id, ticks

# Entra: an en dash, and a space at the end; the same bytes in the portal, the export and Graph.
UPDATE_CREDENTIALS: Final = "Update application – Certificates and secrets management "
UPDATE_APPLICATION: Final = "Update application"
ADD_SERVICE_PRINCIPAL: Final = "Add service principal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Initiator:
    """Who made a change: a user with a name, or an application (``user_name`` is None)."""

    id: str
    display_name: str
    address: str
    user_name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What was changed."""

    id: str
    name: str
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """One changed property; values are JSON texts, None where the vendor writes null."""

    name: str
    old: str | None
    new: str | None

    @classmethod
    def changed(cls, name: str, old: object, new: object) -> "Property":
        """Encode both values the way the vendor does: JSON inside a string."""
        return cls(name=name, old=_encoded(old), new=_encoded(new))


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of one target."""

    at: datetime
    id: str
    correlation: str
    tenant: str
    operation: str
    initiator: Initiator
    target: Target
    user_agent: str
    properties: tuple[Property, ...]


def included(names: list[str]) -> Property:
    """Return the row that names the changed properties, which the vendor adds to each change."""
    return Property(name="Included Updated Properties", old=None, new=json.dumps(", ".join(names)))


def audit_record(change: Change) -> dict[str, Any]:
    """Write a change as an Azure diagnostic record."""
    identity = change.initiator.display_name
    return {
        "time": ticks(change.at),
        "resourceId": resource_id(change.tenant),
        "operationName": change.operation,
        "operationVersion": "1.0",
        "category": "AuditLogs",
        "tenantId": change.tenant,
        "resultSignature": "None",
        "durationMs": 0,
        "callerIpAddress": change.initiator.address,
        "correlationId": change.correlation,
        "identity": identity,
        "Level": 4,
        "properties": _properties(change),
    }


def _properties(change: Change) -> dict[str, Any]:
    return {
        "tenantId": change.tenant,
        "resultType": "",
        "resultDescription": "",
        "operationName": change.operation,
        "identity": change.initiator.display_name,
        "tenantGeo": "AS",
        "id": change.id,
        # Entra: the record's category is AuditLogs, this one is another thing of the same name.
        "category": "ApplicationManagement",
        "correlationId": change.correlation,
        "result": "success",
        "resultReason": "",
        "activityDisplayName": change.operation,
        "activityDateTime": offset_ticks(change.at),
        "loggedByService": "Core Directory",
        "operationType": change.operation.split()[0],
        "userAgent": None,
        "initiatedBy": _initiated_by(change.initiator),
        "targetResources": [_target(change)],
        "additionalDetails": [{"key": "User-Agent", "value": change.user_agent}],
    }


def _initiated_by(who: Initiator) -> dict[str, Any]:
    if who.user_name is None:
        # Entra: an application is told by its service principal alone.
        return {
            "app": {
                "appId": None,
                "displayName": who.display_name,
                "servicePrincipalId": who.id,
                "servicePrincipalName": None,
            }
        }
    return {
        "user": {
            "id": who.id,
            "displayName": None,
            "userPrincipalName": who.user_name,
            "ipAddress": who.address,
            "roles": [],
        }
    }


def _target(change: Change) -> dict[str, Any]:
    return {
        "id": change.target.id,
        "displayName": change.target.name,
        "type": change.target.type,
        "modifiedProperties": [
            {"displayName": p.name, "oldValue": p.old, "newValue": p.new} for p in change.properties
        ],
        "administrativeUnits": [],
    }


def _encoded(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
