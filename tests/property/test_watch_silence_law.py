"""A log's own habit: nights, weekends and restarts are borne, a cut in a working day is not, and is told once."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekimori.watch.domain.habit import Habit, Patience, begun, is_too_long, listened, told

MONDAY = datetime(2026, 10, 5, tzinfo=UTC)
STEP = timedelta(minutes=10)
PATIENCE = Patience()


def office(now: datetime) -> bool:
    """Say whether somebody works: on weekdays from 9 to 18, in Tokyo."""
    local = now + timedelta(hours=9)
    return local.weekday() < 5 and 9 <= local.hour < 18


def run(habit: Habit, start: datetime, end: datetime, is_heard: Any) -> tuple[Habit, list[datetime]]:
    alarms, now = [], start
    while now < end:
        habit = listened(habit, now, heard=is_heard(now))
        if is_too_long(habit, PATIENCE, now):
            alarms.append(now)
            habit = told(habit)
        now += STEP
    return habit, alarms


def learnt(weeks: int, is_heard: Any = office) -> Habit:
    habit, alarms = run(begun(MONDAY), MONDAY, MONDAY + timedelta(weeks=weeks), is_heard)
    assert alarms == []
    return habit


@pytest.mark.parametrize(("weeks", "within"), [(1, 14), (2, 9), (4, 7), (8, 5)])
def test_a_cut_in_a_working_day_is_told_once_and_the_sooner_the_more_was_learnt(weeks: int, within: int) -> None:
    habit = learnt(weeks)
    cut = MONDAY + timedelta(weeks=weeks, days=1, hours=1)
    habit, alarms = run(habit, MONDAY + timedelta(weeks=weeks), cut, office)
    assert alarms == []
    _, alarms = run(habit, cut, cut + timedelta(days=5), lambda _: False)
    (alarm,) = alarms
    worked = sum(office(cut + number * STEP) for number in range((alarm - cut) // STEP)) / 6
    assert 1 <= worked <= within


def test_it_may_be_told_again_after_it_was_heard() -> None:
    habit = learnt(4)
    monday = MONDAY + timedelta(weeks=4)
    habit, first = run(habit, monday, monday + timedelta(days=2), lambda _: False)
    habit, second = run(habit, monday + timedelta(days=2), monday + timedelta(days=3), office)
    _, third = run(habit, monday + timedelta(days=3), monday + timedelta(days=5), lambda _: False)
    assert (len(first), len(second), len(third)) == (1, 0, 1)


@pytest.mark.parametrize("a_day", [1, 3, 12])
def test_a_log_that_is_seldom_heard_is_given_long(a_day: int) -> None:
    """Heard at random, so often a day: of a month's silences hardly one is one in ten thousand."""
    chance = Random(a_day)

    def seldom(now: datetime) -> bool:
        return office(now) and chance.random() < a_day / 54

    habit, first = run(begun(MONDAY), MONDAY, MONDAY + timedelta(weeks=4), seldom)
    assert len(first) <= 1
    _, alarms = run(habit, MONDAY + timedelta(weeks=4), MONDAY + timedelta(weeks=7), lambda _: False)
    assert len(alarms) <= 1


@given(st.timedeltas(timedelta(minutes=11), timedelta(days=40)), st.sampled_from([-1, 1]))
def test_while_nobody_listened_nothing_was_silent(gap: timedelta, direction: int) -> None:
    habit = HABIT
    now = habit.looked + direction * gap
    after = listened(habit, now, heard=False)
    assert after.surprise == habit.surprise
    assert after.silent == habit.silent
    assert not is_too_long(after, PATIENCE, now)


def test_a_log_that_was_ever_heard_is_told_after_the_longest_patience() -> None:
    habit = begun(MONDAY)
    _, alarms = run(habit, MONDAY, MONDAY + timedelta(days=8), lambda _: False)
    assert alarms == [MONDAY + timedelta(days=7)]


def test_a_day_that_does_not_count_adds_nothing() -> None:
    holiday, now, habit = date(2026, 11, 2), MONDAY + timedelta(weeks=4), learnt(4)
    before = habit.surprise
    while now.date() == holiday:
        habit = listened(habit, now, heard=False, counts=False)
        now += STEP
    assert habit.surprise == before


HABIT = learnt(2)
