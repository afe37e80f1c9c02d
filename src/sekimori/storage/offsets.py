"""How far each stream of records was read, so that a restart goes on there."""

from sqlalchemy import select

from sekimori.storage.database import Database
from sekimori.storage.dialect import insert_into
from sekimori.storage.tables import offsets


class SqlOffsets:
    """Offsets by stream; what one looks like is the collector's own business.

    Inside ``database.transaction()`` an offset is committed together with the findings before it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, stream: str) -> str | None:
        """Return the stream's offset, or None where it was never read."""
        async with self._database.reading() as connection:
            found = await connection.execute(select(offsets.c.offset).where(offsets.c.stream == stream))
            return found.scalar_one_or_none()

    async def put(self, stream: str, offset: str) -> None:
        """Set the stream's offset.

        Raises:
            StorageUnavailable: it could not be kept.
        """
        async with self._database.transaction() as connection:
            row = insert_into(connection, offsets).values(stream=stream, offset=offset)
            await connection.execute(row.on_conflict_do_update(index_elements=["stream"], set_={"offset": offset}))
