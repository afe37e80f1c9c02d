"""What SQLite's file keeps of the work, and what it cannot."""

from datetime import UTC, datetime

import pytest

from sekimori.storage.database import open_database
from sekimori.storage.errors import StorageUnavailable
from sekimori.storage.inbox import SqlInbox

NOW = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)


async def test_what_the_work_said_is_gone_once_it_is_done(tmp_path):
    async with await open_database("sqlite:///work.db", folder=tmp_path) as database:
        inbox = SqlInbox(database, clock=lambda: NOW)
        await inbox.accept("Ev1", b"words that somebody typed")
        await inbox.done("Ev1")
    assert b"somebody typed" not in (tmp_path / "work.db").read_bytes()


async def test_work_that_a_full_disk_cannot_keep_is_not_accepted(tmp_path, full_disk):
    async with await open_database("sqlite:///work.db", folder=tmp_path) as database:
        inbox = SqlInbox(database, clock=lambda: NOW)
        await inbox.accept("Ev1", b"x")
        async with full_disk(database):
            with pytest.raises(StorageUnavailable, match="the disk is full"):
                await inbox.accept("Ev2", b"x" * 100_000)
        assert [work.key for work in await inbox.pending()] == ["Ev1"]
