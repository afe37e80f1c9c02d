"""Permissions that were granted or taken away: app roles, delegated grants, consents."""

import re
from collections.abc import Iterator
from typing import Final

from sekimori.watch.domain.audit import Audit, Property
from sekimori.watch.domain.changes.change import Change
from sekimori.watch.domain.permissions import permission_of, resource_name
from sekimori.watch.domain.tiers import Grant, Tier, tier_of
from sekimori.watch.domain.values import scalar


class _Granted(Change, frozen=True, kw_only=True):
    resource_id: str | None
    resource: str | None
    permission_id: str | None = None
    permission: str | None
    grant: Grant
    tier: Tier | None = None
    everyone: bool = False


class PermissionGranted(_Granted, frozen=True, kw_only=True, tag="permission_granted"):
    """The application has the permission from now on; ``everyone``: a delegated one, on behalf of every user."""


class PermissionRevoked(_Granted, frozen=True, kw_only=True, tag="permission_revoked"):
    """The application no longer has the permission."""


class ConsentGiven(Change, frozen=True, kw_only=True, tag="consent_given"):
    """Somebody consented to what an application asks for: an admin, or a user for his own data."""

    admin: bool
    everyone: bool
    scopes: tuple[str, ...] = ()
    tier: Tier | None = None


PROPERTIES: Final = ("DelegatedPermissionGrant.Scope",)
_ADDITIONS: Final = frozenset({"add delegated permission grant", "add oauth2permissiongrant"})
_GUID: Final = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_SCOPE: Final = re.compile(r"Scope:\s*([^,\]]*)")
_WORST: Final = tuple(Tier)
GrantChange = PermissionGranted | PermissionRevoked | ConsentGiven


def read(audit: Audit) -> Iterator[GrantChange]:
    """Yield what was granted or taken away; the operation's name says which."""
    match audit.operation:
        case "add app role assignment to service principal":
            yield from _app_roles(audit, PermissionGranted)
        case "remove app role assignment from service principal":
            yield from _app_roles(audit, PermissionRevoked)
        case "add delegated permission grant" | "update delegated permission grant" | "add oauth2permissiongrant":
            yield from _delegated(audit)
        case "remove delegated permission grant" | "remove oauth2permissiongrant":
            yield from _delegated_removed(audit)
        case "consent to application":
            yield _consent(audit)


def _app_roles(audit: Audit, kind: type[PermissionGranted | PermissionRevoked]) -> Iterator[GrantChange]:
    resource_id, resource = _resource(audit)
    role_id, name = _said(audit, "AppRole.Id"), _said(audit, "AppRole.Value")
    known = permission_of(resource_id, role_id, Grant.APPLICATION) if resource_id and role_id else None
    name = name or (known.name if known else None)
    yield kind(
        resource_id=resource_id,
        resource=resource,
        permission_id=role_id,
        permission=name,
        grant=Grant.APPLICATION,
        tier=tier_of(name, Grant.APPLICATION) if name else None,
    )


def _delegated(audit: Audit) -> Iterator[GrantChange]:
    scopes = tuple(audit.find(PROPERTIES[0]))
    if not scopes and audit.operation in _ADDITIONS:
        # Entra: some records say that there was a grant and not what of.
        yield _scope(audit, None, PermissionGranted)
    for prop in scopes:
        old, new = _words(prop.old), _words(prop.new)
        yield from (_scope(audit, word, PermissionGranted) for word in new if word not in old)
        yield from (_scope(audit, word, PermissionRevoked) for word in old if word not in new)


def _delegated_removed(audit: Audit) -> Iterator[GrantChange]:
    for prop in audit.find(PROPERTIES[0]):
        # Entra: a removal may carry the scopes as the new value, as if they had just been granted.
        yield from (_scope(audit, word, PermissionRevoked) for word in _words(prop.old) or _words(prop.new))


def _scope(audit: Audit, name: str | None, kind: type[PermissionGranted | PermissionRevoked]) -> GrantChange:
    resource_id, resource = _resource(audit)
    return kind(
        resource_id=resource_id,
        resource=resource,
        permission=name,
        grant=Grant.DELEGATED,
        tier=tier_of(name, Grant.DELEGATED) if name else None,
        everyone=(_said(audit, "DelegatedPermissionGrant.ConsentType") or "").casefold() == "allprincipals",
    )


def _consent(audit: Audit) -> ConsentGiven:
    text = _said(audit, "ConsentAction.Permissions") or ""
    # Entra: "[] => [[Id: …, ConsentType: AllPrincipals, Scope: User.Read, …]]; "; the left side was there before.
    before, _, after = text.rpartition("=>")
    held = _scopes(before)
    scopes = tuple(scope for scope in _scopes(after) if scope not in held)
    app_only = _is_true(audit, "ConsentContext.IsAppOnly")
    tiers = {tier_of(scope, Grant.APPLICATION if app_only else Grant.DELEGATED) for scope in scopes}
    return ConsentGiven(
        admin=_is_true(audit, "ConsentContext.IsAdminConsent"),
        everyone="allprincipals" in after.casefold() or _is_true(audit, "ConsentContext.OnBehalfOfAll"),
        scopes=scopes,
        tier=next((tier for tier in _WORST if tier in tiers), None),
    )


def _scopes(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for found in _SCOPE.findall(text) for word in found.split()))


def _words(value: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys((scalar(value) or "").split()))


def _resource(audit: Audit) -> tuple[str | None, str | None]:
    """Return the application id and the name of the resource that offers the permission."""
    # Entra: the resource is the target with the name; its ids are TargetId.ServicePrincipalNames.
    names = _said(audit, "TargetId.ServicePrincipalNames") or ""
    found = _GUID.search(names)
    resource_id = found[0].casefold() if found else None
    target = audit.target("serviceprincipal")
    name = resource_name(resource_id) if resource_id else None
    return resource_id, name or (target.name if target else None)


def _is_true(audit: Audit, name: str) -> bool:
    return (_said(audit, name) or "").casefold() == "true"


def _said(audit: Audit, name: str) -> str | None:
    return next((said for prop in audit.find(name) if (said := _either(prop))), None)


def _either(prop: Property) -> str | None:
    return scalar(prop.new) or scalar(prop.old)
