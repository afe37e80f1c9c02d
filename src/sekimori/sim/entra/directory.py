"""The tenant's directory: applications with their service principals, people, grants, settings."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from cryptography import x509

GRAPH_APP: Final = "00000003-0000-0000-c000-000000000000"
READ_BASIC_ROLE: Final = "8ba4a692-bc31-4128-9094-475872af8a53"
USER_READ_SCOPE: Final = "e1fe6dd8-ba31-4d61-89e7-88639da4683d"

HOME_ONLY: Final = "AzureADMyOrg"
"""``signInAudience`` of an application that only its own tenant's accounts may use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A certificate; its ``usage`` is to sign in as the application (Verify), or to sign SAML answers (Sign)."""

    id: str
    name: str
    certificate: x509.Certificate
    usage: str = "Verify"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientSecret:
    """A password that may sign in as the application, until it expires."""

    id: str
    name: str
    text: str
    expires: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FederatedCredential:
    """Whose tokens may sign in as the application; ``expression`` stands in for an exact subject."""

    id: str
    name: str
    issuer: str
    subject: str | None
    audiences: tuple[str, ...]
    expression: str | None = None


@dataclass(slots=True, kw_only=True)
class Principal:
    """What hangs on the service principal alone: an application's account in this tenant."""

    enabled: bool = True
    secrets: list[ClientSecret] = field(default_factory=list)
    keys: list[Key] = field(default_factory=list)
    owners: list[str] = field(default_factory=list)
    scopes: dict[str, frozenset[str]] = field(default_factory=dict)
    """Delegated scopes by whom they were granted for: a user's id, or ``everybody``."""


@dataclass(slots=True, kw_only=True)
class Application:
    """An app registration together with its service principal here.

    ``required`` is requiredResourceAccess as Graph's API spells it; ``roles`` are those an administrator granted.
    One whose registration is in another tenant has no ``object_id``.
    """

    app_id: str
    object_id: str
    name: str
    service_principal: str
    roles: tuple[str, ...] = ()
    keys: list[Key] = field(default_factory=list)
    secrets: list[ClientSecret] = field(default_factory=list)
    federated: list[FederatedCredential] = field(default_factory=list)
    required: list[dict[str, Any]] = field(default_factory=list)
    owners: list[str] = field(default_factory=list)
    redirects: list[str] = field(default_factory=list)
    audience: str = HOME_ONLY
    principal: Principal = field(default_factory=Principal)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A user of the tenant."""

    id: str
    user_name: str
    name: str


@dataclass(slots=True)
class Directory:
    """One tenant's applications, people, role assignments and settings.

    Attributes:
        deleted: applications that can be restored for thirty days.
        assignments: who holds which directory role, as pairs of ids.
        settings: what Graph's API keeps under a path.
    """

    tenant: str
    applications: list[Application]
    people: tuple[Person, ...] = ()
    deleted: list[Application] = field(default_factory=list)
    assignments: set[tuple[str, str]] = field(default_factory=set)
    settings: dict[str, dict[str, Any]] = field(default_factory=dict)

    def by_app_id(self, app_id: str) -> Application | None:
        """Find an application by its client id."""
        return next((app for app in self.applications if app.app_id == app_id.lower()), None)

    def by_object_id(self, object_id: str) -> Application | None:
        """Find an application by the object id of its registration."""
        return next((app for app in self.applications if app.object_id == object_id.lower()), None)

    def by_principal(self, principal: str) -> Application | None:
        """Find an application by its service principal."""
        return next((app for app in self.applications if app.service_principal == principal.lower()), None)

    def person(self, who: str) -> Person | None:
        """Find a user by id or user name."""
        return next((person for person in self.people if who.lower() in {person.id, person.user_name}), None)

    def policies(self, kind: str) -> Iterator[dict[str, Any]]:
        """Yield the settings of one kind: those whose path starts with it."""
        yield from (body for path, body in self.settings.items() if path.startswith(f"{kind}/"))

    def add(self, application: Application) -> None:
        """Register a further application."""
        self.applications.append(application)


def calendar_permissions() -> list[dict[str, Any]]:
    """Return what the bot's registration asks for: one application role and one delegated scope of Graph."""
    access = [{"id": USER_READ_SCOPE, "type": "Scope"}, {"id": READ_BASIC_ROLE, "type": "Role"}]
    return [{"resourceAppId": GRAPH_APP, "resourceAccess": access}]
