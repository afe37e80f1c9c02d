"""What we add to a record before rules see it: the typed changes, which no vendor writes."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import msgspec

from sekimori.watch.domain.audit import Audit, Outcome
from sekimori.watch.domain.changes import PROPERTIES, as_plain, attempted_changes
from sekimori.watch.domain.event import AuditChange, Event
from sekimori.watch.domain.first_party import is_first_party, is_first_party_app, is_platform
from sekimori.watch.domain.names import normalised_name
from sekimori.watch.domain.parties import Actor, App
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


class DerivedChanges:
    """Works out the changes for the engine that asks the rules."""

    def enriched(self, record: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a canonical record as rules see it."""
        return enriched(read_event(record)) if record.get("category") == AUDIT else record

    def changes(self, line: bytes) -> Sequence[Any] | None:
        """Return the empty list where a line surely tells of no change, None where it must be read in full."""
        try:
            properties = _LINE.decode(line).properties
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None
        names = (prop.displayName for target in properties.targetResources for prop in target.modifiedProperties)
        said = may_change(properties.activityDisplayName) or any(name.casefold() in PROPERTIES for name in names)
        return None if said else ()


@lru_cache(maxsize=4096)
def may_change(operation: str) -> bool:
    """Say whether an operation changes something by itself, whatever its modified properties are."""
    name = normalised_name(operation)
    return bool(attempted_changes(Audit(operation=name, outcome=Outcome.UNKNOWN, targets=(), details={})))


class _Property(msgspec.Struct):
    displayName: str = ""  # noqa: N815 - the vendor's key


class _Target(msgspec.Struct):
    modifiedProperties: list[_Property] = []  # noqa: N815


class _Properties(msgspec.Struct):
    activityDisplayName: str  # noqa: N815
    targetResources: list[_Target] = []  # noqa: N815


class _Line(msgspec.Struct):
    properties: _Properties


_LINE: Final = msgspec.json.Decoder(_Line)
