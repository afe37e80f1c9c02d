"""Reads a question in Japanese or English: one person, one stretch of days, perhaps some hours of them."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from sekimori.core.confidential import Personal
from sekimori.core.timespan import Timespan
from sekimori.desk.domain.clock_words import take_hours
from sekimori.desk.domain.days import RULES, Days, NoSuchDateError
from sekimori.desk.domain.hours import Hours, instant
from sekimori.desk.domain.names import plain
from sekimori.desk.domain.question import NotUnderstood, Question, Unclear

LONGEST: Final = 500
_WEEK: Final = timedelta(weeks=1)
_PARTICLE: Final = r"(?:まで|から|の|は|に|を|で|も|、)?"
_TO: Final = re.compile(r"\s*(?:から|[~〜\-–—]|to|until|till|through)\s*")
_HONORIFIC: Final = re.compile(r"(?:さん|さま|様|氏|くん|君|ちゃん|殿|先生|部長|課長|社長)$")
_FILLER_JA: Final = re.compile(
    r"(?:の|は|が|を)?(?:ご?予定表?|スケジュール|空き時間|空き状況|空き|ご?都合|カレンダー|日程)(?:は|を|が|の|って)?"
    r"|(?:を|は)?(?:教えて|見せて|知りたい|確認|おしえて|みせて)(?:ほしい|したい|お願い|くれ)?"
    r"(?:です|ます|ください|下さい|いただけますか|もらえますか|お願いします|します)?"
    r"|(?:よろしく)?お願い(?:いた|致)?します|よろしく|(?:は)?(?:空いて(?:い)?ますか|いかがですか|どうですか|どう)"
)
_FILLER_EN: Final = re.compile(
    r"(?<![a-z])(?:please|show|give|tell|me|can|could|you|what|what's|whats|how|when|is|are|does|do|the|schedule"
    r"|calendar|availability|available|free|busy|time|times|week|of|for|on|at|about|look|like|hi|hello|from)(?![a-z])"
    r"|'s(?![a-z])"
)
_BETWEEN: Final = re.compile(r"[\s、,。.!?:;()\[\]「」『』|/]+")
_TRAILING: Final = re.compile(r"(?:の|は|が|を|に|って)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    start: int
    end: int
    days: Days
    from_day: Callable[[date], Days]


def read(text: Personal[str], *, today: date, zone: ZoneInfo) -> Question | NotUnderstood:
    """Understand a question, or say why not; nothing is guessed.

    Names are not looked up here: whether somebody of that name exists is for the policy, so that an unknown name
    and a known one are read alike.
    """
    if len(text.reveal()) > LONGEST:
        return NotUnderstood(reason=Unclear.TOO_LONG)
    words = plain(text.reveal())
    try:
        found = _joined_ranges(words, _find_days(words, today))
    except (NoSuchDateError, OverflowError):
        return NotUnderstood(reason=Unclear.NO_SUCH_DATE)
    rest, hours = take_hours(_without(words, found))
    name = _name(rest)
    if not name:
        return NotUnderstood(reason=Unclear.NO_PERSON)
    if not found:
        return NotUnderstood(reason=Unclear.NO_TIME)
    if len(found) > 1:
        return NotUnderstood(
            reason=Unclear.SEVERAL_TIMES, candidates=tuple(words[f.start : f.end].strip() for f in found)
        )
    return _question(name, found[0].days, hours, zone)


def _question(name: str, days: Days, hours: Hours, zone: ZoneInfo) -> Question | NotUnderstood:
    start, end = _instants(days, hours, zone)
    if days.last < days.first or start >= end:
        return NotUnderstood(reason=Unclear.NO_SUCH_DATE)
    window = Timespan(start, end)
    return Question(name=Personal(name), first=days.first, last=days.last, hours=hours, window=window)


def _instants(days: Days, hours: Hours, zone: ZoneInfo) -> tuple[datetime, datetime]:
    return instant(days.first, hours.opens, zone), instant(days.last, hours.closes, zone)


def _find_days(words: str, today: date) -> list[_Found]:
    found: list[_Found] = []
    for pattern, meaning in RULES:
        for match in pattern.finditer(words):
            if not any(f.start < match.end() and match.start() < f.end for f in found):
                counted = partial(meaning, match)
                found.append(_Found(start=match.start(), end=match.end(), days=counted(today), from_day=counted))
    return sorted(found, key=lambda f: f.start)


def _joined_ranges(words: str, found: list[_Found]) -> list[_Found]:
    joined: list[_Found] = []
    for item in found:
        if joined and _TO.fullmatch(words[joined[-1].end : item.start]):
            before = joined.pop()
            days = Days(first=before.days.first, last=_end(before, item))
            joined.append(replace(before, end=item.end, days=days))
        else:
            joined.append(item)
    return joined


def _end(before: _Found, item: _Found) -> date:
    """Read the end of a range; a weekday alone is counted from where the range starts."""
    from_there = item.from_day(before.days.first).last
    return from_there if before.days.last < from_there < before.days.last + _WEEK else item.days.last


def _without(words: str, found: list[_Found]) -> str:
    for item in reversed(found):
        after = re.sub(rf"^{_PARTICLE}", " ", words[item.end :])
        words = words[: item.start] + " " + after
    return words


def _name(rest: str) -> str:
    rest = _FILLER_EN.sub(" ", _FILLER_JA.sub(" ", rest))
    pieces = (_HONORIFIC.sub("", _TRAILING.sub("", piece)) for piece in _BETWEEN.split(rest))
    return " ".join(piece for piece in pieces if piece)
