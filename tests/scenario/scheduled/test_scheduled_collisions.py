"""The standing watch: a message for each collision, withdrawn when it is gone, nothing where nothing may be shown."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sekimori.audit.entry import EntryKind
from sekimori.core.ids import PersonId, UserId
from sekimori.desk.scheduled.wording import JA
from sekimori.sim.faults import FeedFault, FeedFaultKind
from sekimori.storage.errors import StorageUnavailable
from sekimori.storage.narrowings import SqlNarrowings
from sekimori.storage.notices import SqlNotices

WATCH = """
[[partners.collision_watches]]
person = "sato"
channel = "C0SHARED"

[[watch.sources]]"""
THEIRS = "sato@contoso.example"
# Google's tokens would be out of date: they go by the machine's clock, as Entra's do. A published feed needs none.
GOOGLE = '{ provider = "google", calendar = "sato@contoso.example" }'
FEED = '{ provider = "ics", calendar = "file:sato.feed" }'


@pytest.fixture
def watching(stage):
    """A stage with a watch, in which Sato's other calendar has one appointment that collides, next Monday."""

    def running(watch: str = WATCH):
        return stage({"\n[[watch.sources]]": watch, GOOGLE: FEED})

    return running


def posts(bot):
    return [post for post in bot.posted() if "重なり" in post.text]


def leave_one(sim, hands) -> None:
    """Leave of Contoso's appointments for Sato the one on the next Monday, which collides for half an hour."""
    coming = [each for each in sim.world.partner_calendars[THEIRS] if each.start > hands.now]
    monday = (each for each in coming if each.start.astimezone(hands.zone).weekday() == 0)
    sim.world.partner_calendars[THEIRS] = (min(monday, key=lambda each: each.start),)


async def test_a_collision_is_told_once_and_withdrawn_when_it_is_gone(watching, hands):
    async with watching() as made:
        leave_one(made.sim, hands)
        async with made.serving() as bot:
            await hands.settle(bot)
            (told,) = posts(bot)
            assert told.channel == "C0SHARED"
            assert "11:00–11:30" in told.text
            await hands.on(bot, timedelta(minutes=16))
        async with made.serving() as bot:
            await hands.on(bot, timedelta(minutes=16))
            assert posts(bot) == [told]
            assert not told.edited
            kept = made.sim.world.partner_calendars[THEIRS]
            made.sim.world.partner_calendars[THEIRS] = tuple(replace(each, status="free") for each in kept)
            await hands.on(bot, timedelta(minutes=16))
            assert posts(bot) == [told]
            assert "解消しました" in told.text
            made.sim.world.partner_calendars[THEIRS] = kept
            await hands.on(bot, timedelta(minutes=16))
            assert posts(bot) == [told]
            assert "重なりが見つかりました" in told.text
            kinds = [EntryKind.COLLISION_FOUND, EntryKind.COLLISION_GONE]
            assert [entry.kind for entry in await bot.entries(*kinds)] == [kinds[0], kinds[1], kinds[0]]


def lines(post) -> list[str]:
    return [line for line in post.text.split("\n")[1:] if line]


async def test_what_is_there_when_the_watch_begins_is_told_at_once_and_kept_true(watching, hands):
    async with watching() as made:
        calendars = made.sim.world.partner_calendars
        async with made.serving() as bot:
            await hands.settle(bot)
            (told,) = posts(bot)
            count = len(lines(told))
            assert count > 1
            assert f"{count} 件" in told.text
            found = await bot.entries(EntryKind.COLLISION_FOUND)
            assert len(found) == count
        # The first is gone, the others stay, and a further one comes: by itself.
        kept = calendars[THEIRS]
        leave_one(made.sim, hands)
        (gone,) = calendars[THEIRS]
        more = replace(gone, start=gone.start + timedelta(days=7), end=gone.end + timedelta(days=7, hours=4))
        calendars[THEIRS] = (*(each for each in kept if each is not gone), more)
        async with made.serving() as bot:
            await hands.on(bot, timedelta(minutes=16))
            assert len(lines(told)) == count
            assert [line for line in lines(told) if "解消しました" in line] == lines(told)[:1]
            assert f"{count - 1} 件" in told.text
            (_, alone) = posts(bot)
            assert "見つかりました" in alone.text
            calendars[THEIRS] = tuple(replace(each, status="free") for each in calendars[THEIRS])
            await hands.on(bot, timedelta(minutes=16))
            assert [post.text.split("\n")[0] for post in posts(bot)] == [
                JA.collisions_gone.format(name="佐藤さん"),
                alone.text,
            ]
            assert "解消しました" in alone.text
            assert len(posts(bot)) == 2


async def test_a_pause_takes_the_sum_back_too(watching, hands):
    async with watching() as made, made.serving() as bot:
        await hands.settle(bot)
        narrowings = SqlNarrowings(bot.ground.database)
        await narrowings.pause(PersonId("sato"), UserId("U0SATO"))
        await hands.on(bot, timedelta(minutes=1))
        (told,) = posts(bot)
        assert told.text == JA.collision_withheld.format(name="佐藤さん")
        await narrowings.resume(PersonId("sato"))
        await hands.on(bot, timedelta(minutes=16))
        assert posts(bot) == [told]
        assert len(lines(told)) > 1


async def test_a_sum_that_a_crash_cut_off_is_found_again_and_told_whole(watching, hands, monkeypatch):
    async with watching() as made:
        keep = SqlNotices.keep

        async def die(self, key, ts, content):
            raise StorageUnavailable("the disk is full")

        monkeypatch.setattr(SqlNotices, "keep", die)  # before the service starts: it looks at once, by itself
        async with made.serving() as bot:
            while not posts(bot):
                await bot.desk.scheduled.scheduler.work_off()
            (told,) = posts(bot)
        monkeypatch.setattr(SqlNotices, "keep", keep)
        async with made.serving() as bot:
            await hands.on(bot, timedelta(minutes=20))
            assert posts(bot) == [told]
            assert told.edited
            assert len(lines(told)) > 1


async def test_a_calendar_that_cannot_be_read_withdraws_nothing(watching, hands):
    async with watching() as made:
        leave_one(made.sim, hands)
        async with made.serving() as bot:
            await hands.settle(bot)
            made.sim.control.fault(FeedFault(kind=FeedFaultKind.NOT_FOUND, times=9))
            await hands.on(bot, timedelta(minutes=16))
            (told,) = posts(bot)
            assert not told.edited


async def test_a_pause_takes_what_was_told_back_within_a_minute(watching, hands):
    async with watching() as made:
        leave_one(made.sim, hands)
        async with made.serving() as bot:
            await hands.settle(bot)
            calls = len(made.sim.control.graph_calls)
            await SqlNarrowings(bot.ground.database).pause(PersonId("sato"), UserId("U0SATO"))
            await hands.on(bot, timedelta(minutes=1))
            (told,) = posts(bot)
            assert "いまはお見せしていません" in told.text
            assert "11:00" not in told.text
            assert len(made.sim.control.graph_calls) == calls


async def test_a_requester_is_told_in_a_direct_message(watching, hands):
    async with watching(WATCH.replace('channel = "C0SHARED"', 'requester = "U0SEC"')) as made:
        leave_one(made.sim, hands)
        async with made.serving() as bot:
            await hands.settle(bot)
            assert [post.channel for post in posts(bot)] == ["D0SEC"]
