"""What we add to a record before rules see it: the typed changes, which no vendor writes."""

from functools import lru_cache
from typing import Any, Final

from sekimori.watch.domain.audit import Audit, Outcome
from sekimori.watch.domain.changes import as_plain, attempted_changes
from sekimori.watch.domain.event import AuditChange, Event
from sekimori.watch.domain.first_party import is_first_party, is_first_party_app, is_platform
from sekimori.watch.domain.names import normalised_name
from sekimori.watch.domain.parties import Actor, App

FIELD: Final = "changes"
"""The one field that is ours; a rule may read it like any other."""


def enriched(event: Event) -> dict[str, Any]:
    """Return a record as rules see it: its own fields, and ``changes`` where it is an audited operation.

    Each change has its ``kind`` and what :func:`as_plain` says, and besides: ``initiator`` (user, app, unknown),
    ``first_party_initiator`` and ``platform_initiator`` (Microsoft's own service acted), ``first_party_app``.
    """
    if not isinstance(event.detail, AuditChange):
        return dict(event.record)
    besides = around(event.actor, event.app)
    return {**event.record, FIELD: [as_plain(change) | besides for change in event.changes]}


def around(actor: Actor, app: App) -> dict[str, Any]:
    """Return what is around a change: who made it, and to whose application."""
    return {
        "initiator": actor.kind.value,
        "first_party_initiator": is_first_party(actor),
        "platform_initiator": is_platform(actor),
        "first_party_app": is_first_party_app(app.app_id),
    }


@lru_cache(maxsize=4096)
def may_change(operation: str) -> bool:
    """Say whether an operation changes something by itself, whatever its modified properties are."""
    name = normalised_name(operation)
    return bool(attempted_changes(Audit(operation=name, outcome=Outcome.UNKNOWN, targets=(), details={})))
