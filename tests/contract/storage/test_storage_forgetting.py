"""Rows that nobody needs are deleted on either engine, all of them and no others, a few at a time."""

from datetime import UTC, datetime, timedelta

import pytest

from sekimori.core.jobs import Job
from sekimori.storage.database import Database, open_database
from sekimori.storage.forgetting import forget_rows
from sekimori.storage.inbox import Duplicate, SqlInbox
from sekimori.storage.instants import written
from sekimori.storage.jobs import SqlJobs
from sekimori.storage.leases import Lease
from sekimori.storage.tables import inbox

NOW = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
DAY = timedelta(days=1)


class Clock:
    now = NOW

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def database(storage_url, tmp_path):
    async with await open_database(storage_url, folder=tmp_path) as opened:
        yield opened


async def test_the_keys_of_answered_requests_go_and_what_waits_stays(database, clock):
    requests = SqlInbox(database, clock=clock)
    for key in ("old", "waiting", "new"):
        await requests.accept(key, b"{}")
    await requests.done("old")
    clock.now += 2 * DAY
    await requests.done("new")
    assert await requests.forget(older_than=DAY) == 1
    assert [work.key for work in await requests.pending()] == ["waiting"]
    assert isinstance(await requests.accept("new", b"{}"), Duplicate)


async def test_jobs_that_are_over_go_and_what_is_due_again_stays(database, clock):
    jobs = SqlJobs(database, clock=clock, lease=Lease(holder="a"))
    for name in ("over", "repeated"):
        await jobs.plan(Job(name=name, due=NOW))
    for claimed in await jobs.claim():
        await jobs.finish(claimed, again=NOW + 9 * DAY if claimed.job.name == "repeated" else None)
    clock.now += 2 * DAY
    assert await jobs.forget(older_than=3 * DAY) == 0
    assert await jobs.forget(older_than=DAY) == 1
    assert [job.name for job in await jobs.planned()] == ["repeated"]


async def test_many_go_in_several_transactions(database, clock, monkeypatch):
    requests = SqlInbox(database, clock=clock)
    for number in range(25):
        await requests.accept(str(number), b"{}")
        await requests.done(str(number))
    begun, transaction = [], Database.transaction
    monkeypatch.setattr(Database, "transaction", lambda *which: (begun.append(which), transaction(*which))[1])
    assert await forget_rows(database, inbox, inbox.c.done_at <= written(NOW), at_once=10) == 25
    assert len(begun) == 3
