"""A change in the directory, as AuditLogs has it."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sekimori.sim.logs.envelope import offset_ticks, resource_id, ticks

# Entra: an en dash, and a space at the end; the same bytes in the portal, the export and Graph.
UPDATE_CREDENTIALS: Final = "Update application – Certificates and secrets management "
UPDATE_APPLICATION: Final = "Update application"
UPDATE_SERVICE_PRINCIPAL: Final = "Update service principal"
ADD_SERVICE_PRINCIPAL: Final = "Add service principal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Initiator:
    """Who made a change: a user with a name, or an application (``user_name`` is None).

    A service of Microsoft's own has neither an ``id`` nor an ``address``.
    """

    id: str | None
    display_name: str
    address: str | None
    user_name: str | None


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

    @classmethod
    def said(cls, name: str, value: object) -> "Property":
        """Encode a value that stands beside the change and is not one: there is no old one."""
        return cls(name=name, old=None, new=_encoded(value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What was changed, or what takes part in it; ``user_name`` where it is a user."""

    id: str
    name: str | None
    type: str
    properties: tuple[Property, ...] = ()
    user_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of one or more targets; ``category`` is the vendor's word inside the properties."""

    at: datetime
    id: str
    correlation: str
    tenant: str
    operation: str
    initiator: Initiator
    targets: tuple[Target, ...]
    user_agent: str
    category: str = "ApplicationManagement"
    service: str = "Core Directory"


def included(names: list[str]) -> Property:
    """Return the row that names the changed properties, which the vendor adds to each change."""
    return Property(name="Included Updated Properties", old=None, new=json.dumps(", ".join(names)))


def audit_record(change: Change) -> dict[str, Any]:
    """Write a change as an Azure diagnostic record."""
    record: dict[str, Any] = {
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
        "identity": change.initiator.display_name,
        "Level": 4,
        "properties": _properties(change),
    }
    # Entra: the key is absent where Microsoft's own service acted.
    if change.initiator.address is None:
        del record["callerIpAddress"]
    return record


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
        "category": change.category,
        "correlationId": change.correlation,
        "result": "success",
        "resultReason": "",
        "activityDisplayName": change.operation,
        "activityDateTime": offset_ticks(change.at),
        "loggedByService": change.service,
        "operationType": change.operation.split()[0],
        "userAgent": None,
        "initiatedBy": _initiated_by(change.initiator),
        "targetResources": [_target(target) for target in change.targets],
        "additionalDetails": [{"key": "User-Agent", "value": change.user_agent}] if change.user_agent else [],
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


def _target(target: Target) -> dict[str, Any]:
    plain = {
        "id": target.id,
        "displayName": target.name,
        "type": target.type,
        "modifiedProperties": [
            {"displayName": p.name, "oldValue": p.old, "newValue": p.new} for p in target.properties
        ],
        "administrativeUnits": [],
    }
    return {**plain, "userPrincipalName": target.user_name} if target.user_name else plain


def _encoded(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
