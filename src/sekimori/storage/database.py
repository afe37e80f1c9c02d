"""The database of one service: a file of SQLite, or a database on a PostgreSQL server."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from sekimori.storage import postgresql, schema, sqlite
from sekimori.storage.backend import Backend, Turn
from sekimori.storage.errors import StorageMissing, StorageUnavailable, in_our_words
from sekimori.storage.postgresql import Password
from sekimori.storage.sqlite_connection import brief

_SQLITE: Final = "sqlite:///"
_POSTGRESQL: Final = "postgresql://"


class Database:
    """The database of one service, perhaps of several instances of it.

    Made by :func:`open_database`; an asynchronous context manager that closes itself.

    Attributes:
        path: what the files beside the database are named after. Of SQLite, the database's own file; of a server,
            the database's name in the manifest's folder, where no file of that name need be.
        failures: how many transactions of ours could not be written since it was opened.
        is_shared: whether other hosts may write to it, so that the files beside it tell of one instance only.
    """

    def __init__(self, backend: Backend, path: Path, *, is_shared: bool = False) -> None:
        self.path = path
        self.is_shared = is_shared
        self.failures = 0
        self._backend = backend
        self._held: ContextVar[tuple[object, AsyncConnection] | None] = ContextVar("held", default=None)

    @property
    def in_transaction(self) -> bool:
        """Whether the running task holds a write transaction already."""
        held = self._held.get()
        return held is not None and held[0] is asyncio.current_task()

    @asynccontextmanager
    async def transaction(self, turn: Turn | None = None) -> AsyncIterator[AsyncConnection]:
        """Write, all or nothing; commits at the end of the block.

        A block inside a block of the same task joins it: what both write is committed together.

        Args:
            turn: no other transaction of that turn runs meanwhile, in no instance: what is read first still holds
                when it is written. Without a turn that is so on SQLite only.

        Raises:
            StorageUnavailable: the database cannot be written; nothing of the block was.
        """
        held = self._held.get()
        if held is not None and self.in_transaction:
            if turn is not None:
                await self._backend.take(held[1], turn)
            yield held[1]
            return
        with self._counted(), _our_words():
            async with self._backend.writing(turn) as connection:
                token = self._held.set((asyncio.current_task(), connection))
                try:
                    yield connection
                finally:
                    self._held.reset(token)

    @asynccontextmanager
    async def moment(self, turn: Turn | None = None) -> AsyncIterator[AsyncConnection]:
        """Write a few rows by their keys, as :meth:`transaction` does: on SQLite with fewer switches between threads.

        Raises:
            StorageUnavailable: as :meth:`transaction`.
        """
        with brief():
            async with self.transaction(turn) as connection:
                yield connection

    @contextmanager
    def _counted(self) -> Iterator[None]:
        try:
            yield
        except StorageUnavailable:
            self.failures += 1
            raise

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
            async with self._backend.reads.begin() as connection:
                yield connection

    @asynccontextmanager
    async def glance(self) -> AsyncIterator[AsyncConnection]:
        """Read a few rows by their keys, as :meth:`reading` does: on SQLite without a switch between threads.

        Raises:
            StorageUnavailable: as :meth:`reading`.
        """
        with brief():
            async with self.reading() as connection:
                yield connection

    async def close(self) -> None:
        """Let go of the database.

        A file of SQLite is left whole, with no write-ahead log beside it: it can be copied alone, and be read where
        nothing can be written.
        """
        await self._backend.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


async def open_database(url: str, *, folder: Path, password: Password | None = None, patience: float = 5.0) -> Database:
    """Open the database, and bring its tables to this version; a file is made where there is none (mode 0600).

    Args:
        url: ``sqlite:///path``, where a path that is not absolute is relative to ``folder``; or
            ``postgresql://role@host/database``.
        folder: where the manifest is.
        password: fetches that of the role on the server, where it needs one; asked again when it is refused.
        patience: how many seconds to wait for another process that writes.

    Raises:
        StorageUnavailable: it cannot be opened, or was written by a later version.
    """
    path = path_of(url, folder=folder)
    if url.startswith(_POSTGRESQL):
        backend: Backend = postgresql.writable(postgresql.parsed(url), password=password, patience=patience)
    else:
        try:
            backend = sqlite.writable(path, patience=patience)
        except OSError as error:
            raise StorageUnavailable("the database cannot be opened", hint=f"{path}: {error.strerror}") from error
    database = Database(backend, path, is_shared=url.startswith(_POSTGRESQL))
    try:
        async with database.transaction(Turn.SCHEMA) as connection:
            await connection.run_sync(schema.upgrade)
    except BaseException:
        await database.close()
        raise
    return database


async def open_for_reading(
    url: str, *, folder: Path, password: Password | None = None, patience: float = 5.0
) -> Database:
    """Open a database that is there, such that nothing can be written to it.

    Raises:
        StorageMissing: there is none yet.
        StorageUnavailable: it cannot be opened.
    """
    path = path_of(url, folder=folder)
    if not url.startswith(_POSTGRESQL):
        if not path.is_file():
            raise StorageMissing("there is no database yet", hint=f"{path} is made when the service first starts")
        return Database(sqlite.read_only(path, patience=patience), path)
    backend = postgresql.read_only(postgresql.parsed(url), password=password, patience=patience)
    database = Database(backend, path, is_shared=True)
    try:
        async with database.reading() as connection:
            known = await schema.has_tables(connection, schema.VERSION_TABLE)
    except BaseException:
        await database.close()
        raise
    if not known:
        await database.close()
        raise StorageMissing("there is no database yet", hint="its tables are made when the service first starts")
    return database


def path_of(url: str, *, folder: Path) -> Path:
    """Return what the files beside the database are named after: of SQLite, the database's file.

    Raises:
        StorageUnavailable: the address names no database.
    """
    if url.startswith(_POSTGRESQL):
        return folder / re.sub(r"[^\w.-]", "_", postgresql.parsed(url).database or "")
    name = url.removeprefix(_SQLITE)
    if name == url or not name or name == ":memory:":
        raise StorageUnavailable(
            "the database must be a file, or be on a PostgreSQL server",
            hint="[service] storage is written sqlite:///path, relative to the manifest, or postgresql://role@host/name",
        )
    return folder / name


@contextmanager
def _our_words() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        raise in_our_words(error) from error
