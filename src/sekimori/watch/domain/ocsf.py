"""A finding as an OCSF Detection Finding (class 2004), version 1.5.0 of the schema."""

from datetime import datetime, tzinfo
from typing import Any, Final

from sekimori import __version__
from sekimori.watch.domain.changes import as_plain
from sekimori.watch.domain.event import Event
from sekimori.watch.domain.explanation import summarise
from sekimori.watch.domain.finding import Finding
from sekimori.watch.domain.language import Language
from sekimori.watch.domain.level import Level
from sekimori.watch.domain.parties import ActorKind

SCHEMA: Final = "1.5.0"
_CLASS: Final = 2004
_CREATE: Final = 1
_SEVERITIES: Final = {
    Level.INFORMATIONAL: (1, "Informational"),
    Level.LOW: (2, "Low"),
    Level.MEDIUM: (3, "Medium"),
    Level.HIGH: (4, "High"),
    Level.CRITICAL: (5, "Critical"),
}
_USER_TYPES: Final = {ActorKind.USER: (1, "User"), ActorKind.APP: (3, "System"), ActorKind.UNKNOWN: (0, "Unknown")}


def finding_as_ocsf(finding: Finding, language: Language, zone: tzinfo) -> dict[str, Any]:
    """Return a finding as plain values of the schema; ``time`` is 0 where the record does not say when."""
    severity_id, severity = _SEVERITIES[finding.level]
    summary = summarise(finding, language, zone)
    return _said(
        {
            "activity_id": _CREATE,
            "activity_name": "Create",
            "category_uid": _CLASS // 1000,
            "category_name": "Findings",
            "class_uid": _CLASS,
            "class_name": "Detection Finding",
            "type_uid": _CLASS * 100 + _CREATE,
            "type_name": "Detection Finding: Create",
            "time": _milliseconds(finding.event.time) or 0,
            "severity_id": severity_id,
            "severity": severity,
            "status_id": 1,
            "status": "New",
            "message": summary,
            "metadata": _metadata(finding),
            "finding_info": _info(finding, language, summary),
            "evidences": [_evidence(finding.event)],
            "resources": [_resource(finding)],
            "unmapped": {"changes": [as_plain(change) for change in finding.event.changes]},
        }
    )


def _metadata(finding: Finding) -> dict[str, Any]:
    product = {"name": "Sekimori", "vendor_name": "Sekimori", "version": __version__}
    event = finding.event
    return _said(
        {
            "version": SCHEMA,
            "product": product,
            "uid": finding.fingerprint,
            "correlation_uid": event.correlation_id,
            "log_name": event.category,
            "original_time": event.time.isoformat() if event.time else None,
        }
    )


def _info(finding: Finding, language: Language, summary: str) -> dict[str, Any]:
    rule = finding.rule
    when = _milliseconds(finding.event.time)
    return _said(
        {
            "uid": finding.fingerprint,
            "title": rule.title_in(language),
            "desc": summary,
            "created_time": when,
            "first_seen_time": when,
            "last_seen_time": when,
            "analytic": {"uid": rule.id, "name": rule.title, "type_id": 1, "type": "Rule"},
            "attacks": [_attack(technique) for technique in finding.techniques],
            "data_sources": [finding.event.category],
        }
    )


def _attack(technique: str) -> dict[str, Any]:
    main, dot, _ = technique.partition(".")
    attack: dict[str, Any] = {"technique": {"uid": main}}
    return attack | ({"sub_technique": {"uid": technique}} if dot else {})


def _evidence(event: Event) -> dict[str, Any]:
    type_id, kind = _USER_TYPES[event.actor.kind]
    user = _said({"name": event.actor.name, "uid": event.actor.id, "type_id": type_id, "type": kind})
    return _said(
        {
            "actor": {"user": user} if event.actor.name or event.actor.id else None,
            "src_endpoint": {"ip": event.source_ip} if event.source_ip else None,
            "api": {"operation": event.operation.strip()} if event.operation.strip() else None,
            "data": {"event_id": event.id, "category": event.category},
        }
    )


def _resource(finding: Finding) -> dict[str, Any]:
    app = finding.event.app
    uid = app.app_id or app.service_principal_id or app.object_id
    said = _said({"uid": uid, "name": app.name, "type": "Application"})
    return said if uid or app.name else {"uid": finding.event.tenant_id or "unknown", "type": "Tenant"}


def _milliseconds(time: datetime | None) -> int | None:
    return int(time.timestamp() * 1000) if time else None


def _said(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
