"""When the weekly post is due, and whether a week says something new."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sekimori.core.ids import ChannelId, PartnerId, PersonId
from sekimori.core.timespan import Timespan
from sekimori.desk.domain.disclosure import Day, Precision, Slot
from sekimori.desk.domain.free_busy import FbType
from sekimori.desk.domain.weekly import Content, PostKind, WeeklyPost, WeeklyTime, changed, content_of

TOKYO, BERLIN = ZoneInfo("Asia/Tokyo"), ZoneInfo("Europe/Berlin")
MONDAY = WeeklyTime(weekday=0, minute=8 * 60 + 30)
NINE = datetime(2026, 11, 24, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "latest", "following"),
    [
        ("2026-11-23T08:29", "2026-11-16T08:30", "2026-11-23T08:30"),
        ("2026-11-23T08:30", "2026-11-23T08:30", "2026-11-30T08:30"),
        ("2026-11-29T23:59", "2026-11-23T08:30", "2026-11-30T08:30"),
    ],
)
def test_it_is_due_every_week_at_its_time(now, latest, following):
    at = datetime.fromisoformat(now).replace(tzinfo=TOKYO)
    assert MONDAY.latest(at, TOKYO) == datetime.fromisoformat(latest).replace(tzinfo=TOKYO)
    assert MONDAY.following(at, TOKYO) == datetime.fromisoformat(following).replace(tzinfo=TOKYO)


def test_the_clock_on_the_wall_counts_when_the_clocks_change():
    before = datetime(2026, 10, 20, tzinfo=BERLIN)
    assert MONDAY.following(before, BERLIN).astimezone(BERLIN).strftime("%d %H:%M %z") == "26 08:30 +0100"


def test_a_post_covers_its_week_and_the_following():
    ids = {"partner": PartnerId("contoso"), "person": PersonId("sato"), "channel": ChannelId("C0SHARED")}
    post = WeeklyPost(at=WeeklyTime(weekday=2, minute=0), **ids)
    assert post.days(datetime(2026, 11, 25, tzinfo=TOKYO), TOKYO) == (date(2026, 11, 23), date(2026, 12, 6))


def week(*types: FbType, precision: Precision = Precision.TYPED, skip: int = 0) -> Content:
    half = timedelta(minutes=30)
    slots = [Slot(span=Timespan(NINE + half * n, NINE + half * (n + 1)), fb_type=t) for n, t in enumerate(types)]
    return content_of((Day(date=date(2026, 11, 24), slots=tuple(slots[skip:])),), precision)


def test_what_went_by_is_no_change():
    before = week(FbType.BUSY, FbType.FREE, FbType.BUSY)
    assert not changed(before, week(FbType.FREE, FbType.FREE, FbType.BUSY, skip=1), NINE + timedelta(minutes=40))


@pytest.mark.parametrize(
    "after",
    [
        week(FbType.BUSY, FbType.BUSY, FbType.BUSY),
        week(FbType.BUSY, FbType.FREE),
        week(FbType.BUSY, FbType.FREE, FbType.BUSY, FbType.FREE),
        week(FbType.BUSY, FbType.FREE, FbType.BUSY, precision=Precision.BUSY_ONLY),
        Content(kind=PostKind.WITHHELD),
        Content(kind=PostKind.SKIPPED),
    ],
)
def test_another_type_slot_precision_or_sentence_is_a_change(after):
    assert changed(week(FbType.BUSY, FbType.FREE, FbType.BUSY), after, NINE)
