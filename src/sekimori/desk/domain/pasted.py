"""Times somebody typed or pasted, line by line: each is understood, or it is said that it was not.

The words for time are those of questions; what is left over of a piece must be a mere title. A day is carried on to
the times that follow it, and a line with a day alone heads the lines below it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import islice, zip_longest
from typing import Final
from zoneinfo import ZoneInfo

from sekimori.core.confidential import Personal
from sekimori.core.timespan import Timespan
from sekimori.desk.domain.free_busy import STRENGTH, FbType, FreeBusy
from sekimori.desk.domain.hours import MINUTES_A_DAY, Hours
from sekimori.desk.domain.names import visible
from sekimori.desk.domain.phrases.dates import Days
from sekimori.desk.domain.phrases.padding import unsupported
from sekimori.desk.domain.phrases.spelling import spelled
from sekimori.desk.domain.phrases.times import Times, TimeWords, When, find_times, times_of
from sekimori.desk.domain.policy import Language
from sekimori.desk.domain.question import Unclear
from sekimori.desk.domain.timeline import laid_over, padded

MOST_TIMES: Final = 100
LONGEST: Final = 10_000
MOST_WORDS: Final = 500
LONGEST_SHOWN: Final = 60
_ALL_HOURS: Final = Hours()
_BULLET: Final = re.compile(r"^[\s・•◦*●○■□◆◇>\-–—]+(?=\S)|^\(?\d{1,2}[.)]\s+(?=\S)")
_WEEKDAY_COMMA: Final = re.compile(
    r"(?<![a-z])((?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?)\.?,\s*"
)
_BETWEEN: Final = re.compile(
    r"[;、]|,(?!\s*\d{4}(?![\d:]))|(?<![a-z])and(?![a-z])|および|及び|(?<=[\d時分半])\s*と(?=\s*\d)"
)
_LIMITS: Final = re.compile(
    r"以外|以降|以前|以後|除[いくき]|毎|隔週|頃|ごろ|くらい|ぐらい|どこか|いずれか|または|もしくは|午前|午後|終日|\d"
    r"|(?<![a-z])(?:am|pm|or|except|not|no|every|each|after|before|about|around|maybe|either|weekly|daily|by)(?![a-z])"
)
_ONE_END: Final = re.compile(r"から|まで|(?<![a-z])(?:from|to|until|till|through)(?![a-z])")
_JAPANESE: Final = "予定 "
"""A word that means nothing and makes a text a Japanese one, whose dates have the month first."""
_WEEKDAYS: Final = "月火水木金土日"
_LONE_WEEKDAY: Final = re.compile(r"(?<!\S)\(?([月火水木金土日])\)?(?!\S)")
_DIGIT: Final = re.compile(r"\d")


class Unread(StrEnum):
    """Why a piece of text was not understood."""

    NO_DAY = "no_day"
    NO_SUCH_TIME = "no_such_time"
    CONTRADICTION = "contradiction"
    NOT_CLEAR = "not_clear"
    TOO_MUCH = "too_much"


@dataclass(frozen=True, slots=True, kw_only=True)
class PastedTime:
    """One understood time, or one piece of text that was not understood.

    Attributes:
        words: the piece itself, on one line, without what cannot be seen; cut off where it is long.
        day: the local day; None where it was not understood, and ``unread`` says why.
        hours: of that day; a midnight at either end means as far as the day goes.
    """

    words: Personal[str]
    day: date | None = None
    hours: Hours = _ALL_HOURS
    unread: Unread | None = None

    def span(self, zone: ZoneInfo, shared: Hours = _ALL_HOURS) -> Timespan | None:
        """Return the time as instants; a whole or half day ends where the hours that are shared end."""
        if self.day is None:
            return None
        opens = shared.opens if self.hours.opens == 0 else self.hours.opens
        closes = shared.closes if self.hours.closes == MINUTES_A_DAY else self.hours.closes
        return (Hours(opens=opens, closes=closes) if opens < closes else self.hours).on(self.day, zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """What one piece of a line says; ``needs_day``: times alone, ``heads``: a day alone, ``harmless``: a remark."""

    times: tuple[PastedTime, ...]
    needs_day: bool = False
    heads: bool = False
    harmless: bool = False

    @property
    def understood(self) -> bool:
        return not any(time.unread for time in self.times)


def read_times(
    text: Personal[str], *, today: date, zone: ZoneInfo, language: Language = Language.JA
) -> tuple[PastedTime, ...]:
    """Read every line; whatever is not a time is in the answer as something that was not understood.

    A date such as 12/1 is the first of December to somebody whose ``language`` is Japanese; in English it can be
    either, and is not understood.
    """
    if len(text.reveal()) > LONGEST:
        return (PastedTime(words=Personal(""), unread=Unread.TOO_MUCH),)
    reader = _Reader(today, zone, language)
    every = (piece for line in text.reveal().splitlines() for piece in reader.line(line))
    pieces = list(islice(every, MOST_TIMES + 1))
    kept = (piece for piece, after in zip_longest(pieces, pieces[1:]) if piece and not _is_heading(piece, after))
    times = tuple(time for piece in kept for time in piece.times)
    if len(times) > MOST_TIMES:
        return (*times[:MOST_TIMES], PastedTime(words=Personal(""), unread=Unread.TOO_MUCH))
    return times


def mark(spans: Sequence[Timespan], free_busy: FreeBusy, *, buffer: timedelta = timedelta()) -> tuple[FbType, ...]:
    """Say of each span the strongest type in it; what the free/busy does not cover is unknown."""
    reaching = padded(free_busy, buffer)
    return tuple(
        max((stretch.types[0] for stretch in laid_over([reaching], span)), key=STRENGTH.__getitem__) for span in spans
    )


def _is_heading(piece: _Piece, after: _Piece | None) -> bool:
    return piece.heads and after is not None and after.needs_day


class _Reader:
    """Reads lines one after another and remembers the last day that was named."""

    def __init__(self, today: date, zone: ZoneInfo, language: Language) -> None:
        self._month_first = _JAPANESE if language is Language.JA else ""
        self._today = today
        self._zone = zone
        self._day: date | None = None

    def line(self, line: str) -> Iterator[_Piece]:
        """Read a line as one time, or else as several."""
        shown = " ".join(visible(line).split())
        words = _WEEKDAY_COMMA.sub(r"\1 ", spelled(_BULLET.sub("", shown)))
        if not shown:
            return
        if len(words) > MOST_WORDS:
            yield self._remembered(_Piece(times=(_failed(shown, Unread.TOO_MUCH),)))
            return
        whole = self._piece(words, shown)
        parts = [part.strip() for part in _BETWEEN.split(words) if part.strip()]
        if whole.understood or len(parts) < 2:
            yield self._remembered(whole)
            return
        for part in parts:
            yield self._remembered(self._piece(part, part))

    def _remembered(self, piece: _Piece) -> _Piece:
        days = [time.day for time in piece.times if time.day]
        if days:
            self._day = days[-1]
        elif not piece.harmless:
            self._day = None  # it may have named another day than the one before
        return piece

    def _piece(self, words: str, shown: str) -> _Piece:
        found, needs_day = find_times(f"{self._month_first}{words}", ()), False
        if not found.days:
            found = find_times(f"{self._day or self._today} {words}", ())
            needs_day = bool(found.clocks)
            if not needs_day:
                return _Piece(times=(_failed(shown, Unread.NOT_CLEAR),), harmless=not _DIGIT.search(words))
            if self._day is None:
                return _Piece(times=(_failed(shown, Unread.NO_DAY),), needs_day=True)
        meant = times_of(found, self._today)
        when = _checked(_only(meant, self._today), found, meant)
        if isinstance(when, Unread):
            return _Piece(times=(_failed(shown, when),), needs_day=needs_day)
        times = tuple(PastedTime(words=_cut(shown), day=day, hours=when.hours) for day in _days(when.days))
        heads = not found.clocks and not found.lengths and len(times) == 1
        return _Piece(times=tuple(self._real(time) for time in times), needs_day=needs_day, heads=heads)

    def _real(self, time: PastedTime) -> PastedTime:
        if time.span(self._zone) is None:
            return replace(time, day=None, unread=Unread.NO_SUCH_TIME)
        return time


_BY_GRAMMAR: Final = {
    Unclear.NO_SUCH_DATE: Unread.NO_SUCH_TIME,
    Unclear.NO_SUCH_TIME: Unread.NO_SUCH_TIME,
    Unclear.DAYS_DISAGREE: Unread.CONTRADICTION,
    Unclear.TOO_WIDE: Unread.TOO_MUCH,
}


def _only(meant: Times, today: date) -> When | Unread:
    """Return the one thing that is meant; of two years, the one in which the day is nearer to this."""
    if meant.reason not in {None, Unclear.AMBIGUOUS}:
        return _BY_GRAMMAR.get(meant.reason, Unread.NOT_CLEAR) if meant.reason else Unread.NOT_CLEAR
    alike = {(when.days.first.month, when.days.first.day, when.days.last.day, when.hours) for when in meant.whens}
    if len(alike) != 1:
        return Unread.NOT_CLEAR
    return min(meant.whens, key=lambda when: abs(when.days.first - today))


def _checked(when: When | Unread, found: TimeWords, meant: Times) -> When | Unread:
    """Let a time pass only where nothing beside it could change what it means."""
    if isinstance(when, Unread):
        return when
    left = _left(found)
    if _LIMITS.search(left) or unsupported(found.text) or (len(found.days) < 2 and _ONE_END.search(left)):
        return Unread.NOT_CLEAR
    if any(clock.starts for clock in found.clocks) and not found.lengths:
        return Unread.NOT_CLEAR  # it says when something begins, and not when it ends
    if meant.duration is not None and when.hours == _ALL_HOURS:
        return Unread.NOT_CLEAR
    weekday = _LONE_WEEKDAY.search(left)
    if weekday and when.days.first.weekday() != _WEEKDAYS.index(weekday[1]):
        return Unread.CONTRADICTION
    return Unread.TOO_MUCH if (when.days.last - when.days.first).days >= MOST_TIMES else when


def _left(found: TimeWords) -> str:
    """Return what is no word for a time, such as a title."""
    left = found.text
    for start, end in reversed(found.spans):
        left = f"{left[:start]} {left[end:]}"
    return left


def _failed(shown: str, unread: Unread) -> PastedTime:
    return PastedTime(words=_cut(shown), unread=unread)


def _days(days: Days) -> Iterator[date]:
    for number in range((days.last - days.first).days + 1):
        yield days.first + timedelta(days=number)


def _cut(words: str) -> Personal[str]:
    return Personal(words if len(words) <= LONGEST_SHOWN else f"{words[: LONGEST_SHOWN - 1]}…")
