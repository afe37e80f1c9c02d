"""Permissions that an application asks for: the RequiredResourceAccess property."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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
        old, new = _asked(prop.old), _asked(prop.new)
        yield from (PermissionRequested(**_described(key)) for key in new.keys if key not in old.keys)
        if new.unread - old.unread:
            yield PermissionRequested(unreadable=True, visible_ids=_visible(new.unread, prop.old))
        elif not new.unread:
            yield from (PermissionRequestRemoved(**_described(key)) for key in old.keys if key not in new.keys)


@dataclass(frozen=True, slots=True)
class _List:
    """What a value asks for, in its order, and what it holds besides resources and their permissions, as text."""

    keys: Mapping[_Key, None]
    unread: frozenset[str]


def _asked(value: object) -> _List:
    keys: dict[_Key, None] = {}
    unread = []
    for item in items(value):
        is_read = isinstance(item, Mapping) and _read_into(keys, folded(item))
        if not is_read:
            unread.append(str(item).casefold())
    return _List(keys, frozenset(unread))


def _read_into(keys: dict[_Key, None], resource: Mapping[str, Any]) -> bool:
    """Add the permissions of a resource to the keys; say whether all of what stands there could be read."""
    permissions = _permissions(resource)
    resource_id = (text(resource.get("resourceappid")) or "").casefold()
    read = 0
    for raw in mappings(permissions):
        permission = folded(raw)
        if permission_id := first_text(permission.get("entitlementid"), permission.get("id")):
            keys[resource_id, permission_id.casefold(), _grant(permission)] = None
            read += 1
    return permissions is not None and read == len(items(permissions))


def _visible(unread: frozenset[str], old: object) -> tuple[str, ...]:
    before = str(old).casefold()
    found = dict.fromkeys(each for text in sorted(unread) for each in _GUID.findall(text))
    return tuple(each for each in found if each not in before)


def _permissions(resource: Mapping[str, Any]) -> object:
    return resource.get("requiredapppermissions") or resource.get(
        "resourceaccess", resource.get("requiredapppermissions")
    )


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
