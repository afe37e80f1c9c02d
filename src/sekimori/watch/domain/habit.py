"""When a log usually has something to say, hour by hour of the week, and when it has been silent for too long.

Each hour of the week has a chance that something is heard in it, learnt from the weeks before. While nothing is heard,
the surprise grows by what each passing hour usually would have brought: an hour of the night adds nothing, an hour of a
working day a lot. Chances are estimated shyly, so few weeks make for long patience.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import log1p
from typing import Final

HOURS: Final = 168
LONGEST_STEP: Final = timedelta(minutes=10)
"""Between two looks; after a longer gap nobody listened, and nothing is learnt from it."""

_MEMORY: Final = 8
_MOST_CERTAIN: Final = 0.95
_HALF_AN_HOUR: Final = 1800.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long silence is borne.

    ``surprise`` is how unlikely it must be, as the negative logarithm of its chance: 9.2 is one in ten thousand. It is
    never told before ``least``, and of a log that was ever heard always after ``most`` of listening.
    """

    surprise: float = 9.2
    least: timedelta = timedelta(hours=1)
    most: timedelta = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """What is known of one log.

    Attributes:
        chances, weeks: for each hour of the week, Monday 00:00 UTC first: how likely it is heard, of how many weeks.
        hour: the hour since 1970 that is going on; ``listened`` seconds of it, ``is_heard`` in it.
        last: when it was heard last; ``looked``: up to when it was listened to.
        surprise: how unlikely the present silence is; ``silent`` seconds of listening long.
        is_told: the present silence was reported.
    """

    last: datetime
    looked: datetime
    hour: int
    chances: tuple[float, ...] = (0.0,) * HOURS
    weeks: tuple[int, ...] = (0,) * HOURS
    listened: float = 0.0
    is_heard: bool = False
    surprise: float = 0.0
    silent: float = 0.0
    is_told: bool = False


def begun(now: datetime) -> Habit:
    """Return the habit of a log that is heard for the first time."""
    return Habit(last=now, looked=now, hour=_hour(now), is_heard=True)


def listened(habit: Habit, now: datetime, *, heard: bool, counts: bool = True) -> Habit:
    """Return the habit after listening up to ``now``; ``counts`` is False on a day from which nothing is to be learnt.

    Law: what is heard ends a silence, whenever it is looked at.
    """
    step = (now - habit.looked).total_seconds()
    step = step if 0 <= step <= LONGEST_STEP.total_seconds() and counts else 0.0
    habit = replace(habit, looked=now, listened=habit.listened + step)
    if heard:
        habit = replace(habit, last=now, surprise=0.0, silent=0.0, is_told=False, is_heard=True)
    else:
        more = step / 3600 * _expected(habit, habit.hour % HOURS)
        habit = replace(habit, surprise=habit.surprise + more, silent=habit.silent + step)
    return habit if _hour(now) == habit.hour else _turned(habit, now, heard=heard)


def is_too_long(habit: Habit, patience: Patience, now: datetime) -> bool:
    """Say whether the silence is longer than the log's own habit, and not reported yet."""
    if habit.is_told or now - habit.last < patience.least:
        return False
    return habit.surprise >= patience.surprise or habit.silent >= patience.most.total_seconds()


def told(habit: Habit) -> Habit:
    """Return the habit once the present silence was reported."""
    return replace(habit, is_told=True)


def _hour(now: datetime) -> int:
    # 1970-01-01 was a Thursday: three days more, and hour 0 of the week is Monday 00:00 UTC.
    return int(now.timestamp() // 3600) + 72


def _turned(habit: Habit, now: datetime, *, heard: bool) -> Habit:
    """Begin another hour; the one before taught something if it was listened to for most of it."""
    place = habit.hour % HOURS
    chances, weeks = habit.chances, habit.weeks
    if habit.is_heard or habit.listened >= _HALF_AN_HOUR:
        count = min(weeks[place] + 1, _MEMORY)
        chance = chances[place] + (float(habit.is_heard) - chances[place]) / count
        chances = (*chances[:place], chance, *chances[place + 1 :])
        weeks = (*weeks[:place], count, *weeks[place + 1 :])
    return replace(habit, hour=_hour(now), chances=chances, weeks=weeks, listened=0.0, is_heard=heard)


def _expected(habit: Habit, place: int) -> float:
    """Return the surprise of one silent hour: the logarithm of how unlikely it is."""
    weeks = habit.weeks[place]
    return -log1p(-min(habit.chances[place] * weeks / (weeks + 1), _MOST_CERTAIN))
