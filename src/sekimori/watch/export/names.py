"""Which events carry a typed change, named as the log writes them: what another system can ask for in its place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

# Entra: the en dash and the space at the end are the vendor's.
_CREDENTIAL_EVENTS: Final = (
    "Update application – Certificates and secrets management ",
    "Create application – Certificates and secrets management ",
    "Add service principal credentials",
    "Update application",
    "Update service principal",
    "Add application",
    "Add service principal",
)
_APPLICATION: Final = ("Update application", "Add application")
_EITHER: Final = ("Update application", "Update service principal", "Add application", "Add service principal")


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """The events of one kind of change.

    Attributes:
        change: what is certain of a change that such an event tells, beginning with its ``kind``.
        operations: the names, byte for byte.
        properties: modified properties of which the event has one; none where the name says it all.
    """

    change: Mapping[str, str]
    operations: tuple[str, ...]
    properties: tuple[str, ...] = field(default=())


def _named(kind: str, *operations: str, properties: tuple[str, ...] = (), **more: str) -> Named:
    change = MappingProxyType({"kind": kind, **more})
    return Named(change=change, operations=operations, properties=properties)


def _policy(policy: str, action: str, *operations: str) -> Named:
    return _named("policy_changed", *operations, policy=policy, action=action)


_ROLES: Final = (
    "Add member to role",
    "Add eligible member to role",
    "Add scoped member to role",
    "Add member to role outside of PIM (permanent)",
    "Add member to role completed (PIM activation)",
    "Add member to role in PIM completed (permanent)",
    "Add member to role in PIM completed (timebound)",
    "Add eligible member to role in PIM completed (permanent)",
    "Add eligible member to role in PIM completed (timebound)",
)

NAMES: Final[tuple[Named, ...]] = (
    _named("application_added", "Add application"),
    _named("application_deleted", "Delete application"),
    _named("application_erased", "Hard Delete application", "Hard delete application"),
    _named("application_restored", "Restore application"),
    _named("service_principal_added", "Add service principal"),
    _named("service_principal_deleted", "Remove service principal", "Delete service principal"),
    _named("service_principal_erased", "Hard Delete service principal", "Hard delete service principal"),
    _named("service_principal_restored", "Restore service principal"),
    _named("credential_added", *_CREDENTIAL_EVENTS, properties=("KeyDescription",)),
    _named("federated_credential_added", *_EITHER, properties=("FederatedIdentityCredentials",)),
    _named("federated_credential_changed", *_EITHER, properties=("FederatedIdentityCredentials",)),
    _named("permission_requested", *_APPLICATION, properties=("RequiredResourceAccess",)),
    _named("permission_granted", "Add app role assignment to service principal", grant="application"),
    _named("permission_granted", "Add delegated permission grant", "Add OAuth2PermissionGrant", grant="delegated"),
    _named("consent_given", "Consent to application"),
    _named("owner_added", "Add owner to application", of="application"),
    _named("owner_added", "Add owner to service principal", of="service_principal"),
    _named("redirect_uri_added", *_EITHER, properties=("AppAddress",)),
    _named("audience_widened", *_APPLICATION, properties=("AvailableToOtherTenants", "SignInAudience")),
    _named("service_principal_disabled", "Update service principal", "Disable account", properties=("AccountEnabled",)),
    _named("service_principal_enabled", "Update service principal", "Enable account", properties=("AccountEnabled",)),
    _named("role_member_added", *_ROLES),
    _policy("conditional_access", "added", "Add conditional access policy"),
    _policy("conditional_access", "changed", "Update conditional access policy"),
    _policy("conditional_access", "removed", "Delete conditional access policy"),
    _policy("named_location", "added", "Add named location"),
    _policy("named_location", "changed", "Update named location"),
    _policy("named_location", "removed", "Delete named location"),
    _policy("authorization", "changed", "Update authorization policy"),
    _policy("consent", "added", "Add permission grant policy", "Create permission grant policy"),
    _policy("consent", "changed", "Update permission grant policy"),
    _policy("consent", "removed", "Delete permission grant policy"),
    _policy(
        "authentication_methods",
        "changed",
        "Update authentication methods policy",
        "Authentication Methods Policy Update",
    ),
    _policy(
        "authentication_methods",
        "removed",
        "Authentication Methods Policy Reset",
        "Reset authentication methods policy",
    ),
    _policy("cross_tenant_access", "added", "Add a partner to cross-tenant access setting"),
    _policy(
        "cross_tenant_access",
        "changed",
        "Update a partner cross-tenant access setting",
        "Update the default cross-tenant access setting",
        "Update the company default cross-tenant access setting",
        "Reset the cross-tenant access default setting",
    ),
    _policy("cross_tenant_access", "removed", "Delete partner specific cross-tenant access setting"),
    _policy("federation", "changed", "Set federation settings on domain", "Set domain authentication"),
    _policy("domain", "added", "Add unverified domain", "Add verified domain", "Verify domain"),
    _policy("domain", "changed", "Update domain"),
    _policy("domain", "removed", "Remove unverified domain", "Remove verified domain"),
    _policy("security_defaults", "removed", "Disable security defaults"),
    _policy("security_defaults", "changed", "Update security defaults", "Enable security defaults"),
    _policy("app_management", "added", "Add app management policy", "Create application management policy"),
    _policy("app_management", "changed", "Update app management policy", "Update application management policy"),
    _policy("app_management", "removed", "Delete app management policy", "Delete application management policy"),
)
"""Every kind of change that a shipped rule asks for."""
