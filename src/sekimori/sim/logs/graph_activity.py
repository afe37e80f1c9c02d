"""A call to Microsoft Graph, as MicrosoftGraphActivityLogs has it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sekimori.sim.logs.envelope import ticks


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphCall:
    """One request that Graph answered.

    ``roles`` belong to an application, ``scopes`` to a user; ``user`` is None for an application.
    """

    at: datetime
    issued: datetime
    tenant: str
    request: str
    client_request: str
    version: str
    method: str
    uri: str
    status: int
    size: int
    duration_ms: int
    address: str
    user_agent: str
    app: str
    principal: str
    token_id: str
    client_auth: str
    roles: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    user: str | None = None


def graph_activity_record(call: GraphCall) -> dict[str, Any]:
    """Write a call as an Azure diagnostic record."""
    return {
        "time": ticks(call.at),
        # Entra: this category alone spells the resource in capitals.
        "resourceId": f"/TENANTS/{call.tenant.upper()}/PROVIDERS/MICROSOFT.AADIAM",
        "operationName": "Microsoft Graph Activity",
        "operationVersion": call.version,
        "category": "MicrosoftGraphActivityLogs",
        "resultSignature": str(call.status),
        # Entra: text here, a number in the properties.
        "durationMs": str(call.duration_ms),
        "callerIpAddress": call.address,
        "correlationId": call.request,
        # Entra: always this level, on a 500 too.
        "level": "Informational",
        "location": "Japan East",
        "properties": _properties(call),
        "tenantId": call.tenant,
    }


def _properties(call: GraphCall) -> dict[str, Any]:
    return {
        **_required_fields(call),
        "timeGenerated": ticks(call.at),
        "location": "Japan East",
        "requestId": call.request,
        "operationId": call.request,
        "clientRequestId": call.client_request,
        "apiVersion": call.version,
        "requestMethod": call.method,
        "responseStatusCode": call.status,
        "tenantId": call.tenant,
        "durationMs": call.duration_ms,
        "responseSizeBytes": call.size,
        "signInActivityId": call.token_id,
        "roles": " ".join(call.roles),
        "appId": call.app,
        "UserPrincipalObjectID": call.user or call.principal,
        "scopes": " ".join(call.scopes),
        "identityProvider": f"https://sts.windows.net/{call.tenant}/",
        "clientAuthMethod": call.client_auth,
        "wids": "0997a1d0-0d1d-4acb-b408-d5ca73121e90",
        "C_Idtyp": "user" if call.user else "app",
        "C_Iat": str(int(call.issued.timestamp())),
        "ipAddress": call.address,
        "userAgent": call.user_agent,
        "requestUri": call.uri,
        "atContentP": "",
        "atContentH": "",
        "C_Sid": "",
        "C_DeviceId": "",
        "tokenIssuedAt": ticks(call.issued),
        **({"userId": call.user} if call.user else {"servicePrincipalId": call.principal}),
    }


def _required_fields(call: GraphCall) -> dict[str, Any]:
    windows_ticks = int(call.at.astimezone(UTC).timestamp() * 10_000_000) + 621_355_968_000_000_000
    return {
        "__UDI_RequiredFields_TenantId": call.tenant,
        "__UDI_RequiredFields_UniqueId": call.request,
        "__UDI_RequiredFields_EventTime": windows_ticks,
        "__UDI_RequiredFields_RegionScope": "AS",
    }
