"""What we add to a record before rules see it: fields that no vendor writes."""

from typing import Any, Final

from sekimori.watch.domain.changes import as_plain
from sekimori.watch.domain.event import AuditChange, Event
from sekimori.watch.domain.first_party import is_first_party, is_first_party_app, is_platform

FIELDS: Final = ("changes", "initiator", "app")
"""The fields that are ours; a rule may read them like any other."""


def enriched(event: Event) -> dict[str, Any]:
    """Return a record as rules see it.

    ``changes`` is a list of plain objects, each with its ``kind``; ``initiator`` says who started an audited operation
    (``kind``, ``first_party``, ``platform``); ``app`` which application it is about (``app_id``, ``first_party``).
    """
    if not isinstance(event.detail, AuditChange):
        return dict(event.record)
    return {
        **event.record,
        "changes": [as_plain(change) for change in event.changes],
        "initiator": {
            "kind": event.actor.kind.value,
            "app_id": event.actor.app_id,
            "first_party": is_first_party(event.actor),
            "platform": is_platform(event.actor),
        },
        "app": {"app_id": event.app.app_id, "first_party": is_first_party_app(event.app.app_id)},
    }
