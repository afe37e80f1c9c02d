"""Takes a rule's log source to the categories of canonical records that it reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sekimori.watch.domain.sigma.partial import leaves_of
from sekimori.watch.domain.sigma.tree import Atom, Tree
from sekimori.watch.domain.sigma.values import Name

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
    {
        "Write",
        "Delete",
        "Action",
        "Administrative",
        "Security",
        "ServiceHealth",
        "Alert",
        "Recommendation",
        "Policy",
        "Autoscale",
        "ResourceHealth",
    }
)
OBSERVED: Final = frozenset({"SekimoriWatch"})
"""What the watch itself notices."""

CATEGORIES: Final = SIGN_INS | AUDIT | GRAPH | RISK | ACTIVITY | OBSERVED


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSource:
    """What a rule says it reads."""

    product: str | None = None
    category: str | None = None
    service: str | None = None

    def covers(self, other: "LogSource") -> bool:
        """Say whether every part that is named here is the same there."""
        parts = ((self.product, other.product), (self.category, other.category), (self.service, other.service))
        return all(mine is None or mine == theirs for mine, theirs in parts)

    def __str__(self) -> str:
        return "/".join(part for part in (self.product, self.category, self.service) if part)


def _plain(name: str | None) -> str:
    return "".join(c for c in (name or "").casefold() if c.isalnum())


def _service(name: str) -> str:
    plain = _plain(name)
    for maker in ("azuread", "azure", "aad", "entraid", "entra"):
        plain = plain.removeprefix(maker) or plain
    return plain


_BY_SERVICE: Final[Mapping[str, frozenset[str]]] = {
    **dict.fromkeys(("auditlogs", "auditlog", "audit", "directoryaudit", "directoryaudits", "usermanagement"), AUDIT),
    **dict.fromkeys(("pim", "privilegedidentitymanagement", "rolemanagementalerts"), AUDIT | RISK),
    **dict.fromkeys(("signinlogs", "signinlog", "signin", "signins"), SIGN_INS),
    **{category.casefold(): frozenset({category}) for category in SIGN_INS if category != "SignInLogs"},
    **dict.fromkeys(("activitylogs", "activitylog", "activity", "administrative"), ACTIVITY),
    **dict.fromkeys(("riskdetection", "riskdetections", "identityprotection"), RISK),
    **{category.casefold(): frozenset({category}) for category in RISK},
    **dict.fromkeys(("microsoftgraphactivitylogs", "graphactivitylogs", "graphactivity", "graph", "msgraph"), GRAPH),
    **dict.fromkeys(("id", "directory", "activedirectory", "ad", "active", "identity"), AUDIT | SIGN_INS | RISK),
    **dict.fromkeys(("entra", "entraid", "azuread", "aad"), AUDIT | SIGN_INS | RISK),
}
OURS: Final = "sekimori"
PRODUCTS: Final = frozenset({"azure", "entra", "entraid", "azuread", "aad", "m365", "microsoft365", "o365"})


def categories(source: LogSource) -> frozenset[str] | None:
    """Return the categories a rule reads; None for any, an empty set where no log here is meant."""
    if source.product and _plain(source.product) == OURS:
        return OBSERVED
    if source.product and _plain(source.product) not in PRODUCTS:
        return frozenset()
    named = [_BY_SERVICE.get(_service(name)) for name in (source.service, source.category) if name]
    if not named:
        return None
    return next((found for found in named if found is not None), frozenset())


def audited(tree: Tree) -> str | None:
    """Return an operation of the directory that a rule asks for, if it asks for no other kind.

    Azure's own operations are written `provider/type/action`. Public rules about the directory were long filed under
    the activity log.
    """
    names = {
        leaf.test.text
        for leaf in leaves_of(tree)
        if isinstance(leaf, Atom) and leaf.path == ("operationName",) and isinstance(leaf.test, Name)
    }
    return min(names, default=None) if not any("/" in name for name in names) else None
