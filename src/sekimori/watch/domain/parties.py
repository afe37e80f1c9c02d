"""Who did something and to which application, read from a canonical record."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sekimori.watch.domain.audit import Audit, Target
from sekimori.watch.domain.records import Record, first_text, folded, mapping, text
from sekimori.watch.domain.values import scalars


class ActorKind(StrEnum):
    """What kind of identity acted."""

    USER = "user"
    APP = "app"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Whoever acted: a user by principal name, an application by display name; ``id`` is the directory object's."""

    kind: ActorKind = ActorKind.UNKNOWN
    name: str | None = None
    id: str | None = None
    app_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """The application an event is about: its four different ids may be known or not."""

    app_id: str | None = None
    service_principal_id: str | None = None
    object_id: str | None = None
    name: str | None = None


# Entra: the object that is changed is the last of the targets in a role grant, and told by its properties.
_APP_ID_PROPERTIES: Final = (
    "ServicePrincipal.AppId",
    "Application.AppId",
    "AppId",
    "AppPrincipalId",
    "TargetId.ServicePrincipalNames",
    "ServicePrincipalName",
)
# Entra: in a grant the other names belong to the resource that offers the permission.
_GRANTED_TO: Final = ("ServicePrincipal.AppId",)
_GRANT: Final = re.compile(r"app role assignment|delegated permission grant|oauth2permissiongrant")
_OWNERSHIP: Final = re.compile(r"owner (to|from) application")
_GUID_LENGTH: Final = 36


def audit_actor(record: Record) -> Actor:
    """Return who started an audited operation; the record may name a user, an application, both as null, or nobody."""
    initiated = folded(mapping(mapping(record.get("properties")).get("initiatedBy")))
    user, app = folded(mapping(initiated.get("user"))), folded(mapping(initiated.get("app")))
    if name := first_text(user.get("userprincipalname"), user.get("displayname"), user.get("id")):
        return Actor(kind=ActorKind.USER, name=name, id=_lower(user.get("id")))
    if name := first_text(app.get("displayname"), app.get("appid"), app.get("serviceprincipalid")):
        return Actor(
            kind=ActorKind.APP,
            name=name,
            id=_lower(app.get("serviceprincipalid")),
            app_id=_lower(app.get("appid")),
        )
    return Actor(name=text(record.get("identity")))


def audit_app(audit: Audit) -> App:
    """Return the application an audited operation is about."""
    application = audit.target("application")
    # An owner may be a service principal; it is not what is owned.
    principal = None if _OWNERSHIP.search(audit.operation) else _principal(audit)
    named = principal or application
    return App(
        app_id=_app_id(audit),
        service_principal_id=_lower(_property(audit, "ServicePrincipal.ObjectID") or (principal and principal.id)),
        object_id=_lower(_property(audit, "Application.ObjectID") or (application and application.id)),
        name=_app_name(audit, named),
    )


def signed_in_app(properties: Mapping[str, Any]) -> App:
    """Return the application of a sign-in or a Graph call."""
    return App(
        app_id=_lower(properties.get("appId")),
        service_principal_id=_lower(properties.get("servicePrincipalId")),
        name=first_text(
            *map(properties.get, ("servicePrincipalName", "appDisplayName", "servicePrincipalDisplayName"))
        ),
    )


def signed_in_actor(properties: Mapping[str, Any]) -> Actor:
    """Return who signed in or called: a user where one is named, else the application itself."""
    name = first_text(properties.get("userPrincipalName"), properties.get("userDisplayName"), properties.get("userId"))
    if name:
        return Actor(kind=ActorKind.USER, name=name, id=_lower(properties.get("userId")))
    app = signed_in_app(properties)
    return Actor(
        kind=ActorKind.APP if app.app_id or app.service_principal_id else ActorKind.UNKNOWN,
        name=app.name or app.app_id or app.service_principal_id,
        id=app.service_principal_id,
        app_id=app.app_id,
    )


# Azure: the activity log names the caller by address or object id, and says all else in claims of two spellings.
_UPN_CLAIMS: Final = ("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn", "upn")
_OBJECT_CLAIMS: Final = ("http://schemas.microsoft.com/identity/claims/objectidentifier", "oid")


def activity_actor(record: Record) -> Actor:
    """Return who did something in Azure's activity log: a user by principal name, an application by its id."""
    claims = mapping(mapping(record.get("identity")).get("claims"))
    caller = text(mapping(record.get("properties")).get("caller"))
    name = first_text(*(claims.get(claim) for claim in _UPN_CLAIMS), caller)
    object_id = _lower(first_text(*(claims.get(claim) for claim in _OBJECT_CLAIMS)))
    if name and "@" in name:
        return Actor(kind=ActorKind.USER, name=name, id=object_id)
    app_id = _lower(claims.get("appid"))
    kind = ActorKind.APP if app_id or name else ActorKind.UNKNOWN
    return Actor(kind=kind, name=app_id or name, id=object_id or _lower(name), app_id=app_id)


def _principal(audit: Audit) -> Target | None:
    # Entra: "Add app role assignment to service principal" puts the resource first and the receiver second.
    principals = [target for target in audit.targets if target.type == "serviceprincipal"]
    if len(principals) > 1 and (wanted := _property(audit, "ServicePrincipal.ObjectID")):
        return next((target for target in principals if _lower(target.id) == wanted.casefold()), principals[-1])
    return principals[0] if principals else None


def _app_id(audit: Audit) -> str | None:
    grant = _GRANT.search(audit.operation) is not None
    for name in _GRANTED_TO if grant else _APP_ID_PROPERTIES:
        for prop in audit.find(name):
            for value in (*scalars(prop.new), *scalars(prop.old)):
                found = next((part for part in value.split(";") if len(part) == _GUID_LENGTH), None)
                if found:
                    return found.casefold()
    # Entra: this is the first target's id, and the first target of a grant is the resource.
    return None if grant else _lower(audit.details.get("appid"))


def _app_name(audit: Audit, target: Target | None) -> str | None:
    said = _property(audit, "ServicePrincipal.DisplayName") or _property(audit, "Application.DisplayName")
    return said or (target.name if target else None)


def _property(audit: Audit, name: str) -> str | None:
    values = (value for prop in audit.find(name) for value in (*scalars(prop.new), *scalars(prop.old)))
    return next(values, None)


def _lower(value: object) -> str | None:
    said = text(value)
    return said.casefold() if said else None
