"""Whatever the engine: all or nothing, in turns where asked for, and its troubles in our words."""

import asyncio

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from sekimori.storage.backend import Turn
from sekimori.storage.database import open_database, open_for_reading
from sekimori.storage.errors import StorageMissing, StorageUnavailable
from sekimori.storage.offsets import SqlOffsets
from sekimori.storage.schema import LATEST, VERSION_TABLE, version_of
from sekimori.storage.tables import metadata


@pytest.fixture
async def database(storage_url, tmp_path):
    async with await open_database(storage_url, folder=tmp_path) as opened:
        yield opened


async def test_what_was_committed_is_there_when_opened_again(storage_url, tmp_path):
    async with await open_database(storage_url, folder=tmp_path) as database:
        await SqlOffsets(database).put("s", "予定 \\ '")
    async with await open_for_reading(storage_url, folder=tmp_path) as database:
        assert await SqlOffsets(database).get("s") == "予定 \\ '"


async def test_the_steps_lead_to_the_tables_that_the_code_knows(database):
    async with database.transaction() as connection:
        context = {"version_table": VERSION_TABLE, "compare_type": True}
        differences = await connection.run_sync(
            lambda held: compare_metadata(MigrationContext.configure(held, opts=context), metadata)
        )
        assert await connection.run_sync(version_of) == LATEST
    assert differences == []


async def test_a_block_that_fails_writes_nothing(database):
    offsets = SqlOffsets(database)

    async def killed() -> None:
        async with database.transaction():
            await offsets.put("s", "1")
            assert await offsets.get("s") == "1"
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError, match="killed"):
        await killed()
    assert await offsets.get("s") is None


@pytest.mark.parametrize("instances", [1, 2])
async def test_writers_of_one_turn_wait_for_each_other(storage_url, tmp_path, instances):
    opened = [await open_database(storage_url, folder=tmp_path) for _ in range(instances)]

    async def count(number: int) -> None:
        database = opened[number % instances]
        offsets = SqlOffsets(database)
        async with database.transaction(Turn.WATCH):
            value = int(await offsets.get("n") or 0)
            await asyncio.sleep(0)
            await offsets.put("n", str(value + 1))

    await asyncio.gather(*map(count, range(24)))
    assert await SqlOffsets(opened[0]).get("n") == "24"
    for database in opened:
        await database.close()


async def test_a_turn_inside_a_transaction_belongs_to_it(database):
    async with database.transaction(), database.transaction(Turn.WATCH):
        await SqlOffsets(database).put("s", "1")
    assert await SqlOffsets(database).get("s") == "1"


async def test_a_task_started_inside_a_transaction_does_not_join_it(database):
    offsets = SqlOffsets(database)
    async with database.transaction():
        await offsets.put("s", "1")
        other = asyncio.create_task(offsets.get("s"))
        assert await other is None
    assert await offsets.get("s") == "1"


async def test_reading_sees_one_state(database):
    offsets = SqlOffsets(database)
    await offsets.put("s", "1")

    async def write() -> None:
        await offsets.put("s", "2")

    async with database.reading():
        assert await offsets.get("s") == "1"
        await asyncio.create_task(write())
    assert await offsets.get("s") == "2"


async def test_reading_cannot_write(storage_url, tmp_path):
    await (await open_database(storage_url, folder=tmp_path)).close()
    async with await open_for_reading(storage_url, folder=tmp_path) as database:
        with pytest.raises(StorageUnavailable, match="cannot be written"):
            await SqlOffsets(database).put("s", "1")


async def test_a_database_that_is_not_there_is_not_made_by_reading(empty_url, tmp_path):
    with pytest.raises(StorageMissing, match="no database yet"):
        await open_for_reading(empty_url, folder=tmp_path)
    with pytest.raises(StorageMissing, match="no database yet"):
        await open_for_reading(empty_url, folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


async def test_two_instances_that_open_an_empty_database_at_once(empty_url, tmp_path):
    opened = await asyncio.gather(*(open_database(empty_url, folder=tmp_path) for _ in range(4)))
    await SqlOffsets(opened[0]).put("s", "1")
    assert await SqlOffsets(opened[3]).get("s") == "1"
    for database in opened:
        await database.close()


async def test_a_later_version_s_database_is_left_alone(storage_url, tmp_path):
    async with await open_database(storage_url, folder=tmp_path) as database, database.transaction() as connection:
        await connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '{LATEST + 1:04}'"))
    with pytest.raises(StorageUnavailable, match="later version"):
        await open_database(storage_url, folder=tmp_path)


async def test_tables_that_are_gone_are_told(database):
    async with database.transaction() as connection:
        await connection.execute(text("DROP TABLE offsets"))
    with pytest.raises(StorageUnavailable, match="not the tables that we made"):
        await SqlOffsets(database).get("s")
