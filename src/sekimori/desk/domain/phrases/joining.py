"""How words for days go together: a date and its weekday, from one day to another, a weekday of a week."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from sekimori.desk.domain.phrases.dates import Days, NoSuchDateError, day_of_week, later, monday
from sekimori.desk.domain.phrases.token import DayWord, Kind, Readings
from sekimori.desk.domain.question import Unclear

_A_DAY: Final = timedelta(days=1)
_SLIP: Final = timedelta(days=60)
_SINGLE: Final = {Kind.DATE, Kind.DAY, Kind.WEEKDAY, Kind.MONTHDAY}
_RELATIVE: Final = {Kind.DATE, Kind.WEEKDAY, Kind.MONTHDAY}
_JOINABLE: Final = _SINGLE | {Kind.WEEK, Kind.MONTH, Kind.STRETCH}

_BESIDE: Final = re.compile(r"[\s(]*|\s*[,、]\s*|の")
_TO: Final = re.compile(r"\)?\s*(?:から|より|~|-|to|until|till|through|thru)\s*")
_AND: Final = re.compile(r"\)?\s*and\s*")
_BETWEEN: Final = re.compile(r"(?<![a-z])between\s+$")
_WITHIN: Final = re.compile(r"[\s、,]*(?:の|は|で|だと|なら|of|in|on|the)?[\s、,]*(?:の)?")
_LASTING: Final = re.compile(r"\)?[\s、,]*(?:から|より|の|for|from|starting|starting from)?\s*(?:の)?")
_WEEK_OF: Final = re.compile(r"(?<![a-z])week\s+(?:of|commencing|beginning|starting|from)\s+(?:the\s+|on\s+)?$")
_ITS_WEEK: Final = re.compile(r"\)?の週")
_UNTIL: Final = re.compile(r"\)?(?:まで|以内)")
_UNTIL_BEFORE: Final = re.compile(r"(?<![a-z])(?:until|till|by)\s+(?:the\s+)?$")
_BEFORE: Final = re.compile(r"\)?(?:より|の?)前(?!半)")
_BEFORE_BEFORE: Final = re.compile(r"(?<![a-z])before\s+$")
_ONWARD: Final = re.compile(r"\)?\s?(?:以降|より後|から(?!\s?\d)|onwards?|and after|or later)")
_ONWARD_BEFORE: Final = re.compile(r"(?<![a-z])(?:from|after|since|starting(?: from| on)?)\s+$")


class UnclearTimeError(Exception):
    """The words for a time cannot be taken as one time; ``days`` are what they may have meant."""

    def __init__(self, reason: Unclear, days: Iterable[Days] = ()) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.days = tuple(days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Words for days with what they can mean.

    ``closed`` says that they have both ends; ``doubt`` why they cannot be read on the day they are read from, which
    another day may settle: a date without its year at the end of a range.
    """

    start: int
    end: int
    kind: Kind
    readings: Readings
    read_from: Callable[[date], Readings]
    closed: bool = False
    doubt: UnclearTimeError | None = None

    def certain(self) -> "Item":
        """Return it where there is no doubt.

        Raises:
            UnclearTimeError: there is.
        """
        if self.doubt:
            raise self.doubt
        return self


def joined(words: str, found: Sequence[DayWord], today: date) -> list[Item]:
    """Put words for days together as far as they belong together.

    Raises:
        UnclearTimeError: they contradict each other, or name a day that does not exist.
    """
    items = [_item(word, today) for word in found]
    for step in (_borne_out, _ranged, _narrowed, _lengthened):
        items = _pairwise(words, items, step)
    return [_bounded(words, item.certain(), items, today) for item in _anchored(items)]


def _item(word: DayWord, today: date) -> Item:
    readings, doubt = _tried(word.read_from, today)
    return Item(
        start=word.start, end=word.end, kind=word.kind, readings=readings, read_from=word.read_from, doubt=doubt
    )


def _tried(read_from: Callable[[date], Readings], base: date) -> tuple[Readings, UnclearTimeError | None]:
    try:
        return _read(read_from, base), None
    except UnclearTimeError as doubt:
        return (), doubt


def _read(read_from: Callable[[date], Readings], base: date) -> Readings:
    try:
        readings = read_from(base)
    except NoSuchDateError as error:
        nearest = (Days(first=day, last=day) for day in error.nearest)
        raise UnclearTimeError(Unclear.NO_SUCH_DATE, nearest) from error
    except (OverflowError, ValueError) as error:
        raise UnclearTimeError(Unclear.NO_SUCH_DATE) from error
    if not readings:
        raise UnclearTimeError(Unclear.EMPTY_TIME)
    return readings


_Step = Callable[[str, Item, Item], Item | None]


def _pairwise(words: str, items: Sequence[Item], step: _Step) -> list[Item]:
    """Go through neighbours from the left, and put two together wherever a step can."""
    done: list[Item] = []
    for item in items:
        both = step(words, done[-1], item) if done else None
        if both:
            done[-1] = both
        else:
            done.append(item)
    return done


def _borne_out(words: str, one: Item, other: Item) -> Item | None:
    """Put a date and its weekday together; the weekday may decide what the date means."""
    kinds = (one.kind, other.kind)
    gap = words[one.end : other.start]
    if not set(kinds) <= _SINGLE or kinds.count(Kind.WEEKDAY) != 1 or not _BESIDE.fullmatch(gap):
        return None
    day, named = (other, one) if one.kind is Kind.WEEKDAY else (one, other)
    weekday = named.certain().readings[0].first.weekday()
    agreeing = [days for days in day.readings if days.first.weekday() == weekday]
    if day.readings and not agreeing and gap.strip(" (の"):
        return None

    def read_from(base: date) -> Readings:
        return _on(weekday, _read(day.read_from, base))

    readings, doubt = _tried(lambda _base: _on(weekday, day.certain().readings), date.min)
    return replace(day, start=one.start, end=other.end, readings=readings, read_from=read_from, doubt=doubt)


