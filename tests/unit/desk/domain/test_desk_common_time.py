from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sekimori.core.timespan import Timespan
from sekimori.desk.domain.common_time import common_free
from sekimori.desk.domain.free_busy import BusyPeriod, FbType, FreeBusy, all_unknown
from sekimori.desk.domain.hours import Hours
from sekimori.desk.domain.working_time import WorkingTime

TOKYO = ZoneInfo("Asia/Tokyo")
MONDAY = datetime(2026, 11, 30, tzinfo=TOKYO)
WORKING = WorkingTime(zone=TOKYO)
HOUR = timedelta(hours=1)


def at(first: float, last: float, day: int = 0) -> Timespan:
    start = MONDAY + timedelta(days=day)
    return Timespan(start + timedelta(hours=first), start + timedelta(hours=last))


def person(*periods: tuple[float, float, FbType], days: int = 1) -> FreeBusy:
    made = tuple(BusyPeriod(span=at(first, last), fb_type=fb_type) for first, last, fb_type in periods)
    return FreeBusy(window=at(0, 24 * days), periods=made)


def test_free_time_is_what_all_have_in_working_hours_without_lunch() -> None:
    found = common_free(
        [person((9, 10, FbType.BUSY)), person((15, 16.5, FbType.BUSY))],
        window=at(0, 24),
        duration=HOUR,
        working=WORKING,
    )
    assert found.free == (at(10, 12), at(13, 15), at(16.5, 18))
    assert found.uncertain == ()


def test_what_is_too_short_is_left_out() -> None:
    people = [person((9.5, 12, FbType.BUSY), (14, 17.5, FbType.BUSY))]
    assert common_free(people, window=at(0, 24), duration=HOUR, working=WORKING).free == (at(13, 14),)


def test_tentative_and_unknown_time_is_uncertain_with_the_free_time_it_needs() -> None:
    people = [
        person((9, 9.5, FbType.BUSY), (10, 11, FbType.TENTATIVE), (13, 14, FbType.UNKNOWN), (14.5, 18, FbType.BUSY))
    ]
    found = common_free(people, window=at(0, 24), duration=HOUR, working=WORKING)
    assert found.free == (at(11, 12),)
    assert [(p.span, p.fb_type) for p in found.uncertain] == [
        (at(9.5, 11), FbType.TENTATIVE),
        (at(13, 14.5), FbType.UNKNOWN),
    ]


def test_whoever_could_not_be_read_leaves_nothing_free() -> None:
    found = common_free([person(), all_unknown(at(0, 24))], window=at(0, 24), duration=HOUR, working=WORKING)
    assert found.free == ()
    assert {p.fb_type for p in found.uncertain} == {FbType.UNKNOWN}


def test_weekends_and_holidays_are_off() -> None:
    rules = WorkingTime(zone=TOKYO, holiday=lambda day: "a feast" if day == date(2026, 12, 1) else None)
    found = common_free([person(days=7)], window=at(0, 24 * 7), duration=HOUR, working=rules)
    assert {span.start.astimezone(TOKYO).day for span in found.free} == {30, 2, 3, 4}


def test_a_buffer_keeps_its_distance_from_what_is_taken() -> None:
    rules = WorkingTime(zone=TOKYO, buffer=timedelta(minutes=15))
    found = common_free(
        [person((10, 11, FbType.BUSY))], window=at(9, 12), duration=timedelta(minutes=30), working=rules
    )
    assert found.free == (at(9, 9.75), at(11.25, 12))


@pytest.mark.parametrize(
    ("lunch", "spans"),
    [
        (None, [(9, 18)]),
        (Hours(opens=540, closes=600), [(10, 18)]),
        (Hours(opens=1020, closes=1140), [(9, 17)]),
        (Hours(opens=480, closes=1200), []),
        (Hours(opens=1200, closes=1260), [(9, 18)]),
    ],
)
def test_lunch_is_cut_out_wherever_it_lies(lunch: Hours | None, spans: list[tuple[float, float]]) -> None:
    rules = WorkingTime(zone=TOKYO, lunch=lunch)
    assert rules.within(at(0, 24)) == tuple(at(first, last) for first, last in spans)


def test_no_hours_leave_no_time() -> None:
    rules = WorkingTime(zone=TOKYO, hours=None)
    assert common_free([person()], window=at(0, 24), duration=HOUR, working=rules).free == ()


def test_working_time_follows_the_wall_clock_over_a_change() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    rules = WorkingTime(zone=berlin, lunch=None, days_off=frozenset())
    window = Timespan(datetime(2026, 10, 24, tzinfo=berlin), datetime(2026, 10, 26, tzinfo=berlin))
    assert [span.start.astimezone(UTC).hour for span in rules.within(window)] == [7, 8]


@pytest.mark.parametrize(("people", "duration"), [([], HOUR), ([person()], timedelta())])
def test_nobody_and_no_duration_are_errors(people: list[FreeBusy], duration: timedelta) -> None:
    with pytest.raises(ValueError, match="needs people"):
        common_free(people, window=at(0, 24), duration=duration, working=WORKING)
