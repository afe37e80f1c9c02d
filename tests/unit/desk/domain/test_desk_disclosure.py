from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sekimori.core.timespan import Timespan
from sekimori.desk.domain.disclosure import Precision, Schedule, Terms, disclose
from sekimori.desk.domain.free_busy import BusyPeriod, FbType, FreeBusy
from sekimori.desk.domain.hours import Hours

TOKYO = ZoneInfo("Asia/Tokyo")
DAY = datetime(2026, 11, 30, tzinfo=TOKYO)
WINDOW = Timespan(DAY, DAY + timedelta(days=1))
EARLIER = DAY - timedelta(days=1)


def at(hour: float) -> datetime:
    return DAY + timedelta(hours=hour)


def period(first: float, last: float, fb_type: FbType = FbType.BUSY) -> BusyPeriod:
    return BusyPeriod(span=Timespan(at(first), at(last)), fb_type=fb_type)


def shown(*periods: BusyPeriod, precision=Precision.TYPED, now=EARLIER, window=WINDOW, known=WINDOW) -> Schedule:
    terms = Terms(precision=precision, hours=Hours(opens=480, closes=1200), zone=TOKYO)
    return disclose(FreeBusy(window=known, periods=periods), terms, window=window, now=now)


def types(schedule: Schedule) -> dict[str, FbType]:
    taken = (s for s in schedule.slots if s.fb_type is not FbType.FREE)
    return {s.span.start.astimezone(TOKYO).strftime("%H:%M"): s.fb_type for s in taken}


def test_busy_time_is_rounded_outward() -> None:
    assert types(shown(period(9.75, 10.1))) == {"09:30": FbType.BUSY, "10:00": FbType.BUSY}


def test_only_the_hours_are_shown() -> None:
    schedule = shown(period(6, 8.5), period(19.5, 23))
    assert types(schedule) == {"08:00": FbType.BUSY, "19:30": FbType.BUSY}
    assert len(schedule.slots) == 24


def test_what_lies_in_the_past_counts_for_nothing() -> None:
    schedule = shown(period(9, 10.1), now=at(10.25))
    assert types(schedule) == {}
    assert schedule.slots[0].span.start == at(10)


def test_a_window_that_is_over_shows_nothing() -> None:
    assert shown(period(9, 10), now=at(24)).days == ()


def test_what_the_provider_does_not_cover_is_unknown() -> None:
    schedule = shown(known=Timespan(at(9), at(19)))
    assert set(types(schedule)) == {"08:00", "08:30", "19:00", "19:30"}
    assert set(types(schedule).values()) == {FbType.UNKNOWN}


@pytest.mark.parametrize(
    ("precision", "expected"),
    [
        (Precision.TYPED, [FbType.TENTATIVE, FbType.OUT_OF_OFFICE, FbType.WORKING_ELSEWHERE, FbType.UNKNOWN]),
        (Precision.BUSY_ONLY, [FbType.BUSY, FbType.BUSY, FbType.FREE, FbType.UNKNOWN]),
    ],
)
def test_kinds_are_told_apart_only_where_that_is_agreed(precision: Precision, expected: list[FbType]) -> None:
    kinds = [FbType.TENTATIVE, FbType.OUT_OF_OFFICE, FbType.WORKING_ELSEWHERE, FbType.UNKNOWN]
    periods = [period(8 + i, 8.5 + i, kind) for i, kind in enumerate(kinds)]
    schedule = shown(*periods, precision=precision)
    assert [s.fb_type for s in schedule.slots[0:8:2]] == expected


def test_a_part_of_a_day_is_as_busy_as_its_busiest_moment() -> None:
    schedule = shown(period(9, 9.5), period(15, 16, FbType.UNKNOWN), precision=Precision.DAY_PART)
    assert [s.fb_type for s in schedule.slots] == [FbType.BUSY, FbType.UNKNOWN]
    assert [s.span for s in schedule.slots] == [Timespan(at(8), at(12)), Timespan(at(12), at(20))]


def test_nothing_is_nothing() -> None:
    assert shown(period(9, 10), precision=Precision.NONE).days == ()


def test_days_follow_the_zone_through_a_clock_change() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    window = Timespan(datetime(2026, 10, 25, tzinfo=berlin), datetime(2026, 10, 26, tzinfo=berlin))
    terms = Terms(precision=Precision.TYPED, hours=Hours(), zone=berlin)
    now = datetime(2026, 10, 1, tzinfo=UTC)
    (day,) = disclose(FreeBusy(window=window, periods=()), terms, window=window, now=now).days
    assert len(day.slots) == 50
