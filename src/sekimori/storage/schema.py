"""Brings a database to the tables of this version; one of a later version is left alone."""

from contextlib import suppress
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, inspect
from sqlalchemy.ext.asyncio import AsyncConnection

from sekimori.storage.errors import StorageDamaged, StorageUnavailable

LATEST: Final = 8
"""The number of the newest step in ``migrations/versions``."""
VERSION_TABLE: Final = "sekimori_schema"
MIGRATIONS: Final = Path(__file__).parent / "migrations"


async def has_tables(connection: AsyncConnection, *names: str) -> bool:
    """Say whether the database holds all of these tables."""
    return await connection.run_sync(lambda held: set(names) <= set(inspect(held).get_table_names()))


def upgrade(connection: Connection) -> None:
    """Take the steps that are missing, within the transaction at hand: all of them, or none.

    The caller sees to it that nobody else takes them at the same time.

    Raises:
        StorageUnavailable: a later version of Sekimori wrote the database.
        StorageDamaged: its version cannot be told.
    """
    found = version_of(connection)
    if found > LATEST:
        raise StorageUnavailable(
            "the database was written by a later version of Sekimori", hint="install that version, or a newer one"
        )
    if found < LATEST:
        _take_steps(connection, found)


def version_of(connection: Connection) -> int:
    """Return the number of the last step that was taken; 0 for an empty database.

    Raises:
        StorageDamaged: it cannot be told.
    """
    if inspect(connection).has_table(VERSION_TABLE):
        rows = connection.exec_driver_sql(f"SELECT version_num FROM {VERSION_TABLE}").scalars().all()  # noqa: S608
        with suppress(ValueError):
            return max((int(row) for row in rows), default=0)
        raise StorageDamaged("the database's version cannot be read", hint=f"look at the table {VERSION_TABLE}")
    if connection.dialect.name == "sqlite":  # the first release kept the number there
        return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
    return 0


def _take_steps(connection: Connection, found: int) -> None:
    from alembic import command  # a third of a second, needed once in a database's life
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    if found and not inspect(connection).has_table(VERSION_TABLE):
        command.stamp(config, f"{found:04}")
    command.upgrade(config, "head")
    if connection.dialect.name == "sqlite":  # so that the first release refuses what it does not know
        connection.exec_driver_sql(f"PRAGMA user_version={LATEST}")
