"""Deletes rows that nobody needs any more, a few at a time: others write meanwhile."""

from typing import Final

from sqlalchemy import ColumnElement, Table, delete, select

from sekimori.storage.database import Database

AT_ONCE: Final = 500


async def forget_rows(
    database: Database, table: Table, condition: ColumnElement[bool], *, at_once: int = AT_ONCE
) -> int:
    """Delete the rows that meet a condition; return how many.

    Raises:
        StorageUnavailable: some of them may be gone.
    """
    (key,) = table.primary_key
    forgotten = 0
    while True:
        async with database.transaction() as connection:
            keys = list((await connection.execute(select(key).where(condition).limit(at_once))).scalars())
            if keys:
                await connection.execute(delete(table).where(key.in_(keys), condition))
        forgotten += len(keys)
        if len(keys) < at_once:
            return forgotten
