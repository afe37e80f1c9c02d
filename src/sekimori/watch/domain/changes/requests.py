"""Permissions that an application asks for: the RequiredResourceAccess property."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sekimori.watch.domain.audit import Audit
from sekimori.watch.domain.changes.change import Change
from sekimori.watch.domain.permissions import permission_of, resource_name
from sekimori.watch.domain.records import first_text, folded, mappings, text
from sekimori.watch.domain.tiers import Grant, Tier
from sekimori.watch.domain.values import items


class _Asked(Change, frozen=True, kw_only=True):
    resource_id: str
    resource: str | None
    permission_id: str
    permission: str | None
    grant: Grant
    tier: Tier | None = None


class PermissionRequested(_Asked, frozen=True, kw_only=True, tag="permission_requested"):
    """A permission on the application's list that was not there before; nobody need have consented yet.

    ``permission`` is its name, None for an id that is not in our table; ``grant`` says application or delegated.
    """


class PermissionRequestRemoved(_Asked, frozen=True, kw_only=True, tag="permission_request_removed"):
    """A permission that is off the application's list; a grant given before stays."""


PROPERTIES: Final = ("RequiredResourceAccess",)
_Key = tuple[str, str, Grant]


def read(audit: Audit) -> Iterator[PermissionRequested | PermissionRequestRemoved]:
    """Yield what came on the list and what went off it.

    The same id can stand on the list twice, as application and as delegated permission: both count.
    """
    for prop in audit.find(PROPERTIES[0]):
        old, new = dict.fromkeys(_asked(prop.old)), dict.fromkeys(_asked(prop.new))
        yield from (PermissionRequested(**_described(key)) for key in new if key not in old)
        yield from (PermissionRequestRemoved(**_described(key)) for key in old if key not in new)


def _asked(value: object) -> Iterator[_Key]:
    for item in items(value):
        if not isinstance(item, Mapping):
            continue
        resource = folded(item)
        resource_id = (text(resource.get("resourceappid")) or "").casefold()
        for raw in mappings(resource.get("requiredapppermissions") or resource.get("resourceaccess")):
            permission = folded(raw)
            permission_id = first_text(permission.get("entitlementid"), permission.get("id"))
            if permission_id:
                yield resource_id, permission_id.casefold(), _grant(permission)


def _grant(permission: Mapping[str, Any]) -> Grant:
    # Entra: DirectAccessGrant true is application, false is delegated; Graph writes type Role or Scope.
    kind = permission.get("type")
    if isinstance(kind, str):
        return Grant.APPLICATION if kind.casefold() == "role" else Grant.DELEGATED
    direct = permission.get("directaccessgrant")
    return Grant.APPLICATION if str(direct).casefold() == "true" else Grant.DELEGATED


def _described(key: _Key) -> dict[str, Any]:
    resource_id, permission_id, grant = key
    known = permission_of(resource_id, permission_id, grant)
    return {
        "resource_id": resource_id,
        "resource": resource_name(resource_id),
        "permission_id": permission_id,
        "permission": known.name if known else None,
        "grant": grant,
        "tier": known.tier if known else None,
    }
