"""One SQLite file: opened, written by one at a time, closed whole."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import quote

from sqlalchemy import URL, event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from sekimori.storage.errors import StorageUnavailable, in_our_words
from sekimori.storage.tables import SCHEMA_VERSION, metadata

_SQLITE: Final = "sqlite:///"
_DURABLE: Final = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",  # a commit is on disk when it returns, also after a power cut
    "PRAGMA secure_delete=ON",  # what is deleted or moved leaves no copy in the file
    "PRAGMA foreign_keys=ON",
)


class Database:
    """The database of one service.

    Writers take turns: within the process by a lock, between processes by SQLite's own (``BEGIN IMMEDIATE``).
    Made by :func:`open_database`; an asynchronous context manager that closes itself.
    """

    def __init__(self, engine: AsyncEngine, path: Path) -> None:
        self.path = path
        self._engine = engine
        self._writer = engine.execution_options(sekimori_begin="BEGIN IMMEDIATE")
        self._turn = asyncio.Lock()
        self._held: ContextVar[tuple[object, AsyncConnection] | None] = ContextVar("held", default=None)

    @property
    def in_transaction(self) -> bool:
        """Whether the running task holds a write transaction already."""
        held = self._held.get()
        return held is not None and held[0] is asyncio.current_task()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """Write, all or nothing; commits at the end of the block.

        A block inside a block of the same task joins it: what both write is committed together.

        Raises:
            StorageUnavailable: the database cannot be written; nothing of the block was.
        """
        held = self._held.get()
        if held is not None and self.in_transaction:
            yield held[1]
            return
        with _our_words():
            async with self._turn, self._writer.begin() as connection:
                token = self._held.set((asyncio.current_task(), connection))
                try:
                    yield connection
                finally:
                    self._held.reset(token)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Read one consistent state; inside a transaction of the same task, that transaction's.

        Raises:
            StorageUnavailable: the database cannot be read.
        """
        held = self._held.get()
        if held is not None and self.in_transaction:
            yield held[1]
            return
        with _our_words():
            async with self._engine.begin() as connection:
                yield connection

    async def close(self) -> None:
        """Let go of the file; the last one to do so leaves everything in it, and no write-ahead log beside it.

        Such a file can be copied alone, and be read where nothing can be written.
        """
        await self._engine.dispose()
        with suppress(SQLAlchemyError):  # somebody else has it open, or it is damaged
            async with self._engine.connect() as connection:
                driver = (await connection.get_raw_connection()).driver_connection
                await _fold(driver)
        await self._engine.dispose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


async def open_database(url: str, *, folder: Path, patience: float = 5.0) -> Database:
    """Open the database, and make it where there is none (mode 0600).

    Args:
        url: ``sqlite:///path``; a path that is not absolute is relative to ``folder``, the manifest's.
        folder: where the manifest is.
        patience: how many seconds to wait for another process that writes.

    Raises:
        StorageUnavailable: it cannot be opened, or was written by a later version.
    """
    path = path_of(url, folder=folder)
    try:
        path.touch(mode=0o600, exist_ok=True)
    except OSError as error:
        raise StorageUnavailable("the database cannot be opened", hint=f"{path}: {error.strerror}") from error
    database = Database(_engine(path, "rwc", patience, _DURABLE), path)
    try:
        await _prepare(database)
    except BaseException:
        await database.close()
        raise
    return database


async def open_for_reading(url: str, *, folder: Path, patience: float = 5.0) -> Database:
    """Open a database that is there, such that nothing can be written to it.

    Raises:
        StorageUnavailable: there is none, or it cannot be opened.
    """
    path = path_of(url, folder=folder)
    if not path.is_file():
        raise StorageUnavailable("there is no database yet", hint=f"{path} is made when the service first starts")
    return Database(_engine(path, "ro", patience, ("PRAGMA query_only=ON",)), path)


def path_of(url: str, *, folder: Path) -> Path:
    """Return where the database's file is.

    Raises:
        StorageUnavailable: the address names no file.
    """
    name = url.removeprefix(_SQLITE)
    if name == url or not name or name == ":memory:":
        raise StorageUnavailable(
            "the database must be a file", hint="[service] storage is written sqlite:///path, relative to the manifest"
        )
    return folder / name


def _engine(path: Path, mode: str, patience: float, settings: tuple[str, ...]) -> AsyncEngine:
    name = f"file:{quote(str(path.absolute()))}"
    url = URL.create("sqlite+aiosqlite", database=name, query={"mode": mode, "uri": "true"})
    engine = create_async_engine(url, connect_args={"timeout": patience})

    def connected(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, see below
        cursor = connection.cursor()
        for setting in settings:
            cursor.execute(setting)
        cursor.close()

    def begun(connection: Any) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("sekimori_begin", "BEGIN"))

    event.listen(engine.sync_engine, "connect", connected)
    event.listen(engine.sync_engine, "begin", begun)
    return engine


async def _fold(driver: Any) -> None:
    """Put the write-ahead log into the file, unless another process needs it: then it will."""
    with suppress(sqlite3.Error):
        await driver.execute("PRAGMA busy_timeout=0")
        await driver.execute("PRAGMA journal_mode=DELETE")


async def _prepare(database: Database) -> None:
    async with database.transaction() as connection:
        version = (await connection.exec_driver_sql("PRAGMA user_version")).scalar_one()
        if version > SCHEMA_VERSION:
            raise StorageUnavailable(
                "the database was written by a later version of Sekimori", hint="install that version, or a newer one"
            )
        await connection.run_sync(metadata.create_all)
        await connection.exec_driver_sql(f"PRAGMA user_version={SCHEMA_VERSION}")


@contextmanager
def _our_words() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        raise in_our_words(error) from error
