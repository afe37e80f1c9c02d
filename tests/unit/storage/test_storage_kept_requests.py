"""The work of an instance that is gone goes to one that is there; what is in work stays where it is."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from sekimori.storage.database import Database, open_database
from sekimori.storage.inbox import SqlInbox
from sekimori.storage.kept_requests import KeptRequests
from sekimori.storage.leases import Lease


def requests_on(database: Database, holder: str, seconds: float = 30) -> KeptRequests:
    lease = Lease(holder=holder, lasting=timedelta(seconds=seconds))
    return KeptRequests(SqlInbox(database, clock=lambda: datetime.now(UTC), lease=lease), lease)


@pytest.fixture
async def database(tmp_path):
    async with await open_database("sqlite:///work.db", folder=tmp_path) as opened:
        yield opened


async def test_what_is_in_work_is_not_pending_and_what_was_left_is(database):
    requests = requests_on(database, "a")
    assert await requests.accept("Ev1", b"x")
    assert not await requests.accept("Ev1", b"x")
    assert await requests.pending() == []
    await requests.release()
    assert await requests.pending() == [("Ev1", b"x")]
    await requests.done("Ev1")
    await requests.release()
    assert await requests.pending() == []


async def test_tending_holds_one_s_own_and_takes_over_another_s(database):
    gone, here, other = (requests_on(database, holder, 0.6) for holder in ("gone", "here", "other"))
    await gone.accept("Ev1", b"left")
    await here.accept("Ev2", b"in work")
    resumed = []

    async def resume() -> None:
        resumed.extend(await here.pending())

    tending = asyncio.create_task(here.tend(resume))
    async with asyncio.timeout(10):
        while not resumed:  # noqa: ASYNC110 - it is resumed elsewhere
            await asyncio.sleep(0.05)
    assert resumed == [("Ev1", b"left")]
    assert await other.pending() == []
    tending.cancel()


async def test_tending_goes_on_when_the_database_fails(database):
    requests, tries = requests_on(database, "a", 0.03), []

    async def resume() -> None:
        tries.append(len(tries))
        if len(tries) == 1:
            await database.close()
            async with database.transaction() as connection:
                await connection.exec_driver_sql("SELECT nothing")

    tending = asyncio.create_task(requests.tend(resume))
    async with asyncio.timeout(5):
        while len(tries) < 3:  # noqa: ASYNC110 - the tries are counted elsewhere
            await asyncio.sleep(0.01)
    tending.cancel()
