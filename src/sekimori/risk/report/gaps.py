"""What is missing, why, and what closes it: as the drill wrote it down, and as the register and the reports show."""

from collections.abc import Iterator
from typing import Any

from sekimori.risk.proof import Gap
from sekimori.risk.report.assessment import Assessment, State
from sekimori.risk.report.sources import sources, unanswered
from sekimori.risk.report.words import words
from sekimori.watch.domain.language import Language


def found_gaps(assessment: Assessment, language: Language) -> Iterator[dict[str, Any]]:
    """Yield every gap as ``what``, ``names``, ``why`` and ``closes``; those with one reason are one."""
    yield from _written_down(assessment, language)
    yield from _not_proven(assessment, language)
    yield from _not_dealt_with(assessment, language)
    yield from _not_detected(assessment, language)
    yield from _not_reviewed(assessment, language)


def _written_down(assessment: Assessment, language: Language) -> Iterator[dict[str, Any]]:
    said = words(language)
    alike: dict[tuple[str, str, str], list[str]] = {}
    for gap in assessment.proof.gaps:
        key = (gap.kind, gap.why.get(language.value, ""), gap.closes.get(language.value, ""))
        alike.setdefault(key, []).append(_name(gap))
    for (kind, why, closes), names in alike.items():
        yield {"what": said.get(kind, kind), "names": names, "why": why, "closes": closes}


def _name(gap: Gap) -> str:
    if gap.technique is None or gap.technique == gap.rule:
        return gap.rule or "-"
    return f"{gap.technique}: {gap.rule}" if gap.rule else gap.technique


def _not_proven(assessment: Assessment, language: Language) -> Iterator[dict[str, Any]]:
    said = words(language)
    told = {gap.rule for gap in assessment.proof.gaps}
    named = dict.fromkeys(rule for threat in assessment.register.threats for rule in threat.detected_by.rules)
    left = [rule for rule in named if assessment.state_of(rule) is State.RULE_ONLY and rule not in told]
    if left:
        yield {
            "what": said["unproven_rules"],
            "names": left,
            "why": said["unproven_why"],
            "closes": said["unproven_closes"],
        }


def _not_dealt_with(assessment: Assessment, language: Language) -> Iterator[dict[str, Any]]:
    said = words(language)
    for row in unanswered(sources(assessment.reported, assessment.register)):
        yield {
            "what": said["unanswered"].format(count=row["shared_by"]),
            "names": [f"{row['technique']} {row['name']}"],
            "why": row["note"] or row["sentence"],
            "closes": said["unanswered_closes"],
        }


def _not_detected(assessment: Assessment, language: Language) -> Iterator[dict[str, Any]]:
    said = words(language)
    for threat in assessment.register.threats:
        if not threat.detected_by.rules:
            yield {
                "what": said["undetected"].format(name=threat.title.in_(language)),
                "names": [],
                "why": threat.blind_spots[0].in_(language) if threat.blind_spots else "",
                "closes": said["undetected_closes"],
            }


def _not_reviewed(assessment: Assessment, language: Language) -> Iterator[dict[str, Any]]:
    said = words(language)
    today = assessment.now.astimezone(assessment.zone).date()
    for threat in assessment.register.threats:
        if threat.review < today:
            yield {
                "what": said["overdue"].format(name=threat.title.in_(language)),
                "names": [],
                "why": said["overdue_why"].format(day=f"{threat.review:%Y-%m-%d}"),
                "closes": said["overdue_closes"],
            }
