"""What was acknowledged is done once, whatever happens in between."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from sekimori.storage.database import open_database
from sekimori.storage.errors import StorageUnavailable
from sekimori.storage.inbox import Accepted, Duplicate, SqlInbox

NOW = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)


@pytest.fixture
async def inbox(tmp_path):
    async with await open_database("sqlite:///work.db", folder=tmp_path) as database:
        yield SqlInbox(database, clock=lambda: NOW)


async def test_a_repetition_is_recognised_before_and_after_the_work_is_done(inbox):
    assert await inbox.accept("Ev1", b"question") == Accepted()
    assert await inbox.accept("Ev1", b"question") == Duplicate()
    await inbox.done("Ev1")
    assert await inbox.accept("Ev1", b"question") == Duplicate()
    assert await inbox.pending() == ()


async def test_the_same_request_twice_at_once_is_accepted_once(inbox):
    answers = await asyncio.gather(*(inbox.accept("Ev1", b"x") for _ in range(8)))
    assert answers.count(Accepted()) == 1


async def test_work_that_a_crash_left_behind_is_there_at_the_next_start(tmp_path):
    async with await open_database("sqlite:///work.db", folder=tmp_path) as database:
        inbox = SqlInbox(database, clock=lambda: NOW)
        for key in ("Ev2", "Ev1", "Ev3"):
            await inbox.accept(key, key.encode() + b"\x00\xff")
        await inbox.done("Ev1")
    async with await open_database("sqlite:///work.db", folder=tmp_path) as database:
        left = await SqlInbox(database, clock=lambda: NOW).pending()
    assert [(work.key, work.payload) for work in left] == [("Ev2", b"Ev2\x00\xff"), ("Ev3", b"Ev3\x00\xff")]
    assert left[0].accepted_at == NOW


async def test_what_the_work_said_is_gone_once_it_is_done(tmp_path):
    async with await open_database("sqlite:///work.db", folder=tmp_path) as database:
        inbox = SqlInbox(database, clock=lambda: NOW)
        await inbox.accept("Ev1", b"words that somebody typed")
        await inbox.done("Ev1")
    assert b"somebody typed" not in (tmp_path / "work.db").read_bytes()


async def test_old_keys_are_forgotten_and_open_work_never(tmp_path):
    times = [NOW]
    async with await open_database("sqlite:///work.db", folder=tmp_path) as database:
        inbox = SqlInbox(database, clock=lambda: times[-1])
        await inbox.accept("done", b"x")
        await inbox.accept("open", b"x")
        await inbox.done("done")
        assert await inbox.forget(older_than=timedelta(days=1)) == 0
        times.append(NOW + timedelta(days=2))
        assert await inbox.forget(older_than=timedelta(days=1)) == 1
        assert await inbox.accept("open", b"x") == Duplicate()


async def test_work_that_a_full_disk_cannot_keep_is_not_accepted(tmp_path):
    async with await open_database("sqlite:///work.db", folder=tmp_path) as database:
        inbox = SqlInbox(database, clock=lambda: NOW)
        await inbox.accept("Ev1", b"x")
        async with database.reading() as connection:
            pages = (await connection.exec_driver_sql("PRAGMA page_count")).scalar_one()
            await connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        with pytest.raises(StorageUnavailable, match="the disk is full"):
            await inbox.accept("Ev2", b"x" * 100_000)
        assert [work.key for work in await inbox.pending()] == ["Ev1"]
