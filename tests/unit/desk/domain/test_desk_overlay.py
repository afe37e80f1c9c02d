from datetime import UTC, datetime, timedelta

import pytest

from sekimori.core.timespan import Timespan
from sekimori.desk.domain.free_busy import BusyPeriod, FbType, FreeBusy, all_unknown
from sekimori.desk.domain.overlay import CollisionKind, collisions

NINE = datetime(2026, 11, 30, 0, tzinfo=UTC)
BUSY, TENTATIVE, AWAY = FbType.BUSY, FbType.TENTATIVE, FbType.OUT_OF_OFFICE
UNKNOWN, ELSEWHERE, FREE = FbType.UNKNOWN, FbType.WORKING_ELSEWHERE, FbType.FREE


def at(first: float, last: float) -> Timespan:
    return Timespan(NINE + timedelta(hours=first), NINE + timedelta(hours=last))


def calendar(*periods: tuple[float, float, FbType]) -> FreeBusy:
    made = tuple(BusyPeriod(span=at(first, last), fb_type=fb_type) for first, last, fb_type in periods)
    return FreeBusy(window=at(0, 10), periods=made)


@pytest.mark.parametrize(
    ("ours", "theirs", "kind"),
    [
        (BUSY, BUSY, CollisionKind.CERTAIN),
        (BUSY, AWAY, CollisionKind.CERTAIN),
        (AWAY, AWAY, None),
        (BUSY, TENTATIVE, CollisionKind.POSSIBLE),
        (TENTATIVE, TENTATIVE, CollisionKind.POSSIBLE),
        (BUSY, UNKNOWN, CollisionKind.UNKNOWN),
        (TENTATIVE, UNKNOWN, CollisionKind.UNKNOWN),
        (UNKNOWN, UNKNOWN, CollisionKind.UNKNOWN),
        (UNKNOWN, FREE, None),
        (BUSY, FREE, None),
        (BUSY, ELSEWHERE, None),
    ],
)
def test_two_types_make_one_kind_of_collision(ours: FbType, theirs: FbType, kind: CollisionKind | None) -> None:
    found = collisions(calendar((1, 3, ours)), calendar((2, 4, theirs)))
    assert [(c.span, c.ours, c.theirs, c.kind) for c in found] == ([(at(2, 3), ours, theirs, kind)] if kind else [])


def test_touching_is_no_collision() -> None:
    assert collisions(calendar((1, 2, BUSY)), calendar((2, 3, BUSY))) == ()


def test_a_collision_is_one_however_its_periods_are_cut() -> None:
    (one,) = collisions(calendar((1, 2, BUSY), (2, 3, BUSY)), calendar((1, 1.5, BUSY), (1.5, 3, BUSY)))
    assert one.span == at(1, 3)


def test_a_calendar_that_could_not_be_read_collides_with_nothing_for_certain() -> None:
    (one,) = collisions(calendar((1, 2, BUSY)), all_unknown(at(0, 10)))
    assert (one.span, one.kind) == (at(1, 2), CollisionKind.UNKNOWN)


def test_windows_of_different_length_leave_the_rest_unknown() -> None:
    theirs = FreeBusy(window=at(0, 2), periods=())
    (one,) = collisions(calendar((1, 3, BUSY)), theirs)
    assert (one.span, one.kind) == (at(2, 3), CollisionKind.UNKNOWN)


def test_too_little_time_between_is_close() -> None:
    ours, theirs = calendar((1, 2, BUSY)), calendar((2, 3, TENTATIVE))
    (one,) = collisions(ours, theirs, buffer=timedelta(minutes=30))
    assert (one.span, one.kind) == (at(1.75, 2.25), CollisionKind.CLOSE)
    assert collisions(ours, calendar((2.5, 3, BUSY)), buffer=timedelta(minutes=30)) == ()


def test_a_real_collision_is_not_called_close_as_well() -> None:
    found = collisions(calendar((1, 3, BUSY)), calendar((2, 4, BUSY)), buffer=timedelta(minutes=30))
    assert [(c.span, c.kind) for c in found] == [(at(2, 3), CollisionKind.CERTAIN)]
