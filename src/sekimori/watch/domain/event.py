"""The event: one typed value for a sign-in, an audited change, a Graph call and an entry of our own audit log."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from sekimori.watch.domain.audit import Audit, Outcome
from sekimori.watch.domain.changes.change import Change
from sekimori.watch.domain.parties import Actor, App
from sekimori.watch.domain.records import Record, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """A token that was asked for. ``error_code`` 0 is a success, None is not said."""

    error_code: int | None = None
    failure: str | None = None
    resource: str | None = None
    resource_id: str | None = None
    key_id: str | None = None
    thumbprint: str | None = None
    federated_credential_id: str | None = None
    credential_type: str | None = None
    token_id: str | None = None
    country: str | None = None
    city: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditChange:
    """An audited operation and what it changed; ``attempted`` holds what a failed one would have changed."""

    audit: Audit
    changes: tuple[Change, ...] = ()
    attempted: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphCall:
    """One request to Microsoft Graph; ``path`` is the URI without host, version, query and doubled slashes.

    ``size`` is of the answer, in bytes.
    """

    method: str | None = None
    uri: str | None = None
    path: str | None = None
    version: str | None = None
    user_agent: str | None = None
    size: int | None = None
    status: int | None = None
    request_id: str | None = None
    client_request_id: str | None = None
    token_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnEntry:
    """An entry of our own audit log, as the desk wrote it."""

    entry_id: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What the watch itself noticed, and the numbers that belong to it."""

    kind: str
    values: Record = field(default_factory=dict)


Detail: TypeAlias = SignIn | AuditChange | GraphCall | OwnEntry | Observation | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What one record says. Ids are lower case, the instant is UTC, the operation is as the vendor wrote it.

    ``id`` is the vendor's own id of the event; where there is none it is made of what the record says, so that the
    same record always has the same one.
    """

    id: str
    time: datetime | None
    category: str
    operation: str
    outcome: Outcome
    actor: Actor
    app: App
    source_ip: str | None
    tenant_id: str | None = None
    correlation_id: str | None = None
    detail: Detail = None
    source: Source | None = None
    record: Record = field(default_factory=dict, repr=False)

    @property
    def changes(self) -> tuple[Change, ...]:
        """What the operation changed; empty for anything but an audited change."""
        return self.detail.changes if isinstance(self.detail, AuditChange) else ()
