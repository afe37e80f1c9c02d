"""What the desk put up by itself, on either engine: begun once, kept with what it says, found by how its key begins."""

from datetime import UTC, datetime, timedelta

import pytest

from sekimori.core.ids import ChannelId
from sekimori.storage.database import open_database
from sekimori.storage.notices import SqlNotices

NOW, CHANNEL = datetime(2026, 11, 23, tzinfo=UTC), ChannelId("C0SHARED")


@pytest.fixture
async def notices(storage_url, tmp_path):
    async with await open_database(storage_url, folder=tmp_path) as opened:
        yield SqlNotices(opened, lambda: NOW)


async def test_a_notice_is_begun_once_and_remembers_when(notices):
    assert await notices.begin("weekly:a", CHANNEL, NOW) is None
    again = await notices.begin("weekly:a", CHANNEL, NOW + timedelta(hours=1))
    assert (again.begun, again.ts, again.content) == (NOW, None, "")
    await notices.undo("weekly:a")
    assert await notices.begin("weekly:a", CHANNEL, NOW) is None


async def test_it_keeps_where_the_message_is_and_what_it_says(notices):
    await notices.begin("weekly:a", CHANNEL, NOW)
    await notices.keep("weekly:a", "1.5", "says this")
    (kept,) = await notices.find("weekly:")
    assert (kept.key, kept.channel, kept.ts, kept.content) == ("weekly:a", CHANNEL, "1.5", "says this")


async def test_a_key_is_found_by_its_beginning_alone(notices):
    for key in ("weekly:b", "weekly:a", "weekly_:a", "collision:a"):
        await notices.begin(key, CHANNEL, NOW)
    assert [notice.key for notice in await notices.find("weekly:")] == ["weekly:a", "weekly:b"]


async def test_old_ones_are_forgotten_and_what_has_begun_is_not(notices):
    for number in range(3):
        await notices.begin(f"digest:{number}", CHANNEL, NOW - timedelta(days=number))
    await notices.begin("watch:begun", ChannelId(""), NOW - timedelta(days=900))
    assert await notices.forget(older_than=timedelta(days=1)) == 1
    assert [notice.key for notice in await notices.find("")] == ["digest:0", "digest:1", "watch:begun"]
