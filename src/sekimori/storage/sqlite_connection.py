"""A connection to a file of SQLite that goes to its thread only for what may have to wait.

aiosqlite goes there for the cursor, for the statement, for its rows and to close: four switches between threads,
which cost far more than the statements do. Here a statement brings its first rows along, and the beginning of a
transaction, or of a part that can be taken back, waits for its first statement. Of a transaction that writes or reads
a few rows by their keys (:func:`brief`), only the commit goes to the thread, which waits for the disk, and the first
statement where it has to wait for another process. The end of a transaction that only read does not go there either.
"""

import sqlite3
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final, Self

import aiosqlite

AT_ONCE: Final = 500
"""How many rows a statement brings along."""

_ITERATED: Final = 64
Row = tuple[Any, ...]
How = Callable[[sqlite3.Cursor, str, Any], sqlite3.Cursor]
_Executed = tuple[sqlite3.Cursor | None, list[Row]]
_NO_PATIENCE: Final = "PRAGMA busy_timeout=0"
_PRIMARY: Final = 0xFF
_BRIEF: Final = ContextVar("brief", default=False)


@contextmanager
def brief() -> Iterator[None]:
    """Let the running task's statements be made where they are asked for: each takes less time than a switch."""
    token = _BRIEF.set(True)
    try:
        yield
    finally:
        _BRIEF.reset(token)


class Connection(aiosqlite.Connection):
    """What SQLAlchemy needs of a connection. A transaction begins with its first statement; one without has none."""

    def __init__(self, connect: Callable[[], sqlite3.Connection], *, patience: float) -> None:
        super().__init__(connect, _ITERATED)
        self._patience = f"PRAGMA busy_timeout={round(patience * 1000)}"
        self._thread.daemon = True
        self._waiting: list[str] = []
        self._begun = False
        self._reads = False
        self._sent, self._back = 0, 0

    @property
    def lost(self) -> bool:
        """Whether a transaction was begun and is no longer there: SQLite gave it up by itself."""
        return self._begun and not self._waiting and not self._conn.in_transaction

    def cursor(self) -> "Cursor":  # type: ignore[override]
        """Return a cursor; that takes no trip."""
        return Cursor(self)

    async def trip(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Run a function in the connection's thread."""

        def run() -> Any:
            try:
                return function(*arguments)
            finally:
                self._back += 1  # by that thread alone; the other number is the event loop's

        self._sent += 1
        return await self._execute(run)  # type: ignore[no-untyped-call]

    @property
    def _idle(self) -> bool:
        """Whether the thread has nothing to do: what somebody no longer waits for may still be under way there."""
        return self._sent == self._back

    async def statement(self, how: How, sql: str, parameters: Any) -> _Executed:
        """Execute a statement; return the driver's cursor and the first rows."""
        if sql.startswith(("BEGIN", "SAVEPOINT")):
            self._waiting.append(sql)
            self._begun = True
            if sql.startswith("BEGIN"):
                self._reads = sql == "BEGIN"
            return None, []
        before, self._waiting = self._waiting, []
        if _BRIEF.get() and self._idle:
            if self._conn.in_transaction:
                return _executed(self._conn, before, how, sql, parameters)
            if done := self._at_once(before, how, sql, parameters):
                return done
        made: _Executed = await self.trip(_executed, self._conn, before, how, sql, parameters)
        return made

    def _at_once(self, before: Sequence[str], how: How, sql: str, parameters: Any) -> _Executed | None:
        """Execute the first statement of a transaction; None where it would have to wait for another process."""
        self._conn.execute(_NO_PATIENCE)
        try:
            return _executed(self._conn, before, how, sql, parameters)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & _PRIMARY != sqlite3.SQLITE_BUSY:
                raise
            self._conn.rollback()
            return None
        finally:
            self._conn.execute(self._patience)

    async def commit(self) -> None:
        """Commit, where anything was begun."""
        await self._end(self._conn.commit)

    async def rollback(self) -> None:
        """Roll back, where anything was begun."""
        await self._end(self._conn.rollback)

    async def _end(self, ending: Callable[[], None]) -> None:
        if self._begun and not any(sql.startswith("BEGIN") for sql in self._waiting):
            if self._reads and self._idle:
                ending()
            else:
                await self.trip(ending)
        self._waiting, self._begun = [], False


class Cursor:
    """The cursor of one statement."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._cursor: sqlite3.Cursor | None = None
        self._rows: deque[Row] = deque()
        self._more = False
        self.arraysize = 1

    async def __aenter__(self) -> Self:
        return self

    @property
    def description(self) -> Any:
        """What the columns are called; None where the statement returns no rows."""
        return self._cursor.description if self._cursor else None

    @property
    def rowcount(self) -> int:
        """How many rows were changed, where the driver can say."""
        return self._cursor.rowcount if self._cursor else -1

    @property
    def lastrowid(self) -> int | None:
        """The row that was inserted last."""
        return self._cursor.lastrowid if self._cursor else None

    async def execute(self, sql: str, parameters: Any = ()) -> Self:
        """Execute a statement."""
        return await self._executed(sqlite3.Cursor.execute, sql, parameters)

    async def executemany(self, sql: str, parameters: Any) -> Self:
        """Execute a statement for each set of parameters."""
        return await self._executed(sqlite3.Cursor.executemany, sql, parameters)

    async def _executed(self, how: How, sql: str, parameters: Any) -> Self:
        self._cursor, rows = await self._connection.statement(how, sql, parameters)
        self._rows, self._more = deque(rows), len(rows) == AT_ONCE
        return self

    async def fetchone(self) -> Row | None:
        """Return the next row."""
        return next(iter(await self.fetchmany(1)), None)

    async def fetchmany(self, size: int | None = None) -> list[Row]:
        """Return the next rows."""
        wanted = self.arraysize if size is None else size
        if len(self._rows) < wanted and self._more and self._cursor:
            rows = await self._connection.trip(self._cursor.fetchmany, max(wanted, AT_ONCE))
            self._rows.extend(rows)
            self._more = len(rows) >= AT_ONCE
        return [self._rows.popleft() for _ in range(min(wanted, len(self._rows)))]

    async def fetchall(self) -> Sequence[Row]:
        """Return all rows that are left."""
        rows = list(self._rows)
        self._rows.clear()
        if self._more and self._cursor:
            rows += await self._connection.trip(self._cursor.fetchall)
            self._more = False
        return rows

    async def close(self) -> None:
        """Let go of rows that nobody fetched."""
        self._rows.clear()
        if self._more and self._cursor:
            self._more = False
            await self._connection.trip(self._cursor.close)


def _executed(
    connection: sqlite3.Connection, before: Sequence[str], how: How, sql: str, parameters: Any
) -> tuple[sqlite3.Cursor, list[Row]]:
    for waiting in before:
        connection.execute(waiting)
    cursor = connection.cursor()
    how(cursor, sql, parameters)
    return cursor, cursor.fetchmany(AT_ONCE) if cursor.description else []
