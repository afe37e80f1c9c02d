"""PostgreSQL: one server for several instances."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from typing import Any, Final, TypeAlias

from sqlalchemy import URL, event, make_url, text
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from sekimori.core.confidential import Secret
from sekimori.storage.backend import Turn
from sekimori.storage.errors import StorageUnavailable, is_refusal

Password: TypeAlias = Callable[[], Secret[str]]

_OURS: Final = 0x53454B49  # "SEKI": the first half of our advisory locks' names
_LOCK: Final = text("SELECT pg_advisory_xact_lock(:ours, :turn)")
_ALIVE: Final = (
    # a frozen instance, or one whose host is gone, does not keep the others waiting
    "SET idle_in_transaction_session_timeout = '60s'",
    "SET tcp_keepalives_idle = 30",
    "SET tcp_keepalives_interval = 10",
    "SET tcp_keepalives_count = 3",
)
_DURABLE: Final = (
    *_ALIVE,
    # a commit is on disk when it returns, whatever the server's default; a stricter one stays
    "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'",
)
_LOOPBACK: Final = ("", "localhost", "127.0.0.1", "::1")


class PostgresqlBackend:
    """A server. Writers do not wait for each other, but where they name a turn."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._writes = engine
        self.reads = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._turns = {turn: asyncio.Lock() for turn in Turn}

    @asynccontextmanager
    async def writing(self, turn: Turn | None) -> AsyncIterator[AsyncConnection]:
        """Write in a transaction; the turn is waited for within this process first, without holding a connection."""
        async with nullcontext() if turn is None else self._turns[turn], self._writes.begin() as connection:
            if turn is not None:
                await self.take(connection, turn)
            yield connection

    async def take(self, connection: AsyncConnection, turn: Turn) -> None:
        """Wait for an advisory lock; the server lets go of it when the transaction or its session ends."""
        await connection.execute(_LOCK, {"ours": _OURS, "turn": int(turn)})

    async def close(self) -> None:
        """Let go of every connection."""
        await self._writes.dispose()


def writable(url: URL, *, password: Password | None, patience: float) -> PostgresqlBackend:
    """Return the backend of a database on a server."""
    return PostgresqlBackend(_engine(url, password, patience, _DURABLE))


def read_only(url: URL, *, password: Password | None, patience: float) -> PostgresqlBackend:
    """Return the backend of a database on a server, such that nothing can be written to it."""
    engine = _engine(url, password, patience, _ALIVE)
    return PostgresqlBackend(engine.execution_options(postgresql_readonly=True))


def parsed(address: str) -> URL:
    """Read ``postgresql://role@host:port/database?key=value``; the keys are libpq's.

    A server that is not on this machine is spoken to over TLS, unless the address says otherwise (``sslmode``).

    Raises:
        StorageUnavailable: it is no such address, or names no database.
    """
    try:
        url = make_url(address).set(drivername="postgresql+psycopg")
    except (ArgumentError, ValueError):
        url = None
    if url is None or not url.database:
        raise StorageUnavailable("the database's address cannot be read", hint="write postgresql://role@host/database")
    if "sslmode" in url.query or all(_is_near(host) for host in _hosts(url)):
        return url
    return url.update_query_dict({"sslmode": "require"})


def _hosts(url: URL) -> list[str]:
    named = url.query.get("host", ())
    listed = [named] if isinstance(named, str) else list(named)
    return [url.host or "", *(host for group in listed for host in group.split(","))]


def _is_near(host: str) -> bool:
    return host.startswith("/") or host.rpartition(":")[0] in _LOOPBACK[1:] or host in _LOOPBACK


def _engine(url: URL, password: Password | None, patience: float, settings: tuple[str, ...]) -> AsyncEngine:
    engine = create_async_engine(
        url,
        connect_args={"connect_timeout": max(2, round(patience)), "application_name": "sekimori"},
        pool_pre_ping=True,  # the server may have been restarted meanwhile
        pool_timeout=max(patience, 5.0),
        hide_parameters=True,
    )

    def connected(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute(f"SET lock_timeout = {max(1, round(patience * 1000))}")
        for setting in settings:
            cursor.execute(setting)
        cursor.close()
        connection.commit()

    event.listen(engine.sync_engine, "connect", connected)
    if password is not None:
        event.listen(engine.sync_engine, "do_connect", _signing_in(password))
    return engine


def _signing_in(password: Password) -> Callable[..., Any]:
    """Return how a connection is made: with the password that served last, and where it is refused, with a fresh one.

    A server's password may be changed while we run (AWS changes the one it manages every seven days).
    """
    last = password()

    def connect(dialect: Any, _record: object, arguments: Any, settings: dict[str, Any]) -> Any:
        nonlocal last
        try:
            return dialect.connect(*arguments, **(settings | {"password": last.reveal()}))
        except dialect.loaded_dbapi.OperationalError as error:
            if not is_refusal(error) or (fresh := password()).reveal() == last.reveal():
                raise
            last = fresh
        return dialect.connect(*arguments, **(settings | {"password": last.reveal()}))

    return connect
