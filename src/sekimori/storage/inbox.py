"""Work accepted from Slack, kept until it is done: an acknowledged question is answered once, also after a crash."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias

from sqlalchemy import Row, bindparam, delete, select, update

from sekimori.core.clock import Clock
from sekimori.storage.database import Database
from sekimori.storage.dialect import made_once
from sekimori.storage.forgetting import forget_rows
from sekimori.storage.instants import read, written
from sekimori.storage.leases import FREE, Lease
from sekimori.storage.tables import inbox, sendings

_FRESH: Final = made_once(
    lambda row: row.on_conflict_do_nothing(index_elements=["key"]).returning(inbox.c.place), inbox
)
_POSTED: Final = delete(sendings).where(sendings.c.request == bindparam("of"))
_DONE: Final = (
    update(inbox)
    .where(inbox.c.key == bindparam("of"), inbox.c.done_at.is_(None))
    .values(done_at=bindparam("at"), payload=None, **FREE)
)
_ALONE: Final = Lease(holder="the only instance")


@dataclass(frozen=True, slots=True)
class Accepted:
    """The work is on disk and is to be done by this instance; it may be acknowledged."""


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The same work was accepted before: a retry, or a replay. It is not done again."""


Acceptance: TypeAlias = Accepted | Duplicate


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingWork:
    """Work that was accepted and not yet done."""

    key: str
    payload: bytes
    accepted_at: datetime


class SqlInbox:
    """A durable inbox. Keys are Slack's own (``event_id``, ``trigger_id``), remembered after the work is done.

    Instances on one database share it: who accepts work holds it, and has to :meth:`renew` before the lease ends;
    what nobody holds goes to who asks by :meth:`claim`. At its start an instance gives back by :meth:`release` what
    an earlier run of it held, and at its end what it holds.
    """

    def __init__(self, database: Database, *, clock: Clock, lease: Lease = _ALONE) -> None:
        self._database = database
        self._clock = clock
        self._lease = lease

    async def accept(self, key: str, payload: bytes) -> Acceptance:
        """Take work in; on disk, and held by this instance, when this returns.

        Raises:
            StorageUnavailable: it could not be kept, and must not be acknowledged.
        """
        now = self._clock()
        row = {"key": key, "payload": payload, "accepted_at": written(now), **self._lease.values(now)}
        async with self._database.moment() as connection:
            added = (await connection.execute(_FRESH(connection), row)).first()
        return Accepted() if added else Duplicate()

    async def pending(self) -> tuple[PendingWork, ...]:
        """Return what was accepted and not done, by whomever it is held, oldest first."""
        query = select(inbox.c.key, inbox.c.payload, inbox.c.accepted_at).where(inbox.c.done_at.is_(None))
        async with self._database.reading() as connection:
            return _works((await connection.execute(query.order_by(inbox.c.place))).all())

    async def claim(self, *, limit: int = 100) -> tuple[PendingWork, ...]:
        """Take over what nobody holds, oldest first: what a crash left behind, here or elsewhere.

        Raises:
            StorageUnavailable: nothing was claimed.
        """
        open_work = select(inbox).where(inbox.c.done_at.is_(None)).order_by(inbox.c.place)
        async with self._database.transaction() as connection:
            places = await self._lease.take(connection, inbox, open_work, self._clock(), limit)
            query = select(inbox.c.key, inbox.c.payload, inbox.c.accepted_at).where(inbox.c.place.in_(places))
            return _works((await connection.execute(query.order_by(inbox.c.place))).all())

    async def renew(self) -> None:
        """Hold for longer what this instance holds; to be called well within the lease.

        Raises:
            StorageUnavailable: the claims go on to their end.
        """
        async with self._database.transaction() as connection:
            await self._lease.renew(connection, inbox, self._clock())

    async def release(self) -> None:
        """Give back what this instance holds, so that it can be claimed at once.

        Raises:
            StorageUnavailable: the claims go on to their end.
        """
        async with self._database.transaction() as connection:
            await self._lease.release(connection, inbox)

    async def done(self, key: str) -> None:
        """Note that the work is done, and forget what it said, and which parts of its reply were posted."""
        async with self._database.moment() as connection:
            await connection.execute(_POSTED, {"of": key})
            await connection.execute(_DONE, {"of": key, "at": written(self._clock())})

    async def forget(self, *, older_than: timedelta) -> int:
        """Drop the keys of work that was done longer ago than that; returns how many.

        Raises:
            StorageUnavailable: some may be gone.
        """
        return await forget_rows(self._database, inbox, inbox.c.done_at < written(self._clock() - older_than))


def _works(rows: Iterable[Row[*tuple[Any, ...]]]) -> tuple[PendingWork, ...]:
    return tuple(
        PendingWork(key=key, payload=bytes(payload), accepted_at=read(accepted_at))
        for key, payload, accepted_at in rows
    )
