from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from sekimori.core.timespan import Timespan
from sekimori.desk.domain.hours import Hours, instant


def test_hours_are_the_clock_of_the_zone() -> None:
    on = Hours(opens=480, closes=1200).on(date(2026, 11, 30), ZoneInfo("Asia/Tokyo"))
    assert on == Timespan(datetime(2026, 11, 29, 23, tzinfo=UTC), datetime(2026, 11, 30, 11, tzinfo=UTC))


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 7, 1), 24)],
)
def test_a_whole_day_is_as_long_as_its_clock_changes_make_it(day: date, hours: int) -> None:
    whole = Hours().on(day, ZoneInfo("Europe/Berlin"))
    assert whole is not None
    assert whole.duration.total_seconds() == hours * 3600


def test_hours_that_a_clock_change_swallowed_are_none() -> None:
    gap = Hours(opens=125, closes=175)  # 2:05 to 2:55 does not exist on this day
    on = gap.on(date(2026, 3, 29), ZoneInfo("Europe/Berlin"))
    assert on is None or on.duration.total_seconds() <= 50 * 60


@pytest.mark.parametrize(("opens", "closes"), [(600, 600), (700, 600), (-1, 600), (0, 1441)])
def test_hours_lie_within_a_day(opens: int, closes: int) -> None:
    with pytest.raises(ValueError, match="within a day"):
        Hours(opens=opens, closes=closes)


def test_within_is_what_both_cover() -> None:
    assert Hours(opens=480, closes=1200).within(Hours(opens=720)) == Hours(opens=720, closes=1200)
    assert Hours(opens=480, closes=600).within(Hours(opens=600)) is None


def test_midnight_at_the_end_of_a_day_is_the_next_day() -> None:
    assert instant(date(2026, 11, 30), 1440, ZoneInfo("Asia/Tokyo")) == datetime(2026, 11, 30, 15, tzinfo=UTC)
