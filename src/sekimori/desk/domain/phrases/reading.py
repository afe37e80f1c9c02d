"""The whole of a question's words: who, when, how long, and what was not read."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from sekimori.desk.domain.phrases.padding import unsupported
from sekimori.desk.domain.phrases.people import People, people_of, protected_spans, without_spans
from sekimori.desk.domain.phrases.spelling import spelled
from sekimori.desk.domain.phrases.times import Times, find_times, times_of

_JAPANESE: Final = re.compile(r"[ぁ-んァ-ヶ一-龠]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What the words of a question say, before anything is made of it."""

    people: People
    times: Times
    unsupported: bool
    japanese: bool


def draft(text: str, today: date) -> Draft:
    """Read the words of a question."""
    words = spelled(text)
    names = protected_spans(words)
    found = find_times(words, names)
    but_days = sorted([*names, *((day.start, day.end) for day in found.days)])
    return Draft(
        people=people_of(words, found.spans),
        times=times_of(found, today),
        unsupported=unsupported(without_spans(words, but_days)),
        japanese=bool(_JAPANESE.search(words)),
    )
