"""Spellings of pasted times brought into those that the grammar of questions knows.

Text comes in as :func:`sekimori.desk.domain.names.plain` leaves it: folded in width and case.
"""

import re
from typing import Final

_WEEKDAYS_JA: Final = "月火水木金土日"
_WEEKDAYS_EN: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTH: Final = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_WEEKDAY: Final = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?(?![a-z])"
_NUMBER_DATE: Final = r"(?:\d{1,4}[/\-]\d{1,2}(?:[/\-]\d{1,4})?|\d{1,2}日)"
_NAME_DATE: Final = rf"(?:{_MONTH}\.?\s+\d{{1,2}}|\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH})"

_BULLET: Final = re.compile(r"^[\s・•◦*●○■□◆◇>\-–—]+(?=\S)|^\(?\d{1,2}[.)]\s+(?=\S)")
_DASH: Final = re.compile(r"(?<=[\d時分半])\s*[ー−―‐‑–—~〜]\s*(?=\d)")
_BEFORE_DATE: Final = re.compile(rf"(?<![a-z])({_WEEKDAY})\.?,?\s+(?={_NUMBER_DATE}|{_NAME_DATE})")
_AFTER_DATE: Final = re.compile(
    rf"({_NUMBER_DATE}|{_NAME_DATE}(?:,?\s+\d{{4}})?),?\s*\(?([月火水木金土日](?:曜日?)?|{_WEEKDAY})\.?\)?(?=$|[\s\d午:,\-])"
)
_TWELVE: Final = re.compile(
    r"(?<![\d/:.\-])(\d{1,2})(?::(\d{2}))?\s*(am|pm)?\s*(?:-|to)\s*(\d{1,2})(?::(\d{2}))?\s*(am|pm)(?![a-z])"
)
_BARE_RANGE: Final = re.compile(r"(?<=\s)(\d{1,2})(?::(\d{2}))?\s*-\s*(\d{1,2})(?::(\d{2}))?(?![\d/:月日.時]|\s*[a-z])")
_DAY_FIRST: Final = re.compile(
    rf"(?<![\d/@])(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?({_MONTH})\.?(?:,?\s+(\d{{4}})(?![\d:]))?(?![a-z])"
)
_PART: Final = re.compile(r"(?<![a-z])(am|pm)(?![a-z])")
_ALL_DAY: Final = re.compile(r"終日|全日|一日中|1日中|(?<![a-z])all[\s\-]*day(?![a-z])")
_SAID: Final = re.compile(r"@(\d)")
_LIMITS: Final = re.compile(
    r"以外|以降|以前|以後|除[いくき]|毎|隔週|頃|ごろ|くらい|ぐらい|どこか|いずれか|または|もしくは|午前|午後|終日|\d|から"
    r"|(?<![a-z])(?:or|except|not|no|every|each|after|before|until|till|about|around|maybe|either|weekly|daily|from|to)"
    r"(?![a-z])"
)
_OPEN_ENDED: Final = re.compile(r"(?:から|以降|以前|以後|[-~〜]|(?<![a-z])(?:onwards?|after|before))\s*$")
_ONLY_UNTIL: Final = re.compile(
    r"^(?:(?!から|[-~〜]).)*まで\s*$|^(?:until|till|after|before|from)(?![a-z])(?!.*(?:-|to))"
)


def simplified(words: str) -> str:
    """Take off bullets, and write ranges and 12-hour times in the 24-hour way.

    A weekday beside a date becomes a sign that :func:`weekdays` takes out again.
    """
    words = _DASH.sub("-", _BULLET.sub("", words.strip()))
    words = _BEFORE_DATE.sub(lambda match: f"{_sign(match[1])} ", words)
    words = _AFTER_DATE.sub(lambda match: f"{match[1]} {_sign(match[2])} ", words)
    words = _DAY_FIRST.sub(lambda match: f"{match[2]} {match[1]}" + (f", {match[3]}" if match[3] else ""), words)
    words = _TWELVE.sub(_twelve_hours, words)
    words = _BARE_RANGE.sub(_bare, words)
    words = _PART.sub(lambda match: " 午前 " if match[1] == "am" else " 午後 ", words)
    return " ".join(words.split())


def without_all_day(words: str) -> tuple[str, str]:
    """Take the words for a whole day out; return what is left, and those words or nothing."""
    match = _ALL_DAY.search(words)
    return _ALL_DAY.sub(" ", words), match[0] if match else ""


def limits(words: str) -> bool:
    """Say whether a text holds a word or number that could change what a time beside it means."""
    return _LIMITS.search(words) is not None


def open_ended(words: str) -> bool:
    """Say whether a text gives only one end of a time."""
    return _OPEN_ENDED.search(words) is not None or _ONLY_UNTIL.search(words) is not None


def weekdays(words: str) -> tuple[str, frozenset[int]]:
    """Take the signs of weekdays out; return what is left, and the weekdays, Monday being 0."""
    return " ".join(_SAID.sub(" ", words).split()), frozenset(int(match[1]) for match in _SAID.finditer(words))


def _sign(weekday: str) -> str:
    number = _WEEKDAYS_JA.find(weekday[0])
    return f"@{number if number >= 0 else _WEEKDAYS_EN.index(weekday[:3])}"


def _twelve_hours(match: re.Match[str]) -> str:
    first, first_minute, first_half, last, last_minute, last_half = match.groups()
    end = _hour(int(last), last_half)
    begin = _hour(int(first), first_half or last_half)
    if first_half is None and begin > end:
        begin = _hour(int(first), "am")
    if max(int(first), int(last)) > 12:
        return match[0]
    return f"{begin}:{first_minute or '00'}-{end}:{last_minute or '00'}"


def _hour(hour: int, half: str) -> int:
    return hour % 12 + (12 if half == "pm" else 0)


def _bare(match: re.Match[str]) -> str:
    first, first_minute, last, last_minute = match.groups()
    if int(first) > 24 or int(last) > 24:
        return match[0]
    return f"{first}:{first_minute or '00'}-{last}:{last_minute or '00'}"
