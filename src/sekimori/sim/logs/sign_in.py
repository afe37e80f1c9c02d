"""A service principal's sign-in, as ServicePrincipalSignInLogs has it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sekimori.sim.logs.envelope import location_of, offset_ticks, place_of, resource_id, ticks


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """An API that tokens are issued for."""

    name: str
    app_id: str
    address: str


RESOURCES: Final = (
    Resource(
        name="Microsoft Graph",
        app_id="00000003-0000-0000-c000-000000000000",
        address="https://graph.microsoft.com",
    ),
    Resource(
        name="Azure Key Vault",
        app_id="cfa8b339-82a2-471a-a3c9-0fc0be7a4093",
        address="https://vault.azure.net",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """One attempt to get an app-only token.

    ``error`` is 0 or the AADSTS number; ``credential_type`` is ``clientAssertion`` or ``clientSecret``.
    """

    at: datetime
    id: str
    correlation: str
    tenant: str
    app: str
    service_principal: str
    name: str
    address: str
    token_id: str
    key_id: str
    credential_type: str
    library: str
    resource: Resource
    resource_principal: str
    error: int = 0
    reason: str = ""
    federated: str = ""


def sign_in_record(event: SignIn) -> dict[str, Any]:
    """Write a sign-in as an Azure diagnostic record."""
    place = place_of(event.address)
    record: dict[str, Any] = {
        "time": ticks(event.at),
        "resourceId": resource_id(event.tenant),
        "operationName": "Sign-in activity",
        "operationVersion": "1.0",
        "category": "ServicePrincipalSignInLogs",
        "tenantId": event.tenant,
        "resultType": str(event.error),
        "resultSignature": "FAILURE" if event.error else "SUCCESS",
        "durationMs": 0,
        "callerIpAddress": event.address,
        "correlationId": event.correlation,
        "Level": 4,
        "properties": _properties(event),
    }
    # Entra: the key is absent, not null, where the address has no place.
    if place is not None:
        record["location"] = place.country
    if event.error:
        record["resultDescription"] = event.reason
    return record


def _properties(event: SignIn) -> dict[str, Any]:
    status: dict[str, Any] = {"errorCode": event.error}
    if event.error:
        status["failureReason"] = event.reason
    return {
        "id": event.id,
        "createdDateTime": offset_ticks(event.at),
        "userId": None,
        "appId": event.app,
        "ipAddress": event.address,
        "status": status,
        "location": location_of(place_of(event.address)),
        "correlationId": event.correlation,
        "conditionalAccessStatus": "notApplied",
        "isInteractive": False,
        "tokenIssuerType": "AzureAD",
        "authenticationProcessingDetails": [{"key": "Azure AD App Authentication Library", "value": event.library}],
        "clientCredentialType": event.credential_type,
        "processingTimeInMilliseconds": 0,
        **_RISK_DEFAULTS,
        "resourceDisplayName": event.resource.name,
        "resourceId": event.resource.app_id,
        "resourceServicePrincipalId": event.resource_principal,
        "servicePrincipalName": event.name,
        "servicePrincipalId": event.service_principal,
        "servicePrincipalCredentialKeyId": event.key_id,
        "flaggedForReview": False,
        "isTenantRestricted": False,
        "crossTenantAccessType": "none",
        "uniqueTokenIdentifier": event.token_id,
        "incomingTokenType": "none",
        "authenticationProtocol": "none",
        "appServicePrincipalId": None,
        "signInTokenProtectionStatus": "none",
        "originalTransferMethod": "none",
        "isThroughGlobalSecureAccess": False,
        "federatedCredentialId": event.federated,
    }


# Entra: "low" is what an unremarkable sign-in says, 39 of 43 measured records.
_RISK_DEFAULTS: Final = {
    "riskDetail": "none",
    "riskLevelAggregated": "low",
    "riskLevelDuringSignIn": "low",
    "riskState": "none",
}
