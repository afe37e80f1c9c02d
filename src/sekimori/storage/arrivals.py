"""When findings were recorded and when they had been delivered, for those who ask afterwards."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from sekimori.storage.database import Database
from sekimori.storage.instants import read, written
from sekimori.storage.tables import findings, offsets


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A finding that was kept; ``finding_json`` is the watch's own text, ``delivered_at`` None while it waits."""

    finding_json: str
    recorded_at: datetime
    delivered_at: datetime | None


class SqlArrivals:
    """Reads findings with their times, and how far the logs were read."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def since(self, at: datetime) -> tuple[Arrival, ...]:
        """Return what was recorded from an instant on, oldest first.

        Raises:
            StorageUnavailable: the database cannot be read.
        """
        wanted = select(findings.c.finding, findings.c.recorded_at, findings.c.delivered_at)
        wanted = wanted.where(findings.c.recorded_at >= written(at)).order_by(findings.c.place)
        async with self._database.reading() as connection:
            rows = (await connection.execute(wanted)).all()
        return tuple(
            Arrival(finding_json=text, recorded_at=read(recorded), delivered_at=read(delivered) if delivered else None)
            for text, recorded, delivered in rows
        )

    async def positions(self) -> tuple[str, ...]:
        """Return the positions of every stream, as its collector wrote them."""
        async with self._database.reading() as connection:
            return tuple((await connection.execute(select(offsets.c.offset))).scalars().all())
