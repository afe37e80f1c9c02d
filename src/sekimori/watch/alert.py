"""An alert: a finding in words, ready to be told, and able to wait in a store until it is."""

import hashlib
from collections.abc import Mapping
from datetime import tzinfo
from pathlib import Path
from typing import Any

import msgspec

from sekimori.watch.domain.changes import as_plain
from sekimori.watch.domain.event import GraphCall
from sekimori.watch.domain.explanation import recount
from sekimori.watch.domain.finding import Finding
from sekimori.watch.domain.language import Language
from sekimori.watch.domain.level import Level
from sekimori.watch.domain.records import Source
from sekimori.watch.domain.report import finding_as_plain
from sekimori.watch.domain.shown import app_label, path_shown, shown


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """One finding in words.

    Attributes:
        summary: who did what to which application, from where, and what it enables.
        questions: the rule's runbook, what to check first.
        time: when it happened, ISO 8601 in UTC, where the record says so.
        also: further rules that fired on the same event, for which this alert speaks.
        place: where the record stood, ``path:line``; below the manifest's folder the path starts from there.
        app_key: the best id of the application, ``app:…``, ``principal:…`` or ``object:…``.
        actor: the best name of whoever acted.
        correlation: the vendor's id of the deed that the event is a part of.
        changes: what was changed, one line a typed change.
        likeness: the same for two events that made the same changes; None where nothing was changed.
        detail: the same for two events that tell a person the same: these changes, or this call or sign-in of this
            actor from this address.
        expected: it is a change that the manifest announced: recorded, and told to nobody.
        finding: the finding as ``sekimori scan --format json`` prints it.
    """

    fingerprint: str
    rule: str
    level: Level
    title: str
    summary: str
    techniques: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    app: str | None = None
    event: str | None = None
    time: str | None = None
    place: str | None = None
    also: tuple[str, ...] = ()
    app_key: str | None = None
    actor: str | None = None
    source_ip: str | None = None
    correlation: str | None = None
    changes: tuple[str, ...] = ()
    likeness: str | None = None
    detail: str = ""
    expected: bool = False
    finding: dict[str, Any] = {}


def alert_of(finding: Finding, language: Language, zone: tzinfo, folder: Path | None = None) -> Alert:
    """Put a finding into words of one language; ``folder`` is the manifest's."""
    event, rule = finding.event, finding.rule
    place = _place(event.source, folder) if event.source else None
    changes = [as_plain(change) for change in event.changes]
    return Alert(
        fingerprint=finding.fingerprint,
        rule=rule.id,
        level=finding.level,
        title=rule.title_in(language),
        summary=recount(finding, language, zone),
        techniques=finding.techniques,
        also=tuple(each.rule.id for each in finding.also),
        questions=rule.guidance.runbook.get(language, ()),
        app=app_label(event.app),
        event=event.id,
        time=event.time.isoformat() if event.time else None,
        place=f"{place}:{event.source.line}" if event.source else None,
        app_key=_app_key(finding),
        actor=_cleaned(event.actor.id or event.actor.name),
        source_ip=_cleaned(event.source_ip),
        correlation=_cleaned(event.correlation_id),
        changes=tuple(_change_line(change) for change in changes),
        likeness=_likeness(changes) if changes else None,
        detail=_likeness(changes or [_circumstances(finding)]),
        expected=finding.window is not None,
        finding=_plain(finding, language, zone, place),
    )


def _plain(finding: Finding, language: Language, zone: tzinfo, place: str | None) -> dict[str, Any]:
    plain = finding_as_plain(finding, language, zone)
    source = plain["source"]
    return plain | {"source": {**source, "path": place} if source else None}


def _app_key(finding: Finding) -> str | None:
    app, profile = finding.event.app, finding.profile
    if app_id := app.app_id or (profile.app_id if profile else None):
        return f"app:{shown(app_id)}"
    if app.service_principal_id:
        return f"principal:{shown(app.service_principal_id)}"
    return f"object:{shown(app.object_id)}" if app.object_id else None


def _cleaned(value: str | None) -> str | None:
    """Take out what no database keeps as text."""
    return shown(value) if value else None


def _change_line(change: Mapping[str, Any]) -> str:
    """Write a change as ``kind: name=value, …``; what is not known is left out."""
    said = ", ".join(f"{name}={_value(value)}" for name, value in change.items() if name != "kind" and value)
    return f"{change['kind']}: {said}" if said else str(change["kind"])


def _value(value: object) -> str:
    return shown(" ".join(map(str, value)) if isinstance(value, list) else str(value))


def _circumstances(finding: Finding) -> dict[str, Any]:
    event = finding.event
    call = event.detail if isinstance(event.detail, GraphCall) else None
    what = f"{call.method} {path_shown(call.path or '')}" if call else event.operation.strip()
    return {"who": event.actor.id or event.actor.name, "from": event.source_ip, "what": what, "why": finding.reason}


def _likeness(changes: list[dict[str, Any]]) -> str:
    told = sorted(msgspec.json.encode(change, order="deterministic") for change in changes)
    return hashlib.sha256(b"\n".join(told)).hexdigest()[:32]


def _place(source: Source, folder: Path | None) -> str:
    path = Path(source.path)
    return str(path.relative_to(folder)) if folder is not None and path.is_relative_to(folder) else str(path)
