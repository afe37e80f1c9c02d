"""Which Graph request used which of our audit entries first."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Final

from sqlalchemy import select

from sekimori.storage.database import Database
from sekimori.storage.dialect import insert_into
from sekimori.storage.instants import written
from sekimori.storage.tables import call_claims

_AT_ONCE: Final = 500


class SqlClaims:
    """Claims by entry. Inside ``database.transaction()`` they are committed with what else it writes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> dict[str, str]:
        """Return every claim: entry id to request id."""
        async with self._database.reading() as connection:
            rows = await connection.execute(select(call_claims.c.entry_id, call_claims.c.request))
            return {entry_id: _text(request) for entry_id, request in rows}

    async def taken(self, claims: Mapping[str, str]) -> dict[str, str]:
        """Return those of the entries that another request used before, with that request."""
        found = await self.of(claims)
        return {entry_id: request for entry_id, request in found.items() if request != claims[entry_id]}

    async def of(self, entry_ids: Collection[str]) -> dict[str, str]:
        """Return which request used each of the entries that were used."""
        found: dict[str, str] = {}
        async with self._database.reading() as connection:
            for part in _parts(list(entry_ids)):
                query = select(call_claims.c.entry_id, call_claims.c.request).where(call_claims.c.entry_id.in_(part))
                found |= {entry_id: _text(request) for entry_id, request in await connection.execute(query)}
        return found

    async def keep(self, claims: Mapping[str, str], at: datetime) -> None:
        """Keep claims; an entry that is claimed already stays so.

        Raises:
            StorageUnavailable: they could not be kept.
        """
        instant = written(at)
        async with self._database.transaction() as connection:
            for part in _parts(list(claims)):
                rows = [{"entry_id": name, "request": _octets(claims[name]), "claimed_at": instant} for name in part]
                await connection.execute(insert_into(connection, call_claims).on_conflict_do_nothing(), rows)


def _parts(entry_ids: Sequence[str]) -> Iterator[list[str]]:
    remaining = iter(entry_ids)
    while part := list(islice(remaining, _AT_ONCE)):
        yield part


def _octets(request: str) -> bytes:
    """Write a request's id as bytes: a log may hold anything in it, also what is no text to a database."""
    return request.encode(errors="surrogatepass")


def _text(request: bytes) -> str:
    return bytes(request).decode(errors="surrogatepass")
