"""An alert as an OCSF Detection Finding (class 2004), version 1.5.0 of the schema: what the finding sink writes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sekimori import __version__
from sekimori.watch.alert import Alert
from sekimori.watch.bundle import Bundle
from sekimori.watch.domain.level import Level
from sekimori.watch.domain.ocsf import SCHEMA
from sekimori.watch.domain.standing import Standing

_CLASS: Final = 2004
_SEVERITIES: Final = {level: (level.rank + 1, level.value.capitalize()) for level in Level}
_STATUSES: Final[Mapping[Standing, tuple[int, str]]] = {
    Standing.NEW: (1, "New"),
    Standing.ACKNOWLEDGED: (2, "In Progress"),
    Standing.EXPECTED: (3, "Suppressed"),
    Standing.FALSE_POSITIVE: (3, "Suppressed"),
}


def bundle_as_ocsf(bundle: Bundle, last: str | None) -> dict[str, Any]:
    """Return an alert as plain values of the schema; ``time`` is 0 where no record says when.

    ``last`` names the revision that the reader has already; None where the alert is new to him.
    """
    severity_id, severity = _SEVERITIES[bundle.level]
    status_id, status = _STATUSES[bundle.standing]
    activity_id, activity = (1, "Create") if last is None else (2, "Update")
    return _said(
        {
            "activity_id": activity_id,
            "activity_name": activity,
            "category_uid": _CLASS // 1000,
            "category_name": "Findings",
            "class_uid": _CLASS,
            "class_name": "Detection Finding",
            "type_uid": _CLASS * 100 + activity_id,
            "type_name": f"Detection Finding: {activity}",
            "time": _milliseconds(bundle.last) or 0,
            "count": bundle.count,
            "severity_id": severity_id,
            "severity": severity,
            "status_id": status_id,
            "status": status,
            "status_detail": bundle.standing.value,
            "comment": bundle.decision.why if bundle.decision else None,
            "message": bundle.lead.summary,
            "metadata": _metadata(bundle),
            "finding_info": _info(bundle),
            "evidences": [_evidence(part) for part in bundle.parts],
            "resources": [_resource(bundle.lead)],
            "unmapped": {
                "revision": bundle.revision,
                "questions": list(bundle.lead.questions),
                "changes": [list(part.changes) for part in bundle.parts],
            },
        }
    )


def _metadata(bundle: Bundle) -> dict[str, Any]:
    return _said(
        {
            "version": SCHEMA,
            "product": {"name": "Sekimori", "vendor_name": "Sekimori", "version": __version__},
            "uid": f"{bundle.id}.{bundle.revision}",
            "correlation_uid": bundle.lead.correlation,
        }
    )


def _info(bundle: Bundle) -> dict[str, Any]:
    lead = bundle.lead
    return _said(
        {
            "uid": bundle.id,
            "title": lead.title,
            "desc": lead.summary,
            "created_time": _milliseconds(bundle.first),
            "first_seen_time": _milliseconds(bundle.first),
            "last_seen_time": _milliseconds(bundle.last),
            "analytic": {"uid": lead.rule, "name": lead.title, "type_id": 1, "type": "Rule"},
            "attacks": [_attack(technique) for technique in bundle.techniques],
            "related_events": [{"uid": part.event or part.fingerprint} for part in bundle.parts],
        }
    )


def _attack(technique: str) -> dict[str, Any]:
    main, dot, _ = technique.partition(".")
    attack: dict[str, Any] = {"technique": {"uid": main}}
    return attack | ({"sub_technique": {"uid": technique}} if dot else {})


def _evidence(part: Alert) -> dict[str, Any]:
    event = part.finding.get("event") or {}
    actor = part.finding.get("actor") or part.actor
    operation = str(event.get("operation") or "").strip()
    data = _said({"event_id": part.event, "rule": part.rule, "category": event.get("category"), "place": part.place})
    return _said(
        {
            "actor": {"user": {"name": actor, "type_id": 0, "type": "Unknown"}} if actor else None,
            "src_endpoint": {"ip": part.source_ip} if part.source_ip else None,
            "api": {"operation": operation} if operation else None,
            "data": data,
        }
    )


def _resource(lead: Alert) -> dict[str, Any]:
    uid = lead.app_key.partition(":")[2] if lead.app_key else None
    if uid or lead.app:
        return _said({"uid": uid, "name": lead.app, "type": "Application"})
    return {"uid": "unknown", "type": "Tenant"}


def _milliseconds(text: str | None) -> int | None:
    return int(datetime.fromisoformat(text).timestamp() * 1000) if text else None


def _said(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
