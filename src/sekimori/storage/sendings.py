"""Notes what is about to be posted, before it is: after a crash it is looked for instead of posted again."""

from typing import Final

from sqlalchemy import bindparam, delete, select, update

from sekimori.storage.database import Database
from sekimori.storage.dialect import made_once
from sekimori.storage.tables import sendings

_FRESH: Final = made_once(
    lambda row: row.on_conflict_do_nothing(index_elements=["part"]).returning(sendings.c.part), sendings
)
_NOTE: Final = update(sendings).where(sendings.c.part == bindparam("of")).values(note=bindparam("text"))


class SqlSendings:
    """The parts of replies in work. :meth:`sekimori.storage.inbox.SqlInbox.done` drops a request's parts with it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, request: str, part: str) -> bool:
        """Note that a part is about to be posted; False where that was noted before, so that it may be there.

        Raises:
            StorageUnavailable: it could not be noted, and must not be posted.
        """
        async with self._database.moment() as connection:
            added = await connection.execute(_FRESH(connection), {"request": request, "part": part})
            return added.first() is not None

    async def undo(self, part: str) -> None:
        """Note that a part was certainly not posted."""
        async with self._database.moment() as connection:
            await connection.execute(delete(sendings).where(sendings.c.part == part))

    async def note(self, part: str, text: str) -> None:
        """Keep an id that helps to find the part again."""
        async with self._database.moment() as connection:
            await connection.execute(_NOTE, {"of": part, "text": text})

    async def noted(self, part: str) -> str | None:
        """Return what was kept of a part."""
        async with self._database.glance() as connection:
            found = await connection.execute(select(sendings.c.note).where(sendings.c.part == part))
            return found.scalar_one_or_none()
