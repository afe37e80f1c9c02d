"""What the watch keeps of our own audit log, so that it need not read all of it again, and its notes."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import delete, select

from sekimori.storage.claims import SqlClaims
from sekimori.storage.database import Database
from sekimori.storage.dialect import insert_into
from sekimori.storage.instants import written
from sekimori.storage.tables import call_claims, own_tokens, watch_notes


class SqlWatchRecord:
    """Tokens, notes and claims; inside ``database.transaction()`` committed with what else it writes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._claims = SqlClaims(database)

    async def note(self, name: str) -> str | None:
        """Return a note."""
        async with self._database.reading() as connection:
            found = await connection.execute(select(watch_notes.c.note).where(watch_notes.c.name == name))
            return found.scalar_one_or_none()

    async def put(self, name: str, note: str) -> None:
        """Keep a note in place of the one before.

        Raises:
            StorageUnavailable: it could not be kept.
        """
        async with self._database.transaction() as connection:
            row = insert_into(connection, watch_notes).values(name=name, note=note)
            await connection.execute(row.on_conflict_do_update(index_elements=["name"], set_={"note": note}))

    async def tokens(self) -> dict[str, datetime]:
        """Return the tokens that are known to be ours, and when we got them."""
        async with self._database.reading() as connection:
            rows = await connection.execute(select(own_tokens.c.token_id, own_tokens.c.obtained_at))
            return {token_id: datetime.fromisoformat(at) for token_id, at in rows}

    async def keep_tokens(self, tokens: Mapping[str, datetime]) -> None:
        """Keep tokens; one that is kept already stays so.

        Raises:
            StorageUnavailable: they could not be kept.
        """
        rows = [{"token_id": token_id, "obtained_at": written(at)} for token_id, at in tokens.items()]
        async with self._database.transaction() as connection:
            await connection.execute(insert_into(connection, own_tokens).on_conflict_do_nothing(), rows)

    async def claimed(self, entry_ids: Collection[str]) -> dict[str, str]:
        """Return which of the entries were used, and by which request."""
        return await self._claims.of(entry_ids)

    async def forget(self, *, tokens_before: datetime, claims_before: datetime) -> None:
        """Drop what is older.

        Raises:
            StorageUnavailable: it could not be written.
        """
        async with self._database.transaction() as connection:
            await connection.execute(delete(own_tokens).where(own_tokens.c.obtained_at < written(tokens_before)))
            await connection.execute(delete(call_claims).where(call_claims.c.claimed_at < written(claims_before)))
