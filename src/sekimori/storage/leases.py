"""Who works on a row: one instance at a time, for as long as it says that it is alive."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, Table, or_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from sekimori.storage.instants import written

FREE: Final[dict[str, None]] = {"claimed_by": None, "claimed_until": None}
"""What a row's claim is set to when it ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """How one instance claims rows (of a table that has ``claimed_by`` and ``claimed_until``).

    A claim that is not renewed in time belongs to nobody, and its work to whoever claims it next. The clocks of two
    instances must agree much better than ``lasting``. A holder that was frozen for longer may come back to work that
    another has done meanwhile.

    Attributes:
        holder: the instance, unlike every other that is alive.
        lasting: how long a claim holds, counted from when it was made or renewed.
    """

    holder: str
    lasting: timedelta = timedelta(seconds=30)

    def values(self, now: datetime) -> dict[str, str]:
        """Return what a row's claim is set to by this instance."""
        return {"claimed_by": self.holder, "claimed_until": written(now + self.lasting)}

    async def take(
        self, connection: AsyncConnection, table: Table, wanted: Select[Any], now: datetime, limit: int
    ) -> list[Any]:
        """Claim the first rows that are wanted and that nobody holds; return their primary keys.

        Instances that claim at the same time get different rows, and do not wait for each other.
        """
        (key,) = table.primary_key
        query = wanted.with_only_columns(key).where(is_free(table, now)).limit(limit)
        keys = list((await connection.execute(query.with_for_update(skip_locked=True))).scalars())
        if keys:
            await connection.execute(update(table).where(key.in_(keys)).values(**self.values(now)))
        return keys

    async def renew(self, connection: AsyncConnection, table: Table, now: datetime) -> None:
        """Hold for longer what this instance holds."""
        mine = update(table).where(table.c.claimed_by == self.holder)
        await connection.execute(mine.values(claimed_until=self.values(now)["claimed_until"]))

    async def release(self, connection: AsyncConnection, table: Table) -> None:
        """Give back all that this instance holds."""
        await connection.execute(update(table).where(table.c.claimed_by == self.holder).values(**FREE))


def is_free(table: Table, now: datetime) -> ColumnElement[bool]:
    """Say of a row that nobody holds it now."""
    return or_(table.c.claimed_until.is_(None), table.c.claimed_until <= written(now))
