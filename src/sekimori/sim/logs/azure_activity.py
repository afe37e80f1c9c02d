"""An operation of the Azure resource manager, as the activity log has it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sekimori.sim.logs.envelope import ticks

CATEGORY: Final = "Administrative"


@dataclass(frozen=True, slots=True, kw_only=True)
class Administered:
    """One operation on one resource; ``operation`` is the action in capitals."""

    at: datetime
    id: str
    correlation: str
    tenant: str
    resource: str
    operation: str
    address: str
    user: str
    user_name: str
    app: str


def activity_record(done: Administered) -> dict[str, Any]:
    """Write an operation as an Azure diagnostic record."""
    claims = {
        "appid": done.app,
        "ipaddr": done.address,
        "http://schemas.microsoft.com/identity/claims/objectidentifier": done.user,
        "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn": done.user_name,
    }
    return {
        "time": ticks(done.at),
        "resourceId": done.resource.upper(),
        "operationName": done.operation,
        "category": CATEGORY,
        "resultType": "Success",
        "resultSignature": "Succeeded.OK",
        "durationMs": "120",
        "callerIpAddress": done.address,
        "correlationId": done.correlation,
        "identity": {"authorization": {"scope": done.resource, "action": done.operation}, "claims": claims},
        "level": "Information",
        "tenantId": done.tenant,
        "properties": {
            "id": done.id,
            "eventCategory": CATEGORY,
            "caller": done.user_name,
            "hierarchy": done.tenant,
        },
    }
