"""The time that a question is about, put together from its words for days, hours and lengths."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from sekimori.desk.domain.hours import Hours
from sekimori.desk.domain.phrases import days_en, days_ja, days_numeric
from sekimori.desk.domain.phrases.clock_words import ClockSpan, ClockWord, find_clocks, lasting
from sekimori.desk.domain.phrases.dates import Days, later, one, week
from sekimori.desk.domain.phrases.joining import Item, UnclearTimeError, joined
from sekimori.desk.domain.phrases.lengths import LengthWord, find_lengths
from sekimori.desk.domain.phrases.token import DayWord, Kind, Span, find_days
from sekimori.desk.domain.question import Unclear

LONGEST_DAYS: Final = 366
_FOUR_WEEKS: Final = 27
_MOST: Final = 5
_RULES: Final = (*days_numeric.RULES, *days_ja.RULES, *days_en.RULES)
_FOLLOWS: Final = re.compile(r"[\s、,]*(?:から|に|で|の|for|and)?[\s、,]*")
_WHOLE_DAY: Final = ClockSpan(opens=0, closes=24 * 60)


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """Days, and the hours of each of them."""

    days: Days
    hours: Hours


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """What the words for a time can mean: one meaning and no reason against it, or several to choose from."""

    whens: tuple[When, ...]
    reason: Unclear | None = None
    duration: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeWords:
    """The words for time in a text, by what they are words for."""

    text: str
    days: Sequence[DayWord]
    clocks: Sequence[ClockWord]
    lengths: Sequence[LengthWord]

    @property
    def spans(self) -> list[Span]:
        """Where they are in the text, in order."""
        return sorted((w.start, w.end) for words in (self.days, self.clocks, self.lengths) for w in words)


def find_times(text: str, protected: Sequence[Span]) -> TimeWords:
    """Find all words for time in a text, passing over spans that are names."""
    days = find_days(text, _RULES, protected)
    day_spans = [(word.start, word.end) for word in days]
    taken = [*protected, *day_spans]
    clocks = find_clocks(text, taken, beside_days=day_spans)
    lengths = find_lengths(text, [*taken, *((clock.start, clock.end) for clock in clocks)])
    return TimeWords(text=text, days=days, clocks=clocks, lengths=lengths)


def times_of(words: TimeWords, today: date) -> Times:
    """Say what the words for time mean."""
    try:
        if any(not word.fits for word in words.lengths) or len(words.lengths) > 1:
            return replace(_times(replace(words, lengths=()), today), reason=Unclear.BAD_DURATION)
        return _times(words, today)
    except UnclearTimeError as unclear:
        return Times(whens=tuple(_when(days, _WHOLE_DAY) for days in unclear.days), reason=unclear.reason)


def _times(words: TimeWords, today: date) -> Times:
    length = words.lengths[0] if words.lengths else None
    if not words.days and not words.clocks:
        raise UnclearTimeError(Unclear.NO_TIME, _soon(today))
    items = joined(words.text, words.days, today) or [_today(today)]
    clocks, used = _lasting(words, length)
    duration = None if used or length is None else length.length
    if len(items) > 1 or items[0].kind is Kind.LIST:
        whens = tuple(_each_with_its_hours(items, clocks))
        return Times(whens=whens[:_MOST], reason=Unclear.SEVERAL_TIMES, duration=duration)
    return _one_time(items[0], _narrower(clocks), duration)


def _soon(today: date) -> tuple[Days, ...]:
    return one(today), one(later(today, 1)), week(today), week(today, 1)


def _today(today: date) -> Item:
    return Item(start=0, end=0, kind=Kind.DAY, readings=(one(today),), read_from=lambda base: (one(base),))


def _lasting(words: TimeWords, length: LengthWord | None) -> tuple[list[ClockWord], bool]:
    """Give a time the length that follows it: 10時から1時間."""
    clocks = list(words.clocks)
    for number, clock in enumerate(clocks):
        if (
            length
            and clock.starts
            and length.start >= clock.end
            and _FOLLOWS.fullmatch(words.text[clock.end : length.start])
        ):
            minutes = length.length // timedelta(minutes=1)
            spans = tuple(lasting(start, minutes) for start in clock.starts)
            clocks[number] = ClockWord(start=clock.start, end=length.end, spans=spans)
            return clocks, True
    return clocks, False


def _narrower(clocks: Sequence[ClockWord]) -> Sequence[ClockWord]:
    """Let a part of the day say which of two hours is meant: tomorrow afternoon at 3."""
    if len(clocks) != 2:
        return clocks
    for part, time in (clocks, tuple(reversed(clocks))):
        inside = tuple(s for s in time.spans if any(_within(s, p) for p in part.spans))
        if inside and not time.problem and not part.problem:
            return [ClockWord(start=clocks[0].start, end=clocks[-1].end, spans=inside)]
    return clocks


def _within(inner: ClockSpan, outer: ClockSpan) -> bool:
    return inner.shift == outer.shift and outer.opens <= inner.opens and inner.closes <= outer.closes


def _one_time(item: Item, clocks: Sequence[ClockWord], duration: timedelta | None) -> Times:
    spans = tuple(dict.fromkeys(span for clock in clocks for span in clock.spans)) or (_WHOLE_DAY,)
    problem = next((clock.problem for clock in clocks if clock.problem), None)
    if problem in {Unclear.NO_SUCH_TIME, Unclear.EMPTY_TIME}:
        return Times(whens=tuple(_when(days, _WHOLE_DAY) for days in item.readings), reason=problem, duration=duration)
    wide = [days for days in item.readings if (days.last - days.first).days > LONGEST_DAYS]
    if wide:
        nearer = (Days(first=days.first, last=later(days.first, _FOUR_WEEKS)) for days in wide)
        return Times(whens=tuple(_when(days, spans[0]) for days in nearer), reason=Unclear.TOO_WIDE, duration=duration)
    whens = tuple(dict.fromkeys(_when(days, span) for days in item.readings for span in spans))
    reason = problem or (Unclear.SEVERAL_TIMES if len(clocks) > 1 else Unclear.AMBIGUOUS)
    return Times(whens=whens[:_MOST], reason=reason if problem or len(whens) > 1 else None, duration=duration)


def _each_with_its_hours(items: Sequence[Item], clocks: Sequence[ClockWord]) -> Iterator[When]:
    """Give each of several times the hours that follow it; hours named once hold for all."""
    for number, item in enumerate(items):
        end = items[number + 1].start if number + 1 < len(items) else 10**6
        own = [clock for clock in clocks if item.end <= clock.start < end]
        spans = [span for clock in (clocks if len(clocks) == 1 else own) for span in clock.spans] or [_WHOLE_DAY]
        yield from (_when(days, span) for days in item.readings for span in spans)


def _when(days: Days, span: ClockSpan) -> When:
    moved = Days(first=later(days.first, span.shift), last=later(days.last, span.shift))
    return When(days=moved, hours=Hours(opens=span.opens, closes=span.closes))
