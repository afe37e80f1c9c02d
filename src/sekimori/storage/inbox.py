"""Work accepted from Slack, kept until it is done: an acknowledged question is answered once, also after a crash."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from sqlalchemy import delete, insert, select, update

from sekimori.core.clock import Clock
from sekimori.storage.database import Database
from sekimori.storage.tables import inbox


@dataclass(frozen=True, slots=True)
class Accepted:
    """The work is on disk and is to be done; it may be acknowledged."""


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
    """A durable inbox. Keys are Slack's own (``event_id``, ``trigger_id``), remembered after the work is done."""

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def accept(self, key: str, payload: bytes) -> Acceptance:
        """Take work in; on disk when this returns.

        Raises:
            StorageUnavailable: it could not be kept, and must not be acknowledged.
        """
        async with self._database.transaction() as connection:
            known = await connection.execute(select(inbox.c.place).where(inbox.c.key == key))
            if known.first() is not None:
                return Duplicate()
            row = {"key": key, "payload": payload, "accepted_at": _text(self._clock())}
            await connection.execute(insert(inbox).values(**row))
            return Accepted()

    async def pending(self) -> tuple[PendingWork, ...]:
        """Return what was accepted and not done, oldest first: at start, what a crash left behind."""
        query = select(inbox.c.key, inbox.c.payload, inbox.c.accepted_at).where(inbox.c.done_at.is_(None))
        async with self._database.reading() as connection:
            rows = (await connection.execute(query.order_by(inbox.c.place))).all()
        return tuple(
            PendingWork(key=key, payload=bytes(payload), accepted_at=datetime.fromisoformat(accepted_at))
            for key, payload, accepted_at in rows
        )

    async def done(self, key: str) -> None:
        """Note that the work is done, and forget what it said."""
        async with self._database.transaction() as connection:
            change = update(inbox).where(inbox.c.key == key, inbox.c.done_at.is_(None))
            await connection.execute(change.values(done_at=_text(self._clock()), payload=None))

    async def forget(self, *, older_than: timedelta) -> int:
        """Drop the keys of work that was done longer ago than that; returns how many.

        Slack retries for about an hour, and a signed request is too old after five minutes.
        """
        limit = _text(self._clock() - older_than)
        async with self._database.transaction() as connection:
            return int((await connection.execute(delete(inbox).where(inbox.c.done_at < limit))).rowcount)


def _text(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="microseconds")
