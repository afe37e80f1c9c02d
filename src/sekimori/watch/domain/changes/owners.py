"""Owners: whoever owns an application can give it credentials."""

from collections.abc import Iterator
from typing import Final

from sekimori.watch.domain.audit import Audit, Target
from sekimori.watch.domain.changes.change import Change
from sekimori.watch.domain.values import scalars

_OWNED: Final = ("Application.ObjectID", "ServicePrincipal.ObjectID")


class _Owner(Change, frozen=True, kw_only=True):
    owner: str | None
    owner_id: str | None
    owner_type: str
    of: str


class OwnerAdded(_Owner, frozen=True, kw_only=True, tag="owner_added"):
    """Somebody, or a service principal, owns the object; ``of`` is ``application`` or ``service_principal``."""


class OwnerRemoved(_Owner, frozen=True, kw_only=True, tag="owner_removed"):
    """Somebody no longer owns the object."""


def read(audit: Audit) -> Iterator[OwnerAdded | OwnerRemoved]:
    """Yield the owner that came or went, in whichever order the two targets stand."""
    match audit.operation:
        case "add owner to application":
            yield _owner(audit, OwnerAdded, "application")
        case "add owner to service principal":
            yield _owner(audit, OwnerAdded, "service_principal")
        case "remove owner from application":
            yield _owner(audit, OwnerRemoved, "application")
        case "remove owner from service principal":
            yield _owner(audit, OwnerRemoved, "service_principal")


def _owner(audit: Audit, kind: type[OwnerAdded | OwnerRemoved], of: str) -> OwnerAdded | OwnerRemoved:
    owner = owner_target(audit)
    return kind(
        owner=(owner.user_principal_name or owner.name) if owner else None,
        owner_id=owner.id if owner else None,
        owner_type=owner.type if owner else "",
        of=of,
    )


def owner_target(audit: Audit) -> Target | None:
    """Return the target that is the owner: a user, else one that is not the owned object itself."""
    owned = {
        value for name in _OWNED for prop in audit.find(name) for value in (*scalars(prop.new), *scalars(prop.old))
    }
    return audit.target("user") or next((target for target in audit.targets if target.id not in owned), None)
