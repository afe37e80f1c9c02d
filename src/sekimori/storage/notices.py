"""Keeps what the desk put up by itself, for every instance on the database."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, delete, select, update

from sekimori.core.clock import Clock
from sekimori.core.ids import ChannelId
from sekimori.desk.domain.notices import Notice
from sekimori.storage.database import Database
from sekimori.storage.dialect import insert_into
from sekimori.storage.forgetting import forget_rows
from sekimori.storage.instants import read, written
from sekimori.storage.tables import notices


class SqlNotices:
    """The :class:`~sekimori.desk.domain.notices.Notices` on disk. Every method may raise StorageUnavailable."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def begin(self, key: str, channel: ChannelId, now: datetime) -> Notice | None:
        """Note that a message is about to be posted; returns what was noted before."""
        async with self._database.transaction() as connection:
            row = insert_into(connection, notices).values(key=key, channel=channel, begun_at=written(now), content="")
            fresh = row.on_conflict_do_nothing(index_elements=["key"]).returning(notices.c.key)
            if (await connection.execute(fresh)).first() is not None:
                return None
            return _notice((await connection.execute(select(notices).where(notices.c.key == key))).one())

    async def undo(self, key: str) -> None:
        """Forget a notice."""
        async with self._database.transaction() as connection:
            await connection.execute(delete(notices).where(notices.c.key == key))

    async def keep(self, key: str, ts: str, content: str) -> None:
        """Note that a message is there, and what it says now."""
        async with self._database.transaction() as connection:
            await connection.execute(update(notices).where(notices.c.key == key).values(ts=ts, content=content))

    async def find(self, prefix: str) -> tuple[Notice, ...]:
        """Return the notices whose key begins so, in the order of their keys."""
        query = select(notices).where(notices.c.key.startswith(prefix, autoescape=True)).order_by(notices.c.key)
        async with self._database.reading() as connection:
            return tuple(_notice(row) for row in (await connection.execute(query)).all())

    async def forget(self, *, older_than: timedelta) -> int:
        """Drop the notices of messages that were begun longer ago than that; returns how many.

        What belongs to no channel says that something has begun, and stays.
        """
        over = and_(notices.c.begun_at < written(self._clock() - older_than), notices.c.channel != "")
        return await forget_rows(self._database, notices, over)


def _notice(row: Row[*tuple[Any, ...]]) -> Notice:
    return Notice(key=row.key, channel=ChannelId(row.channel), begun=read(row.begun_at), ts=row.ts, content=row.content)
