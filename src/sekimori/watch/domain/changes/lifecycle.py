"""Applications and service principals that come, go and come back: told by the operation itself."""

from collections.abc import Iterator, Mapping
from typing import Final

from sekimori.watch.domain.audit import Audit
from sekimori.watch.domain.changes.change import Change


class ApplicationAdded(Change, frozen=True, kw_only=True, tag="application_added"):
    """An application was registered."""


class ApplicationDeleted(Change, frozen=True, kw_only=True, tag="application_deleted"):
    """An application was deleted; for thirty days it can be restored."""


class ApplicationRestored(Change, frozen=True, kw_only=True, tag="application_restored"):
    """A deleted application is back, with its credentials and permissions."""


class ApplicationErased(Change, frozen=True, kw_only=True, tag="application_erased"):
    """A deleted application was erased for good."""


class ServicePrincipalAdded(Change, frozen=True, kw_only=True, tag="service_principal_added"):
    """A service principal was made: the account of an application in this tenant."""


class ServicePrincipalDeleted(Change, frozen=True, kw_only=True, tag="service_principal_deleted"):
    """A service principal was deleted: its application can no longer sign in here."""


class ServicePrincipalRestored(Change, frozen=True, kw_only=True, tag="service_principal_restored"):
    """A deleted service principal is back, with its credentials and grants."""


class ServicePrincipalErased(Change, frozen=True, kw_only=True, tag="service_principal_erased"):
    """A deleted service principal was erased for good."""


_OPERATIONS: Final[Mapping[str, type[Change]]] = {
    "add application": ApplicationAdded,
    "delete application": ApplicationDeleted,
    "restore application": ApplicationRestored,
    "hard delete application": ApplicationErased,
    "add service principal": ServicePrincipalAdded,
    "remove service principal": ServicePrincipalDeleted,
    "delete service principal": ServicePrincipalDeleted,
    "restore service principal": ServicePrincipalRestored,
    "hard delete service principal": ServicePrincipalErased,
}


def read(audit: Audit) -> Iterator[Change]:
    """Yield what happened to the object as a whole."""
    if kind := _OPERATIONS.get(audit.operation):
        yield kind()
