"""The database is one durable file; its troubles are told in our words."""

import asyncio
import sqlite3

import pytest

from sekimori.storage.database import open_database, open_for_reading, path_of
from sekimori.storage.errors import StorageDamaged, StorageUnavailable
from sekimori.storage.offsets import SqlOffsets

URL = "sqlite:///data.db"


def test_a_path_is_relative_to_the_manifest(tmp_path):
    assert path_of("sqlite:///data/x.db", folder=tmp_path) == tmp_path / "data" / "x.db"
    assert str(path_of("sqlite:////var/lib/x.db", folder=tmp_path)) == "/var/lib/x.db"


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///", "sqlite:///:memory:", "mysql://host/db", ""])
def test_what_is_no_file_is_refused(tmp_path, url):
    with pytest.raises(StorageUnavailable, match="must be a file"):
        path_of(url, folder=tmp_path)


@pytest.mark.parametrize("name", ["with space.db", "100%.db", "what?.db", "a#b.db", "予定.db"])
async def test_any_file_name_will_do(tmp_path, name):
    async with await open_database(f"sqlite:///{name}", folder=tmp_path) as database:
        await SqlOffsets(database).put("s", "1")
    async with await open_for_reading(f"sqlite:///{name}", folder=tmp_path) as database:
        assert await SqlOffsets(database).get("s") == "1"
    assert [path.name for path in tmp_path.iterdir()] == [name]


async def test_commits_are_durable(tmp_path):
    async with await open_database(URL, folder=tmp_path) as database, database.transaction() as connection:
        settings = [
            (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "secure_delete")
        ]
    assert settings == ["wal", 2, 1]


async def test_writers_in_one_process_take_turns(tmp_path):
    async with await open_database(URL, folder=tmp_path, patience=0) as database:
        offsets = SqlOffsets(database)

        async def count(_number: int) -> None:
            async with database.transaction():
                value = int(await offsets.get("n") or 0)
                await asyncio.sleep(0)
                await offsets.put("n", str(value + 1))

        await asyncio.gather(*map(count, range(12)))
        assert await offsets.get("n") == "12"


async def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(StorageUnavailable, match="cannot be opened"):
        await open_database("sqlite:///missing/data.db", folder=tmp_path)


async def test_a_file_that_is_no_database_is_left_alone(tmp_path):
    (tmp_path / "data.db").write_text("notes of mine " * 100)
    with pytest.raises(StorageDamaged, match="not a database"):
        await open_database(URL, folder=tmp_path)
    assert (tmp_path / "data.db").read_text() == "notes of mine " * 100


async def test_a_later_version_s_database_is_left_alone(tmp_path):
    with sqlite3.connect(tmp_path / "data.db") as connection:
        connection.execute("PRAGMA user_version=99")
    connection.close()
    with pytest.raises(StorageUnavailable, match="later version"):
        await open_database(URL, folder=tmp_path)
