"""Dates written in figures alone, alike in both languages: 2026-12-01, 12/1, 12/1-5."""

import re
from typing import Final

from sekimori.desk.domain.phrases import dated
from sekimori.desk.domain.phrases.token import Kind, Meaning, Rule


def _rule(kind: Kind, pattern: str, meaning: Meaning) -> Rule:
    return Rule(kind=kind, pattern=re.compile(pattern), meaning=meaning)


RULES: Final = (
    _rule(
        Kind.DATE,
        r"(?<!\d)(?P<year>\d{4})(?P<by>[-/.])(?P<month>\d{1,2})(?P=by)(?P<day>\d{1,2})(?![\d/.]\d|\d)",
        dated.date_named,
    ),
    _rule(Kind.DATE, r"(?<!\d)(?P<year>20\d{2})(?P<month>\d{2})(?P<day>\d{2})(?!\d)", dated.date_named),
    _rule(
        Kind.DATE,
        r"(?<![\d/.])(?P<month>\d{1,2})(?P<by>[/.])(?P<day>\d{1,2})(?P=by)(?P<year>\d{4})(?!\d)",
        dated.slashed,
    ),
    _rule(
        Kind.STRETCH,
        r"(?<![\d/])(?P<month>\d{1,2})/(?P<day>\d{1,2})\s?[~\-]\s?(?P<end>\d{1,2})日?(?![\d:/時]|\s?[ap]\.?m)",
        dated.days_of_month,
    ),
    _rule(Kind.DATE, r"(?<![\d/])(?P<month>\d{1,2})/(?P<day>\d{1,2})(?![\d/])", dated.slashed),
)
"""Read in this order; what an earlier rule took, a later one does not see."""
