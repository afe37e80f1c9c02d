"""The tenant's directory: applications with four kinds of credentials and permissions, and service principals."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from cryptography import x509

GRAPH_APP: Final = "00000003-0000-0000-c000-000000000000"
READ_BASIC_ROLE: Final = "8ba4a692-bc31-4128-9094-475872af8a53"
USER_READ_SCOPE: Final = "e1fe6dd8-ba31-4d61-89e7-88639da4683d"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A certificate that may sign in as the application."""

    id: str
    name: str
    certificate: x509.Certificate


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientSecret:
    """A password that may sign in as the application, until it expires."""

    id: str
    name: str
    text: str
    expires: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FederatedCredential:
    """Whose tokens may sign in as the application."""

    id: str
    name: str
    issuer: str
    subject: str
    audiences: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class Application:
    """An app registration together with its service principal here.

    ``required`` is requiredResourceAccess as Graph's API spells it; ``roles`` are those an administrator granted.
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


class Directory:
    """One tenant's applications."""

    def __init__(self, tenant: str, applications: list[Application]) -> None:
        self.tenant = tenant
        self._applications = applications

    def by_app_id(self, app_id: str) -> Application | None:
        """Find an application by its client id."""
        return next((app for app in self._applications if app.app_id == app_id.lower()), None)

    def by_object_id(self, object_id: str) -> Application | None:
        """Find an application by the object id of its registration."""
        return next((app for app in self._applications if app.object_id == object_id.lower()), None)

    def add(self, application: Application) -> None:
        """Register a further application."""
        self._applications.append(application)


def calendar_permissions() -> list[dict[str, Any]]:
    """Return what the bot's registration asks for: one application role and one delegated scope of Graph."""
    access = [{"id": USER_READ_SCOPE, "type": "Scope"}, {"id": READ_BASIC_ROLE, "type": "Role"}]
    return [{"resourceAppId": GRAPH_APP, "resourceAccess": access}]
