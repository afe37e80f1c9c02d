"""A finding as JSON: one flat object, the same for every front end."""

from datetime import tzinfo
from typing import Any

from sekimori.watch.domain.changes import as_plain
from sekimori.watch.domain.explanation import summarise
from sekimori.watch.domain.finding import Finding
from sekimori.watch.domain.language import Language


def finding_as_plain(finding: Finding, language: Language, zone: tzinfo) -> dict[str, Any]:
    """Return a finding as plain values; a field that is not known is None, an instant is ISO 8601 in UTC."""
    event, source = finding.event, finding.event.source
    return {
        "rule": finding.rule.title_in(language),
        "rule_id": finding.rule.id,
        "level": finding.level.value,
        "techniques": list(finding.techniques),
        "time": event.time.isoformat().replace("+00:00", "Z") if event.time else None,
        "summary": summarise(finding, language, zone),
        "app_id": event.app.app_id or (finding.profile.app_id if finding.profile else None),
        "service_principal_id": event.app.service_principal_id,
        "actor": event.actor.name,
        "source_ip": event.source_ip,
        "changes": [as_plain(change) for change in event.changes],
        "event": {"id": event.id, "operation": event.operation, "category": event.category},
        "source": {"path": source.path, "line": source.line} if source else None,
        "fingerprint": finding.fingerprint,
    }
