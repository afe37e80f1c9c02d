"""Words for parts of a day."""

import re
from typing import Final

from sekimori.desk.domain.hours import MINUTES_A_DAY

_NOON: Final = 12 * 60
_NO_NAME: Final = r"(?![一-龠々])"
"""朝倉, 夜久, 昼間 and others are surnames."""
_NO_TIME: Final = r"(?!\s?の?\d{1,2}(?:時(?!間)|:|~|-))"
"""With a time after it, a half of the day belongs to that time."""
_BEFORE: Final = r"(?:(?<![一-龠々])|(?<=[日今明週曜毎]))"


def _ja(words: str) -> re.Pattern[str]:
    return re.compile(words)


def _en(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z])(?:(?:in|during|over)\s+)?(?:the\s+)?(?:{words})(?![a-z])")


PARTS: Final[tuple[tuple[re.Pattern[str], int, int], ...]] = (
    (_ja(r"終日|一日中|1日中|丸1日|全日"), 0, MINUTES_A_DAY),
    (_en(r"all[\s-]day|whole day|entire day"), 0, MINUTES_A_DAY),
    (_ja(r"午後(?:一|1|イチ|いち)(?!\d|時)(?:番)?"), 13 * 60, 14 * 60),
    (_ja(r"朝(?:一|1|イチ|いち)(?!\d|時)(?:番)?"), 9 * 60, 10 * 60),
    (_ja(rf"午前中?{_NO_TIME}{_NO_NAME}|am中"), 0, _NOON),
    (_ja(rf"午後{_NO_TIME}{_NO_NAME}"), _NOON, MINUTES_A_DAY),
    (_ja(rf"早朝{_NO_NAME}"), 5 * 60, 8 * 60),
    (_ja(rf"{_BEFORE}朝{_NO_NAME}"), 6 * 60, 10 * 60),
    (_ja(rf"昼休み|ランチ(?:タイム)?|お昼(?:時|どき|休み)?{_NO_NAME}|{_BEFORE}昼{_NO_NAME}"), _NOON, 13 * 60),
    (_ja(r"日中|業務時間内?|営業時間内?|勤務時間内?|就業時間内?"), 9 * 60, 18 * 60),
    (_ja(rf"夕方{_NO_NAME}|夕刻"), 16 * 60, 18 * 60),
    (_ja(rf"定時後|終業後|{_BEFORE}[夜晩]{_NO_NAME}"), 18 * 60, MINUTES_A_DAY),
    (_en(r"early afternoon"), _NOON, 15 * 60),
    (_en(r"late afternoon"), 15 * 60, 18 * 60),
    (_en(r"early mornings?"), 5 * 60, 8 * 60),
    (_en(r"mornings?|before noon|am(?= of| on|$)"), 0, _NOON),
    (_en(r"afternoons?|after noon|pm(?= of| on|$)"), _NOON, MINUTES_A_DAY),
    (_en(r"lunch\s?(?:time|hour|break)?|at noon"), _NOON, 13 * 60),
    (_en(r"(?:business|working|office) hours"), 9 * 60, 18 * 60),
    (_en(r"evenings?|tonight|nights?"), 18 * 60, MINUTES_A_DAY),
)