def _on(weekday: int, readings: Readings) -> Readings:
    """Keep the readings on a weekday."""
    agreeing = tuple(days for days in readings if days.first.weekday() == weekday)
    if agreeing:
        return agreeing
    in_its_week = day_of_week(monday(readings[0].first), weekday)
    raise UnclearTimeError(Unclear.DAYS_DISAGREE, (readings[0], Days(first=in_its_week, last=in_its_week)))


def _ranged(words: str, one: Item, other: Item) -> Item | None:
    """Put the first and the last day of a range together."""
    gap = words[one.end : other.start]
    between = _AND.fullmatch(gap) and _BETWEEN.search(words[: one.start])
    if not {one.kind, other.kind} <= _JOINABLE or one.closed or not (_TO.fullmatch(gap) or between):
        return None

    def read_from(base: date) -> Readings:
        return _ranges(_read(one.read_from, base)[:1], other)

    weekdays = one.kind is other.kind is Kind.WEEKDAY
    return Item(
        start=one.start,
        end=other.end,
        kind=Kind.WEEKDAY if weekdays else Kind.STRETCH,
        readings=_ranges(one.certain().readings, other),
        read_from=read_from if weekdays else lambda _base: _ranges(one.readings, other),
        closed=True,
    )


def _ranges(starts: Readings, other: Item) -> Readings:
    pairs = [(start, end) for start in starts for end in _ends(start.first, other)]
    forward = [Days(first=start.first, last=end.last) for start, end in pairs if start.first <= end.last]
    if forward:
        return tuple(dict.fromkeys(forward))
    raise UnclearTimeError(Unclear.BACKWARDS, (Days(first=end.first, last=start.last) for start, end in pairs))


def _ends(start: date, other: Item) -> Readings:
    """Read the end of a range; a date without its year or a weekday alone is counted from where the range starts."""
    if other.kind not in _RELATIVE:
        return other.certain().readings
    ends = _read(other.read_from, start)
    slip = next((end for end in ends if timedelta() < start - end.last <= _SLIP), None)
    return (slip or ends[0],)


def _narrowed(words: str, one: Item, other: Item) -> Item | None:
    """Narrow a week to its weekday, or a month to its day."""
    if not _WITHIN.fullmatch(words[one.end : other.start]):
        return None
    for whole, part in ((one, other), (other, one)):
        if (whole.kind, part.kind) in {(Kind.WEEK, Kind.WEEKDAY), (Kind.MONTH, Kind.MONTHDAY)} and not whole.closed:
            days = _read(part.read_from, whole.certain().readings[0].first)[:1]
            if days[0].first > whole.readings[0].last:
                raise UnclearTimeError(Unclear.NO_SUCH_DATE, (whole.readings[0],))
            return replace(part, start=one.start, end=other.end, kind=Kind.DAY, readings=days, doubt=None)
    return None


def _lengthened(words: str, one: Item, other: Item) -> Item | None:
    """Count a length of days from a day beside it."""
    if not _LASTING.fullmatch(words[one.end : other.start]) or one.closed or other.closed:
        return None
    for day, length in ((one, other), (other, one)):
        if length.kind is Kind.LENGTH and day.kind in _JOINABLE:
            days = tuple(found for start in day.certain().readings for found in _read(length.read_from, start.first))
            return Item(
                start=one.start, end=other.end, kind=Kind.STRETCH, readings=days, read_from=day.read_from, closed=True
            )
    return None


def _anchored(items: Sequence[Item]) -> list[Item]:
    """Count a weekday or a date that follows another from there."""
    done: list[Item] = []
    for item in items:
        before = done[-1] if done else None
        if before and item.kind in _RELATIVE and before.kind is not Kind.LIST:
            readings = _read(item.read_from, before.certain().readings[0].first)[:1]
            done.append(replace(item, readings=readings, doubt=None))
        else:
            done.append(item)
    return done


def _bounded(words: str, item: Item, items: Sequence[Item], today: date) -> Item:
    """Take in what stands around the only words for days: the week of, until, from then on."""
    before, after = words[: item.start], words[item.end :]
    if _WEEK_OF.search(before) or _ITS_WEEK.match(after):
        weeks = tuple(Days(first=monday(d.first), last=later(monday(d.first), 6)) for d in item.readings)
        return replace(item, readings=weeks, kind=Kind.WEEK, closed=True)
    if item.closed or len(items) > 1 or item.kind is Kind.LIST:
        return item
    if _UNTIL.match(after) or _UNTIL_BEFORE.search(before):
        return _until(item, today, timedelta())
    if _BEFORE.match(after) or _BEFORE_BEFORE.search(before):
        return _until(item, today, _A_DAY)
    beside_clock = re.match(r"\s*(?:at\s+)?\d", after)
    if _ONWARD.match(after) or (_ONWARD_BEFORE.search(before) and not beside_clock):
        return replace(item, readings=tuple(days for found in item.readings for days in _onward(found)), closed=True)
    return item


def _until(item: Item, today: date, less: timedelta) -> Item:
    ends = ((days.last if not less else days.first - less) for days in item.readings)
    readings = tuple(Days(first=today, last=end) for end in ends if end >= today)
    return replace(item, readings=readings or item.readings, closed=True)


def _onward(days: Days) -> Iterable[Days]:
    """Offer ends for what has none: that of its week, and two weeks."""
    sunday = later(monday(days.last), 6)
    if sunday > days.first:
        yield Days(first=days.first, last=sunday)
    yield Days(first=days.first, last=later(days.first, 13))
