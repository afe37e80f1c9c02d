"""Runs the steps on the connection, and in the transaction, that :mod:`sekimori.storage.schema` brings."""

from alembic import context

from sekimori.storage.schema import VERSION_TABLE
from sekimori.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, version_table=VERSION_TABLE
)
context.run_migrations()
