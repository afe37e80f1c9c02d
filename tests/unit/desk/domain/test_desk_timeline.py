from datetime import UTC, datetime, timedelta

from sekimori.core.timespan import Timespan
from sekimori.desk.domain.free_busy import BusyPeriod, FbType, FreeBusy
from sekimori.desk.domain.timeline import laid_over, padded

NINE = datetime(2026, 11, 30, 0, tzinfo=UTC)


def at(first: float, last: float) -> Timespan:
    return Timespan(NINE + timedelta(hours=first), NINE + timedelta(hours=last))


def calendar(*periods: tuple[float, float, FbType], window: Timespan | None = None) -> FreeBusy:
    made = tuple(BusyPeriod(span=at(first, last), fb_type=fb_type) for first, last, fb_type in periods)
    return FreeBusy(window=window or at(0, 10), periods=made)


def test_a_window_is_cut_where_a_calendar_changes() -> None:
    one, two = calendar((1, 3, FbType.BUSY)), calendar((2, 4, FbType.TENTATIVE))
    assert [(s.span, s.types) for s in laid_over([one, two], at(0, 5))] == [
        (at(0, 1), (FbType.FREE, FbType.FREE)),
        (at(1, 2), (FbType.BUSY, FbType.FREE)),
        (at(2, 3), (FbType.BUSY, FbType.TENTATIVE)),
        (at(3, 4), (FbType.FREE, FbType.TENTATIVE)),
        (at(4, 5), (FbType.FREE, FbType.FREE)),
    ]


def test_the_stronger_of_overlapping_periods_holds_and_neighbours_join() -> None:
    one = calendar((1, 3, FbType.BUSY), (2, 5, FbType.TENTATIVE), (3, 4, FbType.BUSY))
    assert [(s.span, s.types[0]) for s in laid_over([one], at(1, 5))] == [
        (at(1, 4), FbType.BUSY),
        (at(4, 5), FbType.TENTATIVE),
    ]


def test_what_a_calendar_does_not_cover_is_unknown() -> None:
    one = calendar(window=at(1, 2))
    assert [s.types[0] for s in laid_over([one], at(0, 3))] == [FbType.UNKNOWN, FbType.FREE, FbType.UNKNOWN]
    assert [s.types[0] for s in laid_over([one], at(4, 5))] == [FbType.UNKNOWN]


def test_nothing_at_all_is_free_throughout() -> None:
    (stretch,) = laid_over([calendar()], at(0, 5))
    assert (stretch.span, stretch.types) == (at(0, 5), (FbType.FREE,))


def test_a_buffer_lets_taken_time_reach_and_leaves_the_rest() -> None:
    one = calendar((2, 3, FbType.BUSY), (5, 6, FbType.UNKNOWN), (7, 8, FbType.FREE))
    assert [p.span for p in padded(one, timedelta(minutes=30)).periods] == [at(1.5, 3.5), at(5, 6), at(7, 8)]
    assert padded(one, timedelta()) is one
