"""The weekly post: once, at its time, kept true; nothing of it where nothing may be shown."""

import json
from datetime import timedelta

import pytest

from sekimori.audit.entry import EntryKind
from sekimori.core.ids import PersonId, UserId
from sekimori.sim.faults import Broken, GraphFault, GraphFaultKind, SlackFault
from sekimori.storage.narrowings import SqlNarrowings

POST = """
[[partners.weekly_posts]]
person = "sato"
channel = "C0SHARED"
at = "Mon 08:30"

[[watch.sources]]"""


@pytest.fixture
def weekly(sekimori, hands):
    def running():
        return sekimori({"\n[[watch.sources]]": POST})

    return running


def posts(bot):
    return [post for post in bot.posted() if post.channel == "C0SHARED"]


async def test_it_is_posted_at_its_time_once_with_picture_and_grid(weekly, hands):
    async with weekly() as bot:
        await hands.to(bot, weekday=0, clock="08:00")
        assert posts(bot) == []
        await hands.to(bot, weekday=0, clock="08:30")
        this, following = posts(bot)
        assert this.channel == "C0SHARED"
        for post in (this, following):
            assert [block["type"] for block in post.blocks][:2] == ["header", "image"]
            assert any(block["type"] == "table" for block in post.blocks)
        await hands.on(bot, timedelta(hours=3))
        assert len(posts(bot)) == 2
        assert [entry.kind for entry in await bot.entries(EntryKind.POST_SENT, EntryKind.POST_EDITED)] == [
            EntryKind.POST_SENT
        ] * 2
        kinds = [entry.kind for entry in await bot.entries()]
        assert (
            kinds.index(EntryKind.LOOK_INTENT) < kinds.index(EntryKind.CALL_INTENT) < kinds.index(EntryKind.POST_SENT)
        )
        assert f"記録 {(await bot.entries(EntryKind.POST_SENT))[0].seq} ·" in json.dumps(
            this.blocks, ensure_ascii=False
        )
        assert not any(message.edited for message in posts(bot))


async def test_it_is_edited_in_place_when_the_calendar_changed(weekly, hands):
    async with weekly() as bot:
        await hands.to(bot, weekday=0, clock="08:30")
        before = posts(bot)[0].text
        calendar = bot.sim.world.calendars["sato@fabrikam.example"]
        later = hands.now + timedelta(days=1)
        bot.sim.world.calendars["sato@fabrikam.example"] = tuple(
            entry for entry in calendar if not later <= entry.start < later + timedelta(days=2)
        )
        await hands.on(bot, timedelta(minutes=16))
        this, following = posts(bot)
        assert this.edited
        assert this.text != before
        assert not following.edited
        assert len(await bot.entries(EntryKind.POST_EDITED)) == 1


async def test_a_pause_is_said_within_a_minute_and_nothing_more(weekly, hands):
    async with weekly() as bot:
        await hands.to(bot, weekday=0, clock="08:30")
        narrowings = SqlNarrowings(bot.ground.database)
        await narrowings.pause(PersonId("sato"), UserId("U0SATO"))
        calls = len(bot.sim.control.graph_calls)
        await hands.on(bot, timedelta(minutes=1))
        for post in posts(bot):
            assert "いまはお見せしていません" in post.text
            assert {block["type"] for block in post.blocks} == {"section", "context"}
        assert len(bot.sim.control.graph_calls) == calls
        await narrowings.resume(PersonId("sato"))
        await hands.on(bot, timedelta(minutes=16))
        assert all(any(b["type"] == "table" for b in post.blocks) for post in posts(bot))
        assert len(posts(bot)) == 2


async def test_it_is_skipped_and_says_so_where_the_calendar_cannot_be_read(weekly, hands):
    async with weekly() as bot:
        bot.sim.control.fault(GraphFault(kind=GraphFaultKind.FORBIDDEN, times=1))
        await hands.to(bot, weekday=0, clock="08:30")
        (skipped,) = posts(bot)
        assert "見送りました" in skipped.text
        assert "空きとは限りません" in skipped.text
        await hands.on(bot, timedelta(minutes=16))
        filled, following = posts(bot)
        assert filled.edited
        assert any(block["type"] == "table" for block in filled.blocks)
        assert any(block["type"] == "table" for block in following.blocks)


async def test_posts_that_a_downtime_missed_are_sent_once(stage, hands):
    async with stage({"\n[[watch.sources]]": POST}) as made:
        async with made.serving() as bot:
            await hands.on(bot, timedelta())
        hands.set(weekday=3, clock="10:00", weeks=1)
        async with made.serving() as bot:
            await hands.on(bot, timedelta())
            assert len(posts(bot)) == 2
            await hands.on(bot, timedelta(minutes=16))
            assert len(posts(bot)) == 2
        async with made.serving() as bot:
            await hands.on(bot, timedelta(minutes=16))
            assert len(posts(bot)) == 2


async def test_a_post_whose_answer_was_lost_is_found_again(weekly, hands):
    async with weekly() as bot:
        await hands.to(bot, weekday=0, clock="08:30")
        async with bot.ground.database.transaction() as connection:
            await connection.exec_driver_sql("UPDATE notices SET ts = NULL, content = ''")
            await connection.exec_driver_sql(
                "UPDATE jobs SET due_at = last_due_at, last_due_at = NULL WHERE name LIKE 'weekly:%'"
            )
        await hands.on(bot, timedelta(minutes=1))
        assert len(posts(bot)) == 2


@pytest.mark.parametrize("done", [True, False])
async def test_a_post_that_something_else_answered_for_is_there_once(weekly, hands, done):
    async with weekly() as bot:
        bot.sim.control.fault(SlackFault(method="chat.postMessage", broken=Broken(done=done)))
        hands.set(weekday=0, clock="08:30")
        await bot.desk.scheduled.scheduler.work_off()
        assert len(posts(bot)) == int(done)
        await hands.on(bot, timedelta(minutes=16))
        assert len({post.text for post in posts(bot)}) == len(posts(bot)) == 2


async def test_where_nothing_is_shared_nothing_is_read(sekimori, hands):
    changes = {
        "\n[[watch.sources]]": POST,
        'precision = "typed"\nhorizon_days = 42\nhours': 'precision = "none"\nhours',
    }
    async with sekimori(changes) as bot:
        await hands.to(bot, weekday=0, clock="08:30")
        (post,) = posts(bot)
        assert "いまはお見せしていません" in post.text
        assert bot.sim.control.graph_calls == []
