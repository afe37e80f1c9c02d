"""Words for how long something takes: 1時間, 90分, 30 min, an hour and a half."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sekimori.desk.domain.phrases.token import Span, free

LONGEST: Final = timedelta(hours=24)

_JA: Final = re.compile(
    r"(?<![\d:.])(?:(?P<hours>\d{1,3}(?:\.\d)?)時間(?P<half>半)?(?:(?P<more>\d{1,3})分)?|(?P<minutes>\d{1,4})分)"
    r"(?![後前])(?:間|ほど|程度|くらい|ぐらい|弱|強|だけ|ずつ)*|(?P<thirty>半時間)"
)
_EN: Final = re.compile(
    r"(?<![a-z\d:.])(?:for\s+(?:about\s+)?)?(?:"
    r"(?P<halfhour>half\s+an?\s+hour|(?:a\s+)?half[\s-]hour)"
    r"|(?P<hours>\d{1,3}(?:\.\d{1,2})?|an?)\s*-?(?:hours?|hrs?|h)(?![a-z])"
    r"(?P<half>\s+and\s+a\s+half)?(?:\s*(?:and\s+)?(?P<more>\d{1,3})\s*(?:minutes?|mins?|m)(?![a-z]))?"
    r"|(?P<minutes>\d{1,4})\s*-?(?:minutes?|mins?)(?![a-z]))(?:\s+long)?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LengthWord:
    """Words for a length of time that were found in a text."""

    start: int
    end: int
    length: timedelta

    @property
    def fits(self) -> bool:
        """Say whether it is longer than nothing, and no longer than a day."""
        return timedelta() < self.length <= LONGEST


def find_lengths(words: str, taken: Sequence[Span]) -> list[LengthWord]:
    """Find the words for lengths of time."""
    found = [_word(match) for pattern in (_JA, _EN) for match in pattern.finditer(words)]
    return sorted((w for w in found if free((w.start, w.end), taken)), key=lambda word: word.start)


def _word(match: re.Match[str]) -> LengthWord:
    found = match.groupdict()
    hours = found["hours"]
    minutes = int(float(hours if hours and hours[0].isdigit() else bool(hours)) * 60)
    minutes += int(found.get("minutes") or 0) + int(found["more"] or 0) + (30 if _half(found) else 0)
    return LengthWord(start=match.start(), end=match.end(), length=timedelta(minutes=minutes))


def _half(found: dict[str, str | None]) -> bool:
    return any(found.get(group) for group in ("half", "thirty", "halfhour"))
