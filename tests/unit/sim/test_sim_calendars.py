from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from sekimori.sim.calendars import bait_of, seeded_calendars

TOKYO = ZoneInfo("Asia/Tokyo")


def test_all_day_is_local_midnight_to_midnight():
    calendars = seeded_calendars(datetime(2026, 11, 18, 1, tzinfo=UTC), TOKYO)
    [day] = [e for e in calendars["sato@fabrikam.example"] if e.all_day and e.start.month == 11 and e.start.day == 17]
    assert day.start == datetime(2026, 11, 17, 15, tzinfo=UTC)
    assert day.end == datetime(2026, 11, 18, 15, tzinfo=UTC)


def test_the_week_is_the_local_one():
    # 23:30 on a Sunday in UTC is Monday in Tokyo.
    sunday_night = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    first = min(e.start for e in seeded_calendars(sunday_night, TOKYO)["sato@fabrikam.example"])
    assert first == datetime(2026, 11, 16, 1, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "Europe/Berlin", "America/New_York"])
def test_hours_stay_the_same_on_the_wall_across_a_clock_change(zone):
    place = ZoneInfo(zone)
    calendars = seeded_calendars(datetime(2026, 10, 20, tzinfo=UTC), place)
    kickoffs = [e for e in calendars["sato@fabrikam.example"] if "キックオフ" in e.subject]
    assert {e.start.astimezone(place).hour for e in kickoffs} == {10}


def test_the_bait_is_every_text_of_every_calendar():
    calendars = seeded_calendars(datetime(2026, 11, 18, tzinfo=UTC), TOKYO)
    bait = bait_of(calendars)
    assert {"買収案件 朱雀 キックオフ", "聖路加クリニック", "counsel@lawfirm.example", "Suzuki hospital visit"} <= bait
    assert "" not in bait
