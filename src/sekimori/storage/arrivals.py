"""When findings were recorded and when people had been told, for those who ask afterwards."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, select

from sekimori.storage.database import Database
from sekimori.storage.instants import read, written
from sekimori.storage.tables import deliveries, findings, offsets


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A finding that was kept; ``finding_json`` is the watch's own text.

    ``told_at`` is when every sink had it. What is folded into an alert that the sinks have already was told when it was
    recorded: the alert stands there, and its edit follows at the pace of edits. None while it waits.
    """

    finding_json: str
    recorded_at: datetime
    told_at: datetime | None


class _Said(msgspec.Struct):
    expected: bool = False


class SqlArrivals:
    """Reads findings with their times, and how far the logs were read."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def since(self, at: datetime) -> tuple[Arrival, ...]:
        """Return what was recorded from an instant on, oldest first; not what was announced: nobody is told of that.

        Raises:
            StorageUnavailable: the database cannot be read.
        """
        wanted = select(findings)
        wanted = wanted.where(findings.c.recorded_at >= written(at)).order_by(findings.c.place)
        async with self._database.reading() as connection:
            rows = (await connection.execute(wanted)).all()
            shown = await connection.execute(select(deliveries.c.alert).where(deliveries.c.taken > 0))
            standing = set(shown.scalars())
        return tuple(
            Arrival(
                finding_json=row.finding,
                recorded_at=read(row.recorded_at),
                told_at=_told(row, standing),
            )
            for row in rows
            if not msgspec.json.decode(row.finding, type=_Said).expected
        )

    async def positions(self) -> tuple[str, ...]:
        """Return the positions of every stream, as its collector wrote them."""
        async with self._database.reading() as connection:
            return tuple((await connection.execute(select(offsets.c.offset))).scalars().all())


def _told(row: Row[*tuple[Any, ...]], standing: AbstractSet[str]) -> datetime | None:
    folded = (row.revision or 1) > 1 and row.alert in standing
    at = row.recorded_at if folded else row.delivered_at
    return read(at) if at else None
