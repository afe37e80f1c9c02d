"""Directory roles: who became an administrator."""

import re
from collections.abc import Iterator
from typing import Final

from sekimori.watch.domain.audit import Audit, Target
from sekimori.watch.domain.changes.change import Change
from sekimori.watch.domain.values import scalar


class _Membership(Change, frozen=True, kw_only=True):
    role: str | None
    role_id: str | None
    member: str | None
    member_id: str | None
    member_type: str
    eligible: bool = False
    privileged: bool = False


class RoleMemberAdded(_Membership, frozen=True, kw_only=True, tag="role_member_added"):
    """Somebody holds a directory role, or may take it up (``eligible``); ``member_type`` as in :class:`Target`.

    ``privileged`` marks the roles that lead to every other.
    """


class RoleMemberRemoved(_Membership, frozen=True, kw_only=True, tag="role_member_removed"):
    """Somebody no longer holds a directory role."""


# Entra: "Add member to role", "Add eligible member to role", "Add member to role in PIM completed (permanent)",
# "Add member to role outside of PIM (permanent)"; what was only asked for is not done yet.
_ADDED: Final = re.compile(r"add (?P<kind>eligible |scoped )?member to role\b(?P<rest>.*)")
_REMOVED: Final = re.compile(r"remove (?P<kind>eligible |scoped )?member from role\b(?P<rest>.*)")
_NOT_DONE: Final = re.compile(r"request|cancel|denied|denial|approval|approve|expired|failed")
_PRIVILEGED: Final = frozenset(
    {
        "global administrator",
        "company administrator",
        "privileged role administrator",
        "privileged authentication administrator",
        "application administrator",
        "cloud application administrator",
        "hybrid identity administrator",
        "partner tier2 support",
        "authentication administrator",
        "user administrator",
        "intune administrator",
        "exchange administrator",
        "sharepoint administrator",
        "security administrator",
        "conditional access administrator",
        "domain name administrator",
        "directory synchronization accounts",
    }
)


def read(audit: Audit) -> Iterator[RoleMemberAdded | RoleMemberRemoved]:
    """Yield who came to a role or left it."""
    for pattern, kind in ((_ADDED, RoleMemberAdded), (_REMOVED, RoleMemberRemoved)):
        found = pattern.fullmatch(audit.operation)
        if found and not _NOT_DONE.search(found["rest"]):
            yield _membership(audit, kind, eligible=(found["kind"] or "").strip() == "eligible")


def _membership(
    audit: Audit, kind: type[RoleMemberAdded | RoleMemberRemoved], *, eligible: bool
) -> RoleMemberAdded | RoleMemberRemoved:
    role_target, member = audit.target("role"), _member(audit)
    role = _said(audit, "Role.DisplayName") or (role_target.name if role_target else None)
    return kind(
        role=role,
        role_id=_said(audit, "Role.TemplateId") or (role_target.id if role_target else None),
        member=(member.user_principal_name or member.name) if member else None,
        member_id=member.id if member else None,
        member_type=member.type if member else "",
        eligible=eligible,
        privileged=(role or "").casefold() in _PRIVILEGED,
    )


def _member(audit: Audit) -> Target | None:
    return audit.target("user", "serviceprincipal", "group")


def _said(audit: Audit, name: str) -> str | None:
    return next((said for prop in audit.find(name) if (said := scalar(prop.new) or scalar(prop.old))), None)
