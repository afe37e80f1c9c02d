"""Blocks of different tasks are committed together, and each fails for itself alone where that can be."""

import asyncio
import contextlib
import sqlite3

import pytest
from sqlalchemy import event

from sekimori.storage.backend import Turn
from sekimori.storage.database import open_database
from sekimori.storage.errors import StorageUnavailable

URL = "sqlite:///groups.db"


@pytest.fixture
async def database(tmp_path):
    async with await open_database(URL, folder=tmp_path, patience=0.1) as opened:
        async with opened.transaction() as connection:
            await connection.exec_driver_sql("CREATE TABLE kept (n INTEGER PRIMARY KEY)")
        yield opened


@pytest.fixture
async def commits(database):
    counted = []
    async with database.reading() as connection:
        event.listen(connection.engine.sync_engine, "commit", counted.append)
    await asyncio.sleep(0)
    counted.clear()
    return counted


async def write(database, number, *, turn=None, fails=False):
    async with database.transaction(turn) as connection:
        await connection.exec_driver_sql("INSERT INTO kept VALUES (?)", (number,))
        if fails:
            raise RuntimeError


def kept(database):
    with contextlib.closing(sqlite3.connect(database.path)) as other:
        return [row[0] for row in other.execute("SELECT n FROM kept ORDER BY n")]


async def test_many_blocks_wait_for_the_disk_a_few_times(database, commits):
    await asyncio.gather(*(write(database, number) for number in range(60)))
    assert kept(database) == list(range(60))
    assert len(commits) <= 3


async def test_a_block_is_on_disk_when_it_is_left_and_not_before(database):
    seen = []

    async def written(number):
        await write(database, number)
        seen.append(set(kept(database)) >= {number})

    await asyncio.gather(*(written(number) for number in range(20)))
    assert seen == [True] * 20


async def test_blocks_that_fail_take_nothing_of_the_others_along(database):
    ended = await asyncio.gather(
        *(write(database, number, fails=number % 3 == 0) for number in range(30)), return_exceptions=True
    )
    assert [type(each) for each in ended] == [RuntimeError if n % 3 == 0 else type(None) for n in range(30)]
    assert kept(database) == [n for n in range(30) if n % 3]


async def test_a_statement_that_is_refused_fails_its_own_block_alone(database):
    numbers = [1, 2, 2, 3, 1, 4]
    ended = await asyncio.gather(*(write(database, number) for number in numbers), return_exceptions=True)
    assert [isinstance(each, StorageUnavailable) for each in ended] == [False, False, True, False, True, False]
    assert kept(database) == [1, 2, 3, 4]


async def test_where_nothing_can_be_committed_every_block_of_the_group_fails(database, full_disk):
    async with full_disk(database):
        ended = await asyncio.gather(*(fill(database) for _ in range(8)), return_exceptions=True)
    assert all(isinstance(each, StorageUnavailable) for each in ended)
    await write(database, 1)
    assert kept(database) == [1]


async def fill(database):
    async with database.transaction() as connection:
        await connection.exec_driver_sql("INSERT INTO kept SELECT max(n, 0) + 1000 FROM (SELECT 1 AS n)")
        await connection.exec_driver_sql(f"CREATE TABLE t{id(asyncio.current_task())} AS SELECT randomblob(100000)")


async def test_a_database_that_somebody_else_writes_is_waited_for_and_then_given_up(database):
    with contextlib.closing(sqlite3.connect(database.path)) as other:
        other.execute("BEGIN IMMEDIATE")
        ended = await asyncio.gather(*(write(database, number) for number in range(3)), return_exceptions=True)
        assert [type(each) for each in ended] == [StorageUnavailable] * 3
    await write(database, 7)
    assert kept(database) == [7]


async def test_two_blocks_of_one_turn_never_share_a_group(database):
    seen = []

    async def count(_number):
        async with database.transaction(Turn.AUDIT) as connection:
            seen.append((kept(database), len(seen)))
            await connection.exec_driver_sql("INSERT INTO kept VALUES (?)", (len(seen),))

    async with asyncio.TaskGroup() as tasks:
        for number in range(6):
            tasks.create_task(count(number))
            tasks.create_task(write(database, 100 + number))
    assert [[n for n in numbers if n < 100] for numbers, _ in seen] == [list(range(1, n + 1)) for n in range(6)]


@pytest.mark.parametrize("steps", range(12))
async def test_whoever_is_cancelled_leaves_the_others_as_they_were(database, steps):
    tasks = [asyncio.create_task(write(database, number)) for number in range(5)]
    for _ in range(steps):
        await asyncio.sleep(0)
    tasks[0].cancel()
    tasks[2].cancel()
    ended = await asyncio.gather(*tasks, return_exceptions=True)
    assert [ended[number] for number in (1, 3, 4)] == [None] * 3
    await asyncio.wait_for(write(database, 9), 5)
    assert {1, 3, 4, 9} <= set(kept(database))
