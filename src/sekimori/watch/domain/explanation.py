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


def summarise(finding: Finding, language: Language, zone: tzinfo) -> str:
    """Say what :func:`explain` says, why it matters, and the first thing to check."""
    words, guidance = WORDS[language], finding.rule.guidance
    questions = guidance.runbook.get(language, ())
    return _joined(
        language,
        words.sentence(finding.event, zone),
        words.why(finding),
        words.enables(finding.event) or guidance.threat.get(language),
        words.first_check(questions[0]) if questions else None,
    )


def _joined(language: Language, *said: str | None) -> str:
    return ("" if language is Language.JA else " ").join(part for part in said if part)
