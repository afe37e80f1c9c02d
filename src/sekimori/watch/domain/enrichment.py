"""What we add to a record before rules see it: the typed changes, which no vendor writes."""

from collections.abc import Mapping
from typing import Any, Final

from sekimori.watch.domain.changes import as_plain
from sekimori.watch.domain.event import AuditChange, Event
from sekimori.watch.domain.first_party import is_first_party, is_first_party_app, is_platform
from sekimori.watch.domain.reading import AUDIT, read_event

FIELD: Final = "changes"
"""The one field that is ours; a rule may read it like any other."""


def enriched(event: Event) -> dict[str, Any]:
    """Return a record as rules see it: its own fields, and ``changes`` where it is an audited operation.

    Each change has its ``kind`` and what :func:`as_plain` says, and besides: ``initiator`` (user, app, unknown),
    ``first_party_initiator`` and ``platform_initiator`` (Microsoft's own service acted), ``first_party_app``.
    """
    if not isinstance(event.detail, AuditChange):
        return dict(event.record)
    around = {
        "initiator": event.actor.kind.value,
        "first_party_initiator": is_first_party(event.actor),
        "platform_initiator": is_platform(event.actor),
        "first_party_app": is_first_party_app(event.app.app_id),
    }
    return {**event.record, FIELD: [as_plain(change) | around for change in event.changes]}


def enrich(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a canonical record as rules see it."""
    return enriched(read_event(record)) if record.get("category") == AUDIT else record
