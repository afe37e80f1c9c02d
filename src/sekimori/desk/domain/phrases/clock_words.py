"""Words for hours: times, from one time to another, parts of the day."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sekimori.desk.domain.hours import MINUTES_A_DAY
from sekimori.desk.domain.phrases.clock import TIME, NoSuchTimeError, Typed, typed
from sekimori.desk.domain.phrases.parts import PARTS
from sekimori.desk.domain.phrases.token import Span, free
from sekimori.desk.domain.question import Unclear

_TO: Final = r"\s*(?:から|より|~|-|to|until|till|and)\s*"
_AFTER: Final = r"(?:から|以降|より後|より|~|\s?onwards?|\s?or later|-(?!\s*\d))"
_BEFORE: Final = r"(?:まで|以前|より前|前)"
_RANGE: Final = re.compile(
    rf"(?:(?<![a-z])(?:from|between|at)\s+)?{TIME.format(p='a')}{_TO}{TIME.format(p='b')}(?:の?間|まで)?"
)
_OPEN: Final = re.compile(
    rf"(?:(?<![a-z])(?P<word>after|from|since|starting(?:\s+at)?|before|until|till|by|at)\s+|(?P<at>@)\s*)?{TIME.format(p='a')}"
    rf"\s?(?:(?P<after>{_AFTER})|(?P<before>{_BEFORE}))?"
)
_AFTER_WORDS: Final = {"after", "from", "since", "starting", "starting at"}
_BEFORE_WORDS: Final = {"before", "until", "till", "by"}
_AN_HOUR: Final = 60
_HALF_A_DAY: Final = 12 * 60


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class ClockSpan:
    """Minutes of a day from ``opens`` to ``closes``; ``shift`` 1 is the day after the one that is named."""

    shift: int = 0
    opens: int
    closes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockWord:
    """Words for hours that were found in a text.

    ``spans`` is what they can mean, the likeliest first; ``starts`` are the times that a length of time may follow;
    ``problem`` says why even one span would not be what was asked.
    """

    start: int
    end: int
    spans: tuple[ClockSpan, ...]
    starts: tuple[int, ...] = ()
    problem: Unclear | None = None


def find_clocks(words: str, taken: Sequence[Span], *, beside_days: Sequence[Span]) -> list[ClockWord]:
    """Find the words for hours; numbers alone, as in 10-12, are hours only where a day is named as well."""
    found: list[ClockWord] = []
    spans = list(taken)
    for finder in (_ranges(words, bool(beside_days)), _opens(words), _parts(words)):
        for word in finder:
            if free((word.start, word.end), spans):
                spans.append((word.start, word.end))
                found.append(word)
    return sorted(found, key=lambda word: word.start)


def _ranges(words: str, bare: bool) -> Iterator[ClockWord]:  # noqa: FBT001
    for match in _RANGE.finditer(words):
        try:
            first, last = typed(match, "a"), typed(match, "b")
        except NoSuchTimeError:
            if _said_as_time(match, "a") or _said_as_time(match, "b"):
                yield _word(match, (), problem=Unclear.NO_SUCH_TIME)
            continue
        if bare or not (first.bare and last.bare):
            spans, problem = _between(first, last)
            yield _word(match, spans, problem=problem)


def _said_as_time(match: re.Match[str], prefix: str) -> bool:
    return any(match[f"{prefix}{group}"] for group in ("unit", "colon", "half", "ampm"))


def _between(first: Typed, last: Typed) -> tuple[tuple[ClockSpan, ...], Unclear | None]:
    """Pair each start with the first end after it; where there is none, the range goes past midnight or nowhere."""
    starts = _either_half(first) if last.minutes[0] >= _HALF_A_DAY and not last.open_half else first.minutes
    ends = last.minutes if first.twenty_four else _either_half(last)
    ends = tuple(MINUTES_A_DAY if end == 0 else end for end in ends)
    if first.minutes == last.minutes and not last.next_day:
        return (), Unclear.EMPTY_TIME
    pairs = [(start, min(e for e in ends if e > start)) for start in starts if any(e > start for e in ends)]
    if first.open_half and not last.open_half and len(pairs) > 1:
        pairs = [min(pairs, key=lambda pair: pair[1] - pair[0])]
    if pairs and not last.next_day:
        return tuple(ClockSpan(opens=start, closes=end) for start, end in pairs), None
    start, end = first.minutes[0], last.minutes[-1]
    return tuple(_past_midnight(start, end)), Unclear.PAST_MIDNIGHT


def _either_half(time: Typed) -> tuple[int, ...]:
    if not time.open_half:
        return time.minutes
    both = {minute + half for minute in time.minutes for half in (-_HALF_A_DAY, 0, _HALF_A_DAY)}
    return tuple(sorted((m for m in both if 0 < m <= MINUTES_A_DAY), reverse=True))


def _past_midnight(start: int, end: int) -> Iterator[ClockSpan]:
    if start < MINUTES_A_DAY:
        yield ClockSpan(opens=start, closes=MINUTES_A_DAY)
    if 0 < end < MINUTES_A_DAY:
        yield ClockSpan(shift=1, opens=0, closes=end)


def _opens(words: str) -> Iterator[ClockWord]:
    for match in _OPEN.finditer(words):
        try:
            time = typed(match, "a")
        except NoSuchTimeError:
            if _said_as_time(match, "a"):
                yield _word(match, (), problem=Unclear.NO_SUCH_TIME)
            continue
        if not time.bare or match["word"] or match["at"] or match["aclock"]:
            yield _open(match, time)


def _open(match: re.Match[str], time: Typed) -> ClockWord:
    word = match["word"] or ""
    if match["before"] or word in _BEFORE_WORDS:
        noon_at_the_latest = time.minutes[:1] if time.open_half and time.minutes[0] == _HALF_A_DAY else time.minutes
        return _word(match, tuple(ClockSpan(opens=0, closes=m) for m in noon_at_the_latest if m > 0))
    if (match["after"] or word in _AFTER_WORDS) and match["after"] != "以降":
        return _word(match, tuple(_until_midnight(time)), starts=time.minutes)
    if match["after"]:
        return _word(match, tuple(_until_midnight(time)))
    spans = tuple(_an_hour(minute) for minute in time.minutes)
    if time.minutes == (MINUTES_A_DAY,):  # the midnight that ends the day, or the one that began it
        spans = (*spans, _an_hour(0))
    return _word(match, spans, starts=time.minutes)


def _until_midnight(time: Typed) -> Iterator[ClockSpan]:
    yield from (ClockSpan(opens=m, closes=MINUTES_A_DAY) for m in time.minutes if m < MINUTES_A_DAY)


def _an_hour(start: int) -> ClockSpan:
    """Return the hour that a time alone stands for; midnight is the next day's."""
    return lasting(start, _AN_HOUR)


def lasting(start: int, minutes: int) -> ClockSpan:
    """Return the span of so many minutes from a start, ending with the day at the latest."""
    shift, opens = divmod(start, MINUTES_A_DAY)
    return ClockSpan(shift=shift, opens=opens, closes=min(opens + minutes, MINUTES_A_DAY))


def _parts(words: str) -> Iterator[ClockWord]:
    for pattern, opens, closes in PARTS:
        for match in pattern.finditer(words):
            yield _word(match, (ClockSpan(opens=opens, closes=closes),))


def _word(
    match: re.Match[str],
    spans: tuple[ClockSpan, ...],
    *,
    starts: tuple[int, ...] = (),
    problem: Unclear | None = None,
) -> ClockWord:
    return ClockWord(start=match.start(), end=match.end(), spans=spans, starts=starts, problem=problem)
