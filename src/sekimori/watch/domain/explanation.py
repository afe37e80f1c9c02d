"""Sentences about events and findings, as a security engineer would say them."""

from datetime import tzinfo

from sekimori.watch.domain.event import Event
from sekimori.watch.domain.finding import Finding
from sekimori.watch.domain.language import Language
from sekimori.watch.domain.words import WORDS


def explain(event: Event, language: Language, zone: tzinfo) -> str:
    """Say who did what to which application, from where, when, and what it makes possible."""
    words = WORDS[language]
    return _joined(language, words.sentence(event, zone), words.enables(event))


def recount(finding: Finding, language: Language, zone: tzinfo) -> str:
    """Say what :func:`explain` says, and why it matters."""
    words = WORDS[language]
    threat = finding.rule.guidance.threat.get(language)
    return _joined(
        language,
        words.sentence(finding.event, zone),
        words.together(finding),
        words.why(finding, zone),
        words.enables(finding.event) or threat,
    )


def summarise(finding: Finding, language: Language, zone: tzinfo) -> str:
    """Say what :func:`recount` says, and the first thing to check."""
    questions = finding.rule.guidance.runbook.get(language, ())
    check = WORDS[language].first_check(questions[0]) if questions else None
    return _joined(language, recount(finding, language, zone), check)


def _joined(language: Language, *said: str | None) -> str:
    return ("" if language is Language.JA else " ").join(part for part in said if part)
