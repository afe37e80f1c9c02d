"""Words for hours of a day, in Japanese and English."""

import re
from typing import Final

from sekimori.desk.domain.hours import MINUTES_A_DAY, Hours

NOON: Final = 12 * 60
_PARTS: Final = (
    (re.compile(r"午前中?の?(?!\d)|(?<![a-z])(?:in the )?mornings?(?![a-z])"), Hours(closes=NOON)),
    (re.compile(r"午後の?(?!\d)|(?<![a-z])(?:in the )?afternoons?(?![a-z])"), Hours(opens=NOON)),
)
_TIME: Final = (
    r"(?P<{p}half>午前|午後)?(?P<{p}hour>\d{{1,2}})"
    r"(?:時(?:(?P<{p}min>\d{{1,2}})分|(?P<{p}thirty>半))?|:(?P<{p}minute>\d{{2}}))"
)
_RANGE: Final = re.compile(_TIME.format(p="a") + r"\s*(?:から|[~〜\-–—]|to)\s*" + _TIME.format(p="b") + r"(?:まで)?の?")


def take_hours(words: str) -> tuple[str, Hours]:
    """Take the words for hours out of a text; return what is left, and the hours (a whole day if there were none)."""
    if match := _RANGE.search(words):
        opens, closes = _minutes(match, "a"), _minutes(match, "b")
        if closes <= opens and match["ahalf"] == "午後" and not match["bhalf"]:
            closes += NOON  # 午後2時〜4時: the afternoon goes on
        if opens < closes <= MINUTES_A_DAY:
            return _cut(words, match), Hours(opens=opens, closes=closes)
    for pattern, hours in _PARTS:
        if match := pattern.search(words):
            return _cut(words, match), hours
    return words, Hours()


def _cut(words: str, match: re.Match[str]) -> str:
    return f"{words[: match.start()]} {words[match.end() :]}"


def _minutes(match: re.Match[str], prefix: str) -> int:
    hour = int(match[f"{prefix}hour"])
    if match[f"{prefix}half"] == "午後" and hour < 12:
        hour += 12
    minute = 30 if match[f"{prefix}thirty"] else int(match[f"{prefix}min"] or match[f"{prefix}minute"] or 0)
    return hour * 60 + minute
