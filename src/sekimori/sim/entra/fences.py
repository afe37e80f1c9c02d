"""What an administrator has set up around the bot, as the manifest's own scripts would: policies, logs, an auditor.

The policies stand in Graph's own shape: they are shown to whoever may read them, and do not stop anybody. The stories
begin where Conditional Access was not in the way; one that needs it sets up a policy of the simulator's kind.
"""

from typing import Any, Final

from sekimori.sim import world
from sekimori.sim.certificates import Issued
from sekimori.sim.entra.directory import Application, Key
from sekimori.sim.entra.tenant_settings import CONDITIONAL_ACCESS, NAMED_LOCATIONS
from sekimori.sim.ids import IdSource

DIAGNOSTICS: Final = "/providers/microsoft.aadiam/diagnosticSettings"
AUDITOR_APP: Final = "3a4b5c6d-7e8f-4091-a2b3-c4d5e6f70819"
AUDITOR_PRINCIPAL: Final = "4b5c6d7e-8f90-41a2-b3c4-d5e6f7081920"
READS: Final = (
    "Application.Read.All",
    "Directory.Read.All",  # the least that shows delegated grants
    "Policy.Read.All",
    "RoleManagement.Read.Exchange",
    "AuditLog.Read.All",
)
_EGRESS: Final = "5c6d7e8f-90a1-42b3-84d5-e6f708192031"
_CATEGORIES: Final = (
    "AuditLogs",
    "ServicePrincipalSignInLogs",
    "ManagedIdentitySignInLogs",
    "MicrosoftGraphActivityLogs",
    "SignInLogs",
    "RiskyServicePrincipals",
    "ServicePrincipalRiskEvents",
)


def fences(egress: str) -> dict[str, dict[str, Any]]:
    """Return the settings, by the path under which the API keeps them."""
    place = {"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": f"{egress}/32"}
    location = {"@odata.type": "#microsoft.graph.ipNamedLocation", "displayName": "egress", "ipRanges": [place]}
    return {
        f"{NAMED_LOCATIONS}/{_EGRESS}": location,
        f"{CONDITIONAL_ACCESS}/bot": _blocking("only from its egress", {"locations": _but(_EGRESS)}),
        f"{CONDITIONAL_ACCESS}/risk": _blocking("not at risk", {"servicePrincipalRiskLevels": ["medium", "high"]}),
        f"{DIAGNOSTICS}/sekimori": {"logs": [{"category": each, "enabled": True} for each in _CATEGORIES]},
    }


def auditor(credential: Issued, ids: IdSource) -> Application:
    """Return the registration that reads and changes nothing."""
    return Application(
        app_id=AUDITOR_APP,
        object_id="",
        name="auditor",
        service_principal=AUDITOR_PRINCIPAL,
        roles=READS,
        keys=[Key(id=ids.guid(), name="CN=auditor", certificate=credential.certificate)],
    )


def _blocking(name: str, conditions: dict[str, Any]) -> dict[str, Any]:
    clients = {"includeServicePrincipals": [world.SERVICE_PRINCIPAL], "excludeServicePrincipals": []}
    return {
        "displayName": name,
        "state": "enabled",
        "conditions": {
            "clientApplications": clients,
            "applications": {"includeApplications": ["All"]},
            **conditions,
        },
        "grantControls": {"operator": "and", "builtInControls": ["block"]},
    }


def _but(location: str) -> dict[str, list[str]]:
    return {"includeLocations": ["All"], "excludeLocations": [location]}
