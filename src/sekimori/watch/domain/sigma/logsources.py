"""Takes a rule's log source to the categories of canonical records that it reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

SIGN_INS: Final = frozenset(
    {
        "SignInLogs",
        "NonInteractiveUserSignInLogs",
        "ServicePrincipalSignInLogs",
        "ManagedIdentitySignInLogs",
        "ADFSSignInLogs",
        "MicrosoftServicePrincipalSignInLogs",
    }
)
AUDIT: Final = frozenset({"AuditLogs"})
GRAPH: Final = frozenset({"MicrosoftGraphActivityLogs"})
RISK: Final = frozenset({"UserRiskEvents", "RiskyUsers", "ServicePrincipalRiskEvents", "RiskyServicePrincipals"})
ACTIVITY: Final = frozenset(
    {"Administrative", "Security", "ServiceHealth", "Alert", "Recommendation", "Policy", "Autoscale", "ResourceHealth"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSource:
    """What a rule says it reads."""

    product: str | None = None
    category: str | None = None
    service: str | None = None

    def __str__(self) -> str:
        return "/".join(part for part in (self.product, self.category, self.service) if part)


def _plain(name: str | None) -> str:
    return "".join(c for c in (name or "").casefold() if c.isalnum()).removeprefix("azure").removeprefix("aad")


_BY_SERVICE: Final[Mapping[str, frozenset[str]]] = {
    "auditlogs": AUDIT,
    "auditlog": AUDIT,
    "audit": AUDIT,
    "directoryaudit": AUDIT,
    "pim": AUDIT | RISK,
    "signinlogs": SIGN_INS,
    "signin": SIGN_INS,
    "signins": SIGN_INS,
    **{category.casefold(): frozenset({category}) for category in SIGN_INS if category != "SignInLogs"},
    "activitylogs": ACTIVITY,
    "activity": ACTIVITY,
    "riskdetection": RISK,
    "identityprotection": RISK,
    "microsoftgraphactivitylogs": GRAPH,
    "graphactivity": GRAPH,
    "graphactivitylogs": GRAPH,
}
PRODUCTS: Final = frozenset({"azure", "entra", "entraid", "azuread", "aad", "m365", "microsoft365", "o365"})


def categories(source: LogSource) -> frozenset[str] | None:
    """Return the categories a rule reads; None for any, an empty set where no log here is meant."""
    product = "".join(c for c in (source.product or "").casefold() if c.isalnum())
    if product and product not in PRODUCTS:
        return frozenset()
    for name in (source.service, source.category):
        if name:
            return _BY_SERVICE.get(_plain(name), frozenset())
    return None
