"""Times somebody typed or pasted, line by line: each is understood, or it is said that it was not.

Each piece is read by the grammar of questions with a name put before it; what the grammar leaves over must be a
mere title. A day is carried on to the times that follow it, and a line with a day alone heads the lines below it.
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
from sekimori.desk.domain import pasted_words
from sekimori.desk.domain.free_busy import STRENGTH, FbType, FreeBusy
from sekimori.desk.domain.grammar import read
from sekimori.desk.domain.hours import MINUTES_A_DAY, Hours
from sekimori.desk.domain.names import plain, visible
from sekimori.desk.domain.question import NotUnderstood, Question, Unclear
from sekimori.desk.domain.timeline import laid_over, padded

MOST_TIMES: Final = 100
LONGEST: Final = 10_000
LONGEST_LINE: Final = 60
_SOMEBODY: Final = "zzyx"
_ALL_HOURS: Final = Hours()
_BETWEEN: Final = re.compile(r"[,;、]|(?<![a-z])and(?![a-z])|および|及び|(?<=[\d時分半])\s*と(?=\s*\d)")


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
    """What one piece of a line says; ``needs_day``: times alone, ``heads``: a day alone."""

    times: tuple[PastedTime, ...]
    needs_day: bool = False
    heads: bool = False

    @property
    def understood(self) -> bool:
        return not any(time.unread for time in self.times)


def read_times(text: Personal[str], *, today: date, zone: ZoneInfo) -> tuple[PastedTime, ...]:
    """Read every line; whatever is not a time is in the answer as something that was not understood."""
    if len(text.reveal()) > LONGEST:
        return (PastedTime(words=Personal(""), unread=Unread.TOO_MUCH),)
    reader = _Reader(today, zone)
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

    def __init__(self, today: date, zone: ZoneInfo) -> None:
        self._today = today
        self._zone = zone
        self._day: date | None = None

    def line(self, line: str) -> Iterator[_Piece]:
        """Read a line as one time, or else as several."""
        words = pasted_words.simplified(plain(line))
        if not words:
            return
        whole = self._piece(words, " ".join(visible(line).split()))
        parts = [part.strip() for part in _BETWEEN.split(words) if part.strip()]
        if whole.understood or len(parts) < 2:
            yield self._remembered(whole)
            return
        for part in parts:
            yield self._remembered(self._piece(part, pasted_words.weekdays(part)[0]))

    def _remembered(self, piece: _Piece) -> _Piece:
        days = [time.day for time in piece.times if time.day]
        if days:
            self._day = days[-1]
        elif not (piece.needs_day and piece.times[0].unread is Unread.NOT_CLEAR):
            self._day = None  # it may have named another day than the one before
        return piece

    def _piece(self, words: str, shown: str) -> _Piece:
        bare, weekdays = pasted_words.weekdays(words)
        text, all_day = pasted_words.without_all_day(bare)
        question, needs_day = self._read(text), False
        if isinstance(question, NotUnderstood) and question.reason is Unclear.NO_TIME:
            needs_day = True
            question = self._read(f"{self._day.isoformat()} {text}") if self._day else question
        unread = _unread(question, bare, weekdays)
        if isinstance(question, Question) and needs_day and not all_day and question.hours == _ALL_HOURS:
            unread = unread or Unread.NOT_CLEAR  # neither a day nor a time: a remark
        if unread or isinstance(question, NotUnderstood):
            failed = PastedTime(words=_cut(shown), unread=unread or Unread.NOT_CLEAR)
            return _Piece(times=(failed,), needs_day=needs_day)
        times = tuple(PastedTime(words=_cut(shown), day=day, hours=question.hours) for day in _days(question))
        heads = question.hours == _ALL_HOURS and not all_day and question.first == question.last
        return _Piece(times=tuple(self._real(time) for time in times), needs_day=needs_day, heads=heads)

    def _read(self, words: str) -> Question | NotUnderstood:
        return read(Personal(f"{_SOMEBODY} {words}"), today=self._today, zone=self._zone)

    def _real(self, time: PastedTime) -> PastedTime:
        if time.span(self._zone) is None:
            return replace(time, day=None, unread=Unread.NO_SUCH_TIME)
        return time


_BY_GRAMMAR: Final = {
    Unclear.NO_TIME: Unread.NO_DAY,
    Unclear.NO_SUCH_DATE: Unread.NO_SUCH_TIME,
    Unclear.TOO_LONG: Unread.TOO_MUCH,
}


def _unread(question: Question | NotUnderstood, words: str, weekdays: frozenset[int]) -> Unread | None:
    if isinstance(question, NotUnderstood):
        return _BY_GRAMMAR.get(question.reason, Unread.NOT_CLEAR)
    left = question.name.reveal().strip()
    if not left.startswith(_SOMEBODY) or pasted_words.limits(left.removeprefix(_SOMEBODY)):
        return Unread.NOT_CLEAR
    if pasted_words.open_ended(words):
        return Unread.NOT_CLEAR
    if not weekdays <= {question.first.weekday(), question.last.weekday()}:
        return Unread.CONTRADICTION
    return Unread.TOO_MUCH if (question.last - question.first).days >= MOST_TIMES else None


def _days(question: Question) -> Iterator[date]:
    for number in range((question.last - question.first).days + 1):
        yield question.first + timedelta(days=number)


def _cut(words: str) -> Personal[str]:
    return Personal(words if len(words) <= LONGEST_LINE else f"{words[: LONGEST_LINE - 1]}…")
