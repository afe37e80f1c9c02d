"""One threat of the report: its half page, with the evidence."""

from typing import Any

from sekimori.risk.evidence import EvidenceLine, evidence_lines, excerpt
from sekimori.risk.proof import ProvenTechnique
from sekimori.risk.register.model import Control, Rating, Threat
from sekimori.risk.report.assessment import Assessment, band_of
from sekimori.risk.report.words import words
from sekimori.watch.domain import attack
from sekimori.watch.domain.explanation import explain
from sekimori.watch.domain.language import Language


def threat_page(assessment: Assessment, threat: Threat, number: int, language: Language) -> dict[str, Any]:
    """Return everything that is said of one threat."""
    said = words(language)
    controls = {control.id: control for control in assessment.register.controls}
    return {
        "number": number,
        "id": threat.id,
        "title": threat.title.in_(language),
        "techniques": [
            {"id": each, "name": attack.name_of(each), "url": attack.table()[each].url} for each in threat.techniques
        ],
        "story": threat.story.in_(language),
        "preventive": [_control(assessment, controls[each], language) for each in threat.prevented_by],
        "detective": sorted(
            (_rule(assessment, rule, language) for rule in threat.detected_by.rules), key=lambda rule: rule["state"]
        ),
        "means": [said[means.value] for means in threat.detected_by.means],
        "before": _rating(threat.before, language),
        "after": _rating(threat.after, language),
        "blind_spots": [each.in_(language) for each in threat.blind_spots],
        "owner": threat.owner.in_(language),
        "review": f"{threat.review:%Y-%m-%d}",
        "evidence": _evidence(assessment, threat, language),
    }


def _control(assessment: Assessment, control: Control, language: Language) -> dict[str, Any]:
    title, how = control.title.in_(language), control.how.in_(language)
    return {"title": title, "how": how, "check": control.check, "checked": _checked(assessment, control, language)}


def _checked(assessment: Assessment, control: Control, language: Language) -> str | None:
    """Say how the doctor found a control; None where no check is on it."""
    if control.check is None:
        return None
    said, checked = words(language), assessment.checked
    state = checked.state_of(control.check) if checked else None
    if checked is None:
        return said["check_never"]
    return said[f"check_{state or 'absent'}"].format(day=f"{checked.checked_at.astimezone(assessment.zone):%Y-%m-%d}")


def _rule(assessment: Assessment, rule: str, language: Language) -> dict[str, Any]:
    known = assessment.rules[rule]
    return {
        "id": rule,
        "title": known.title_in(language),
        "level": known.level.value,
        "state": assessment.state_of(rule).value,
    }


def _rating(rating: Rating, language: Language) -> dict[str, Any]:
    return {
        "likelihood": rating.likelihood,
        "impact": rating.impact,
        "score": rating.score,
        "band": band_of(rating.score).value,
        "why": rating.why.in_(language),
    }


def _evidence(assessment: Assessment, threat: Threat, language: Language) -> dict[str, Any] | None:
    found = assessment.evidence_for(threat)
    if found is None:
        return None
    act, event = found.act, found.event
    return {
        "act": act.id,
        "operation": event.operation.strip() if event else "",
        "sentence": explain(event, language, assessment.zone) if event else "",
        "rules": list(found.rules),
        "seconds": _seconds(act, found.rules),
        "proven_at": f"{assessment.proof.proven_at.astimezone(assessment.zone):%Y-%m-%d}",
        "lines": [{"path": f.path, "value": f.value, "tells": f.tells} for f in excerpt(act.event, act.telling)],
        "whole": [_line(line) for line in evidence_lines(act.event, act.telling)],
    }


def _line(line: EvidenceLine) -> dict[str, Any]:
    return {"text": line.text, "tells": line.tells}


def _seconds(act: ProvenTechnique, rules: tuple[str, ...]) -> str:
    return f"{min(fired.seconds for fired in act.fired if fired.rule in rules):.1f}"
