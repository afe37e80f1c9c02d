"""A statement brings its rows along, however many there are, and a transaction begins with its first statement."""

import asyncio
import contextlib
import sqlite3

import pytest
from sqlalchemy import text

from sekimori.storage.database import open_database, open_for_reading
from sekimori.storage.sqlite_connection import AT_ONCE

URL = "sqlite:///rows.db"
NUMBERS = (
    "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {}) SELECT n FROM numbers"
)


@pytest.fixture
async def database(tmp_path):
    async with await open_database(URL, folder=tmp_path) as opened:
        async with opened.transaction() as connection:
            await connection.exec_driver_sql("CREATE TABLE kept (n INTEGER PRIMARY KEY)")
        yield opened


@pytest.mark.parametrize("many", [1, AT_ONCE - 1, AT_ONCE, AT_ONCE + 1, 3 * AT_ONCE])
async def test_all_rows_arrive_at_once_and_one_by_one(database, many):
    async with database.reading() as connection:
        found = (await connection.exec_driver_sql(NUMBERS.format(many))).scalars().all()
        async with connection.stream(text(NUMBERS.format(many))) as rows:
            streamed = [row[0] async for row in rows]
    assert list(found) == streamed == list(range(1, many + 1))


async def test_rows_that_nobody_fetches_hold_nothing_up(database, tmp_path):
    async with database.reading() as connection, connection.stream(text(NUMBERS.format(5000))) as rows:
        assert (await anext(aiter(rows)))[0] == 1
    async with database.transaction() as connection:
        await connection.exec_driver_sql("INSERT INTO kept VALUES (1)")
    async with await open_for_reading(URL, folder=tmp_path) as other, other.reading() as connection:
        assert (await connection.exec_driver_sql("SELECT n FROM kept")).scalars().all() == [1]


@pytest.fixture(params=["transaction", "moment"])
def writing(request, database):
    """Both ways to write: with a thread for each statement, and without."""
    return getattr(database, request.param)


async def test_what_a_block_wrote_before_it_failed_is_not_there(database, writing):
    with contextlib.suppress(RuntimeError):
        async with writing() as connection:
            await connection.exec_driver_sql("INSERT INTO kept VALUES (1)")
            await connection.exec_driver_sql("INSERT INTO kept VALUES (2)")
            raise RuntimeError
    async with database.reading() as connection:
        assert (await connection.exec_driver_sql("SELECT count(*) FROM kept")).scalar_one() == 0


async def test_whoever_is_cancelled_in_a_statement_leaves_no_transaction_behind(database, writing):
    async def write(number):
        async with writing() as connection:
            await connection.exec_driver_sql("INSERT INTO kept VALUES (?)", (number,))
            await connection.exec_driver_sql("INSERT INTO kept VALUES (?)", (-1 - number,))

    for number in range(20):
        task = asyncio.create_task(write(number))
        for _ in range(number % 7):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await write(100)
    with sqlite3.connect(database.path, timeout=0) as other:
        other.execute("INSERT INTO kept VALUES (101)")
    other.close()


async def test_an_empty_block_writes_nothing_and_waits_for_nobody(database):
    with sqlite3.connect(database.path) as other:
        other.execute("BEGIN IMMEDIATE")
        async with database.transaction():
            pass
        async with database.reading():
            pass
    other.close()


async def test_those_who_write_at_once_for_a_moment_all_have_what_they_wrote_and_nothing_else(database):
    async def write(number):
        async with database.moment() as connection:
            for part in range(3):
                await connection.exec_driver_sql("INSERT INTO kept VALUES (?)", (10 * number + part,))
            assert number % 4, "every fourth fails when it has written"

    ends = await asyncio.gather(*(write(number) for number in range(40)), return_exceptions=True)
    failed = {number for number, end in enumerate(ends) if end is not None}
    async with database.reading() as connection:
        kept = (await connection.exec_driver_sql("SELECT n FROM kept ORDER BY n")).scalars().all()
    assert failed >= set(range(0, 40, 4))
    assert list(kept) == [10 * number + part for number in range(40) if number not in failed for part in range(3)]


async def test_a_moment_that_waits_for_another_process_holds_nobody_up(database):
    async def write():
        async with database.moment() as connection:
            await connection.exec_driver_sql("INSERT INTO kept VALUES (1)")

    with sqlite3.connect(database.path) as other:
        other.execute("BEGIN IMMEDIATE")
        writer = asyncio.create_task(write())
        for _ in range(20):
            await asyncio.sleep(0.005)
            assert not writer.done()
    other.close()
    await writer


@pytest.mark.parametrize(("how", "trips"), [("moment", 1), ("glance", 0)])
async def test_a_few_rows_take_no_more_switches_than_there_is_to_wait_for(database, how, trips):
    async with database.reading() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
    before = driver._sent
    async with getattr(database, how)() as connection:
        for number in range(3):
            await connection.exec_driver_sql("SELECT n FROM kept WHERE n = ?", (number,))
        assert (await connection.get_raw_connection()).driver_connection is driver
    assert driver._sent - before == trips
