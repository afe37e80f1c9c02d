"""The tenant's own settings: policies, named locations, domains, trust in other tenants."""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from sekimori.watch.domain.audit import Audit
from sekimori.watch.domain.changes.change import Change


class Policy(StrEnum):
    """What kind of setting changed."""

    CONDITIONAL_ACCESS = "conditional_access"
    NAMED_LOCATION = "named_location"
    AUTHORIZATION = "authorization"
    CONSENT = "consent"
    AUTHENTICATION_METHODS = "authentication_methods"
    CROSS_TENANT_ACCESS = "cross_tenant_access"
    FEDERATION = "federation"
    DOMAIN = "domain"
    SECURITY_DEFAULTS = "security_defaults"
    APP_MANAGEMENT = "app_management"
    DIAGNOSTICS = "diagnostics"
    OTHER = "other"


class Action(StrEnum):
    """What was done to it."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


class PolicyChanged(Change, frozen=True, kw_only=True, tag="policy_changed"):
    """A setting of the whole tenant is another one now."""

    policy: Policy
    action: Action
    name: str | None = None


_POLICIES: Final = tuple(
    (re.compile(pattern), policy)
    for pattern, policy in (
        (r"\bconditional access policy", Policy.CONDITIONAL_ACCESS),
        (r"\bnamed location", Policy.NAMED_LOCATION),
        (r"\bauthorization policy", Policy.AUTHORIZATION),
        (r"\b(permission grant|consent)\b.*\bpolic(y|ies)", Policy.CONSENT),
        (
            r"\bauthentication methods? policy|\bauthentication strength|external authentication method",
            Policy.AUTHENTICATION_METHODS,
        ),
        (r"\bcross-tenant (access|identity sync)", Policy.CROSS_TENANT_ACCESS),
        (r"\bfederation settings on domain|\bdomain authentication|\bdirsyncenabled flag", Policy.FEDERATION),
        (
            r"^(add|remove|delete|update|verify) (un)?(verified )?domain|^(un)?verify (email verified )?domain",
            Policy.DOMAIN,
        ),
        (r"\bsecurity defaults", Policy.SECURITY_DEFAULTS),
        (r"\bapp(lication)? management polic(y|ies)", Policy.APP_MANAGEMENT),
        (r"\bdiagnostic settings?\b", Policy.DIAGNOSTICS),
        (r"^(add|update|delete|set) policy$", Policy.OTHER),
    )
)
_ACTIONS: Final = (
    (re.compile(r"^(add|create|verify)\b|\bcreate$"), Action.ADDED),
    (re.compile(r"^(delete|remove|disable)\b|\bdelete$"), Action.REMOVED),
)


def read(audit: Audit) -> Iterator[PolicyChanged]:
    """Yield the setting that the operation's name says it changed."""
    for pattern, policy in _POLICIES:
        if pattern.search(audit.operation) and _changes(audit.operation):
            name = next((target.name for target in audit.targets if target.name), None)
            yield PolicyChanged(policy=policy, action=_action(audit.operation), name=name)
            return


# Entra: "Authentication Methods Policy Update", "Authentication Strength Combination Configuration Create".
_VERB: Final = re.compile(
    r"^(add|create|update|delete|remove|set|disable|enable|reset|verify|migrate|restore)|\b(create|update|delete|reset)$"
)


def _changes(operation: str) -> bool:
    return _VERB.search(operation) is not None


def _action(operation: str) -> Action:
    return next((action for pattern, action in _ACTIONS if pattern.search(operation)), Action.CHANGED)
