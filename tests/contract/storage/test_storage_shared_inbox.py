"""What was acknowledged is done once, whatever happens in between, and by one instance of those that share the work."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from sekimori.storage.database import open_database
from sekimori.storage.inbox import Accepted, Duplicate, SqlInbox
from sekimori.storage.leases import Lease

NOW = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
LEASE = timedelta(seconds=30)


@pytest.fixture
async def inbox(storage_url, tmp_path):
    async with await open_database(storage_url, folder=tmp_path) as database:
        yield SqlInbox(database, clock=lambda: NOW)


class Clock:
    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def shared(storage_url, tmp_path, clock):
    """The inbox as three instances see it."""
    opened = [await open_database(storage_url, folder=tmp_path) for _ in "abc"]
    yield [
        SqlInbox(database, clock=clock, lease=Lease(holder=name, lasting=LEASE))
        for database, name in zip(opened, "abc", strict=True)
    ]
    for database in opened:
        await database.close()


async def test_a_repetition_is_recognised_before_and_after_the_work_is_done(inbox):
    assert await inbox.accept("Ev1", b"question") == Accepted()
    assert await inbox.accept("Ev1", b"question") == Duplicate()
    await inbox.done("Ev1")
    assert await inbox.accept("Ev1", b"question") == Duplicate()
    assert await inbox.pending() == ()


async def test_the_same_request_twice_at_once_is_accepted_once(inbox):
    answers = await asyncio.gather(*(inbox.accept("Ev1", b"x") for _ in range(8)))
    assert answers.count(Accepted()) == 1


async def test_work_that_a_crash_left_behind_is_there_at_the_next_start(storage_url, tmp_path):
    async with await open_database(storage_url, folder=tmp_path) as database:
        inbox = SqlInbox(database, clock=lambda: NOW)
        for key in ("Ev2", "Ev1", "Ev3"):
            await inbox.accept(key, key.encode() + b"\x00\xff")
        await inbox.done("Ev1")
    async with await open_database(storage_url, folder=tmp_path) as database:
        left = await SqlInbox(database, clock=lambda: NOW).pending()
    assert [(work.key, work.payload) for work in left] == [("Ev2", b"Ev2\x00\xff"), ("Ev3", b"Ev3\x00\xff")]
    assert left[0].accepted_at == NOW


async def test_old_keys_are_forgotten_and_open_work_never(storage_url, tmp_path):
    times = [NOW]
    async with await open_database(storage_url, folder=tmp_path) as database:
        inbox = SqlInbox(database, clock=lambda: times[-1])
        await inbox.accept("done", b"x")
        await inbox.accept("open", b"x")
        await inbox.done("done")
        assert await inbox.forget(older_than=timedelta(days=1)) == 0
        times.append(NOW + timedelta(days=2))
        assert await inbox.forget(older_than=timedelta(days=1)) == 1
        assert await inbox.accept("open", b"x") == Duplicate()


async def test_a_request_that_reaches_two_instances_is_accepted_by_one(shared):
    answers = await asyncio.gather(*(inbox.accept("Ev1", b"x") for inbox in shared * 4))
    assert answers.count(Accepted()) == 1


async def test_who_accepted_the_work_holds_it(shared, clock):
    one, two, _ = shared
    await one.accept("Ev1", b"x")
    assert await two.claim() == ()
    assert [work.key for work in await two.pending()] == ["Ev1"]
    for _ in range(5):
        clock.now += LEASE * 0.9
        await one.renew()
        assert await two.claim() == ()


async def test_the_work_of_an_instance_that_crashed_is_taken_over_once(shared, clock):
    one, two, three = shared
    for key in ("Ev2", "Ev1", "Ev3"):
        await one.accept(key, key.encode())
    await one.done("Ev1")
    await two.accept("Ev9", b"mine")
    clock.now += LEASE
    await two.renew()
    taken = await asyncio.gather(two.claim(), three.claim())
    assert Counter(work.key for works in taken for work in works) == Counter(["Ev2", "Ev3"])
    assert await one.claim() == ()


async def test_instances_that_claim_at_once_share_the_work(shared, clock):
    one, *_ = shared
    for number in range(20):
        await one.accept(f"Ev{number:02}", b"x")
    await one.release()
    taken = await asyncio.gather(*(inbox.claim(limit=4) for inbox in shared * 3))
    keys = [work.key for works in taken for work in works]
    assert sorted(keys) == [f"Ev{number:02}" for number in range(20)]


async def test_an_instance_that_ends_gives_its_work_back_at_once(shared):
    one, two, three = shared
    await one.accept("Ev1", b"x")
    await three.accept("Ev2", b"x")
    await one.release()
    assert [work.key for work in await two.claim()] == ["Ev1"]


async def test_an_instance_that_starts_again_finds_what_it_held(storage_url, tmp_path, clock):
    lease = Lease(holder="a", lasting=LEASE)
    async with await open_database(storage_url, folder=tmp_path) as database:
        await SqlInbox(database, clock=clock, lease=lease).accept("Ev1", b"x")
    async with await open_database(storage_url, folder=tmp_path) as database:
        inbox = SqlInbox(database, clock=clock, lease=lease)
        assert await inbox.claim() == ()
        await inbox.release()
        assert [work.key for work in await inbox.claim()] == ["Ev1"]


async def test_the_oldest_work_is_claimed_first(shared):
    one, two, _ = shared
    for key in ("c", "a", "b"):
        await one.accept(key, b"x")
    await one.release()
    assert [work.key for work in await two.claim(limit=2)] == ["c", "a"]
    assert [work.key for work in await two.claim(limit=2)] == ["b"]


async def test_work_that_is_done_is_nobody_s(shared, clock):
    one, two, _ = shared
    await one.accept("Ev1", b"x")
    await one.done("Ev1")
    await one.renew()
    clock.now += LEASE * 2
    assert await two.claim() == ()
    assert await two.accept("Ev1", b"x") == Duplicate()
