"""Typed changes: what an audited operation really changed, old and new compared as sets."""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from sekimori.watch.domain.audit import Audit, Outcome
from sekimori.watch.domain.changes import credentials, federated, lifecycle, requests
from sekimori.watch.domain.changes.change import Change

_FAMILIES: Final = (lifecycle, credentials, federated, requests)


def changes_of(audit: Audit) -> tuple[Change, ...]:
    """Return what an operation changed; one that failed changed nothing."""
    if audit.outcome is Outcome.FAILURE:
        return ()
    return attempted_changes(audit)


def attempted_changes(audit: Audit) -> tuple[Change, ...]:
    """Return what an operation changed or would have changed, had it succeeded."""
    return tuple(dict.fromkeys(change for family in _FAMILIES for change in _read(family, audit)))


def as_plain(change: Change) -> dict[str, Any]:
    """Return a change as rules and JSON see it: ``{"kind": "credential_added", "credential": "secret", …}``."""
    plain: dict[str, Any] = msgspec.to_builtins(change)
    return plain


def _read(family: Any, audit: Audit) -> Iterator[Change]:
    found: Iterator[Change] = family.read(audit)
    return found
