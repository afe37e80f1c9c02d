"""SQLite: one file, written by one at a time, closed whole."""

import sqlite3
from contextlib import AbstractAsyncContextManager, suppress
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from sqlalchemy import URL, event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from sekimori.storage.backend import Turn
from sekimori.storage.group_commit import GroupCommit
from sekimori.storage.sqlite_connection import Connection

_DURABLE: Final = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",  # a commit is on disk when it returns, also after a power cut
    "PRAGMA secure_delete=ON",  # what is deleted or moved leaves no copy in the file
    "PRAGMA foreign_keys=ON",
)
_READING: Final = ("PRAGMA query_only=ON",)


class SqliteBackend:
    """A file. Writers take turns, whatever they write: SQLite has one write transaction at a time.

    Within the process they share transactions (:mod:`~sekimori.storage.group_commit`), so that nobody waits for long;
    between processes they wait for each other by ``BEGIN IMMEDIATE``.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self.reads = engine
        self._groups = GroupCommit(engine.execution_options(sekimori_begin="BEGIN IMMEDIATE"))

    def writing(self, turn: Turn | None) -> AbstractAsyncContextManager[AsyncConnection]:
        """Take part in a write transaction."""
        return self._groups.block(turn)

    async def take(self, connection: AsyncConnection, turn: Turn) -> None:
        """Do nothing: whoever has a write transaction has the turn."""

    async def close(self) -> None:
        """Let go of the file; the last one to do so leaves everything in it, and no write-ahead log beside it."""
        await self.reads.dispose()
        with suppress(SQLAlchemyError):  # somebody else has it open, or it is damaged
            async with self.reads.connect() as connection:
                driver = (await connection.get_raw_connection()).driver_connection
                await _fold(driver)
        await self.reads.dispose()


def writable(path: Path, *, patience: float) -> SqliteBackend:
    """Return the backend of a file that is made where there is none, mode 0600.

    Raises:
        OSError: it cannot be made.
    """
    path.touch(mode=0o600, exist_ok=True)
    return SqliteBackend(_engine(path, "rwc", patience, _DURABLE))


def read_only(path: Path, *, patience: float) -> SqliteBackend:
    """Return the backend of a file that is there, such that nothing can be written to it."""
    return SqliteBackend(_engine(path, "ro", patience, _READING))


def _engine(path: Path, mode: str, patience: float, settings: tuple[str, ...]) -> AsyncEngine:
    name = f"file:{quote(str(path.absolute()))}"
    url = URL.create("sqlite+aiosqlite", database=name, query={"mode": mode, "uri": "true"})
    engine = create_async_engine(url, connect_args={"timeout": patience, "async_creator_fn": _opened})

    def connected(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, see below
        cursor = connection.cursor()
        for setting in settings:
            cursor.execute(setting)
        cursor.close()

    def begun(connection: Any) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("sekimori_begin", "BEGIN"))

    def failed(context: Any) -> None:
        # A statement whose caller was cancelled ends by itself, in the order it was asked for: the connection is sound,
        # and others may have written in the same transaction.
        if not isinstance(context.original_exception, Exception):
            context.is_disconnect = False

    event.listen(engine.sync_engine, "handle_error", failed)
    event.listen(engine.sync_engine, "connect", connected)
    event.listen(engine.sync_engine, "begin", begun)
    return engine


def _opened(*arguments: Any, **settings: Any) -> Connection:
    connect = partial(sqlite3.connect, *arguments, **settings | {"check_same_thread": False})
    return Connection(connect, patience=settings["timeout"])


async def _fold(driver: Any) -> None:
    """Put the write-ahead log into the file, unless another process needs it: then it will."""
    with suppress(sqlite3.Error):
        await driver.execute("PRAGMA busy_timeout=0")
        await driver.execute("PRAGMA journal_mode=DELETE")
