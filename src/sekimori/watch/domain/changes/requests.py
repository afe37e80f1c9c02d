"""Permissions that an application asks for: the RequiredResourceAccess property."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sekimori.watch.domain.audit import Audit
from sekimori.watch.domain.changes.change import Change
from sekimori.watch.domain.permissions import permission_of, resource_name
from sekimori.watch.domain.records import first_text, folded, mappings, text
from sekimori.watch.domain.tiers import Grant, Tier
from sekimori.watch.domain.values import items


class _Asked(Change, frozen=True, kw_only=True):
    resource_id: str | None = None
    resource: str | None = None
    permission_id: str | None = None
    permission: str | None = None
    grant: Grant | None = None
    tier: Tier | None = None


class PermissionRequested(_Asked, frozen=True, kw_only=True, tag="permission_requested"):
    """A permission on the application's list that was not there before; nobody need have consented yet.

    ``permission`` is its name, None for an id that is not in our table; ``grant`` says application or delegated.
    ``unreadable``: the list was changed to a value that cannot be read; ``visible_ids`` are the ids that it shows all
    the same, permissions and resources alike.
    """

    unreadable: bool = False
    visible_ids: tuple[str, ...] = ()


class PermissionRequestRemoved(_Asked, frozen=True, kw_only=True, tag="permission_request_removed"):
    """A permission that is off the application's list; a grant given before stays."""


PROPERTIES: Final = ("RequiredResourceAccess",)
_Key = tuple[str, str, Grant]
_GUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def read(audit: Audit) -> Iterator[PermissionRequested | PermissionRequestRemoved]:
    """Yield what came on the list and what went off it.

    The same id can stand on the list twice, as application and as delegated permission: both count. A value that cannot
    be read counts as a request if it is not what stood there before; what went off a list is known of readable ones.
    """
    for prop in audit.find(PROPERTIES[0]):
        old, new = dict.fromkeys(_asked(prop.old)), dict.fromkeys(_asked(prop.new))
        yield from (PermissionRequested(**_described(key)) for key in new if key not in old)
        unread = _unread(prop.new)
        if unread - _unread(prop.old):
            yield PermissionRequested(unreadable=True, visible_ids=_visible(unread, prop.old))
        elif not unread:
            yield from (PermissionRequestRemoved(**_described(key)) for key in old if key not in new)


def _unread(value: object) -> frozenset[str]:
    """Return what a value holds besides resources and their permissions, as text."""
    return frozenset(str(item).casefold() for item in items(value) if not _is_readable(item))


def _is_readable(item: object) -> bool:
    if not isinstance(item, Mapping):
        return False
    permissions = _permissions(folded(item))
    held = items(permissions)
    return permissions is not None and len(held) == sum(_id_of(each) is not None for each in mappings(held))


def _visible(unread: frozenset[str], old: object) -> tuple[str, ...]:
    before = str(old).casefold()
    found = dict.fromkeys(each for text in sorted(unread) for each in _GUID.findall(text))
    return tuple(each for each in found if each not in before)


def _asked(value: object) -> Iterator[_Key]:
    for item in items(value):
        if not isinstance(item, Mapping):
            continue
        resource = folded(item)
        resource_id = (text(resource.get("resourceappid")) or "").casefold()
        for raw in mappings(_permissions(resource)):
            permission_id = _id_of(raw)
            if permission_id:
                yield resource_id, permission_id.casefold(), _grant(folded(raw))


def _permissions(resource: Mapping[str, Any]) -> object:
    return resource.get("requiredapppermissions") or resource.get(
        "resourceaccess", resource.get("requiredapppermissions")
    )


def _id_of(permission: Mapping[str, Any]) -> str | None:
    said = folded(permission)
    return first_text(said.get("entitlementid"), said.get("id"))


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
