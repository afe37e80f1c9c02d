"""Typed changes: what an audited operation really changed, old and new compared as sets."""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from sekimori.watch.domain.audit import Audit
from sekimori.watch.domain.changes import (
    credentials,
    federated,
    grants,
    lifecycle,
    owners,
    policies,
    reach,
    redirects,
    requests,
    roles,
)
from sekimori.watch.domain.changes.change import Change

_FAMILIES: Final = (
    lifecycle,
    credentials,
    federated,
    grants,
    requests,
    owners,
    redirects,
    reach,
    roles,
    policies,
)

PROPERTIES: Final = frozenset(
    name.casefold()
    for family in (credentials, federated, grants, requests, redirects, reach)
    for name in family.PROPERTIES
)
"""Modified properties that may tell of a change under any operation, case-folded."""


def attempted_changes(audit: Audit) -> tuple[Change, ...]:
    """Return what an operation changed or, had it not failed, would have changed."""
    return tuple(dict.fromkeys(change for family in _FAMILIES for change in _read(family, audit)))


def as_plain(change: Change) -> dict[str, Any]:
    """Return a change as rules and JSON see it: ``{"kind": "credential_added", "credential": "secret", …}``."""
    plain: dict[str, Any] = msgspec.to_builtins(change)
    return {name: list(value) if isinstance(value, tuple) else value for name, value in plain.items()}


def _read(family: Any, audit: Audit) -> Iterator[Change]:
    found: Iterator[Change] = family.read(audit)
    return found
