"""What only a server can do: be far away, refuse, go and come back."""

import asyncio
from pathlib import Path

import msgspec
import psycopg
import pytest
from sqlalchemy import text

from sekimori.core.confidential import Secret
from sekimori.manifest.loader import load
from sekimori.storage import postgresql
from sekimori.storage.backend import Turn
from sekimori.storage.database import open_database, open_for_reading, path_of
from sekimori.storage.declared import open_declared
from sekimori.storage.errors import StorageUnavailable
from sekimori.storage.offsets import SqlOffsets

MANIFEST = Path(__file__).parents[1] / "manifest" / "full.toml"


@pytest.mark.parametrize(
    ("address", "sslmode"),
    [
        ("postgresql://role@db.example/name", "require"),
        ("postgresql://role@db.example/name?sslmode=verify-full", "verify-full"),
        ("postgresql://role@db.example/name?sslmode=disable", "disable"),
        ("postgresql:///name?host=db.example", "require"),
        ("postgresql:///name?host=/run/postgresql,db.example", "require"),
        ("postgresql://role@127.0.0.1:5433/name", None),
        ("postgresql://localhost/name", None),
        ("postgresql:///name?host=localhost:5433", None),
        ("postgresql:///name?host=/run/postgresql", None),
        ("postgresql:///name", None),
    ],
)
def test_a_server_elsewhere_is_spoken_to_over_tls(address, sslmode):
    assert postgresql.parsed(address).query.get("sslmode") == sslmode


@pytest.mark.parametrize("address", ["postgresql://", "postgresql://host", "postgresql://host/", "postgresql://h:x/d"])
async def test_an_address_that_names_no_database_is_refused(tmp_path, address):
    with pytest.raises(StorageUnavailable, match="address cannot be read"):
        await open_database(address, folder=tmp_path)


def test_files_beside_it_are_named_after_the_database():
    folder = Path("folder")
    assert path_of("postgresql://role@db.example/sekimori", folder=folder) == folder / "sekimori"
    assert path_of("postgresql://role@db.example/..%2Fa b", folder=folder).parent == folder


async def test_nothing_listens(tmp_path):
    for address in (f"postgresql:///name?host={tmp_path}", "postgresql://127.0.0.1:1/name"):
        with pytest.raises(StorageUnavailable, match="cannot be reached"):
            await open_database(address, folder=tmp_path)


async def test_a_database_that_the_server_has_not(tmp_path, postgresql_url):
    with pytest.raises(StorageUnavailable, match="no database of that name"):
        await open_database(postgresql_url.replace("@/t", "@/missing"), folder=tmp_path)


async def test_a_password_is_given_and_never_shown(tmp_path, postgresql_url):
    missing = postgresql_url.replace("postgres@", "nobody@")
    with pytest.raises(StorageUnavailable, match="refused the sign-in") as raised:
        await open_database(missing, folder=tmp_path, password=lambda: Secret("hunter2"))
    assert "hunter2" not in f"{raised.value!r}{raised.value.__cause__!r}"


async def test_a_password_that_is_changed_meanwhile_is_fetched_anew(tmp_path, postgresql_server, postgresql_url):
    rules = postgresql_server.folder / "data" / "pg_hba.conf"
    rules.write_text(f"local all changing scram-sha-256\n{rules.read_text()}")
    server = psycopg.connect(postgresql_url, autocommit=True)
    server.execute("SELECT pg_reload_conf()")
    server.execute("CREATE ROLE changing LOGIN PASSWORD 'first'")
    server.execute("GRANT ALL ON SCHEMA public TO changing")
    (tmp_path / "password").write_text("first")
    declared = msgspec.structs.replace(
        load(MANIFEST).service,
        storage=postgresql_url.replace("postgres@", "changing@"),
        storage_password="file:password",
    )
    async with await open_declared(declared, folder=tmp_path, environ={}) as database:
        offsets = SqlOffsets(database)
        await offsets.put("s", "1")
        server.execute("ALTER ROLE changing PASSWORD 'second'")
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'changing'")
        with pytest.raises(StorageUnavailable, match="refused the sign-in"):
            await offsets.put("s", "2")
        (tmp_path / "password").unlink()
        with pytest.raises(StorageUnavailable, match="refused the sign-in"):
            await offsets.put("s", "3")
        (tmp_path / "password").write_text("second")
        await offsets.put("s", "4")
        assert await offsets.get("s") == "4"
    server.execute("DROP OWNED BY changing CASCADE; DROP ROLE changing")
    server.close()


async def test_a_role_that_may_only_read_is_enough_to_read(tmp_path, postgresql_url):
    async with await open_database(postgresql_url, folder=tmp_path) as database:
        await SqlOffsets(database).put("s", "1")
        async with database.transaction() as connection:
            await connection.execute(text("DROP ROLE IF EXISTS reader"))
            await connection.execute(text("CREATE ROLE reader LOGIN"))
            await connection.execute(text("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader"))
    as_reader = postgresql_url.replace("postgres@", "reader@")
    async with await open_for_reading(as_reader, folder=tmp_path) as database:
        assert await SqlOffsets(database).get("s") == "1"
    async with await open_database(as_reader, folder=tmp_path) as database:
        with pytest.raises(StorageUnavailable, match="cannot be written"):
            await SqlOffsets(database).put("s", "2")
    with psycopg.connect(postgresql_url, autocommit=True) as connection:
        connection.execute("DROP OWNED BY reader")
        connection.execute("DROP ROLE reader")


async def test_a_server_that_was_restarted_is_found_again(tmp_path, postgresql_server, postgresql_url):
    async with await open_database(postgresql_url, folder=tmp_path) as database:
        await SqlOffsets(database).put("s", "1")
        await asyncio.to_thread(postgresql_server.restart)
        assert await SqlOffsets(database).get("s") == "1"


async def test_a_session_that_the_server_ended_lost_its_block_whole(tmp_path, postgresql_url):
    async with await open_database(postgresql_url, folder=tmp_path) as database:
        offsets = SqlOffsets(database)

        async def cut_off() -> None:
            async with database.transaction() as connection:
                await offsets.put("s", "1")
                process = (await connection.execute(text("SELECT pg_backend_pid()"))).scalar_one()
                with psycopg.connect(postgresql_url, autocommit=True) as other:
                    other.execute("SELECT pg_terminate_backend(%s, 5000)", (process,))
                await offsets.put("t", "1")

        with pytest.raises(StorageUnavailable, match="cannot be reached"):
            await cut_off()
        assert await offsets.get("s") is None


async def test_who_waits_too_long_for_its_turn_is_told(tmp_path, postgresql_url):
    async with (
        await open_database(postgresql_url, folder=tmp_path) as one,
        await open_database(postgresql_url, folder=tmp_path, patience=0.05) as two,
        one.transaction(Turn.AUDIT),
    ):
        with pytest.raises(StorageUnavailable, match="the database is locked"):
            async with two.transaction(Turn.AUDIT):
                pass
        async with two.transaction(Turn.WATCH):
            await SqlOffsets(two).put("s", "1")


async def test_commits_are_durable_whatever_the_server_s_default(tmp_path, postgresql_url):
    with psycopg.connect(postgresql_url, autocommit=True) as connection:
        name = connection.info.dbname
        connection.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
    async with await open_database(postgresql_url, folder=tmp_path) as database, database.transaction() as held:
        assert (await held.execute(text("SHOW synchronous_commit"))).scalar_one() == "on"
