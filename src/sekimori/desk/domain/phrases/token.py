"""What a word for a time is, and how words are found in a text."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto

from sekimori.desk.domain.phrases.dates import Days

Readings = tuple[Days, ...]
"""What words for days can mean, the likeliest first; one reading means they are clear."""

Meaning = Callable[[re.Match[str], date], Readings]
"""Reads words on a day, which is today or the day a range starts."""


class Kind(Enum):
    """What kind of days a word names; it decides how it goes together with its neighbours."""

    DATE = auto()
    """A date of the calendar; without a year it is counted from where a range starts."""
    DAY = auto()
    """A day counted from today: tomorrow, next Friday."""
    WEEKDAY = auto()
    """A weekday alone: it narrows a week, and bears a date out."""
    MONTHDAY = auto()
    """A day of a month alone: it narrows a month."""
    WEEK = auto()
    MONTH = auto()
    STRETCH = auto()
    """Several days with nothing to narrow."""
    LIST = auto()
    """Several times, not one."""
    LENGTH = auto()
    """So many days, counted from a day beside it, or from today."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A pattern for words, and what they mean."""

    kind: Kind
    pattern: re.Pattern[str]
    meaning: Meaning


@dataclass(frozen=True, slots=True, kw_only=True)
class DayWord:
    """Words for days that were found in a text."""

    start: int
    end: int
    kind: Kind
    read_from: Callable[[date], Readings]


Span = tuple[int, int]


def free(span: Span, taken: Iterable[Span]) -> bool:
    """Say whether a span of a text is taken by none of others."""
    return not any(start < span[1] and span[0] < end for start, end in taken)


def find_days(words: str, rules: Sequence[Rule], taken: Sequence[Span]) -> list[DayWord]:
    """Find the words for days; what an earlier rule took, a later one does not see."""
    found: list[DayWord] = []
    spans = list(taken)
    for rule in rules:
        for match in rule.pattern.finditer(words):
            if free(match.span(), spans):
                spans.append(match.span())
                found.append(_word(rule, match))
    return sorted(found, key=lambda word: word.start)


def _word(rule: Rule, match: re.Match[str]) -> DayWord:
    return DayWord(
        start=match.start(), end=match.end(), kind=rule.kind, read_from=lambda base: rule.meaning(match, base)
    )
