"""Reads the audit log from the database; needs no key, and cannot write."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import Row, Select, select

from sekimori.audit.chain import restored
from sekimori.audit.entry import Entry
from sekimori.audit.log import AuditBroken, AuditUnavailable
from sekimori.core.ids import EntryId
from sekimori.storage.database import Database
from sekimori.storage.dialect import octets
from sekimori.storage.errors import StorageUnavailable
from sekimori.storage.tables import audit_entries as entries

_PAGE: Final = 500
COLUMNS: Final = (entries.c.seq, entries.c.id, octets(entries.c.text), entries.c.hash)


class SqlAuditReader:
    """The reading half of an audit log on disk: for whoever may see entries and not make any."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, *, after: int = 0) -> AsyncIterator[Entry]:
        """Give the entries that follow number ``after``, oldest first, as they were when each page was read.

        Raises:
            AuditUnavailable: the database cannot be read.
            AuditBroken: an entry does not match its hash.
        """
        while True:
            query = select(*COLUMNS).where(entries.c.seq > after)
            rows = await self._rows(query.order_by(entries.c.seq).limit(_PAGE))
            for row in rows:
                entry = believed(row)
                after = entry.seq
                yield entry
            if len(rows) < _PAGE:
                return

    async def find(self, entry_id: EntryId) -> Entry | None:
        """Return the entry of that id, or None.

        Raises:
            AuditUnavailable: as :meth:`read`.
        """
        rows = await self._rows(select(*COLUMNS).where(entries.c.id == entry_id))
        return believed(rows[0]) if rows else None

    async def _rows(self, query: Select[int, str, bytes, str]) -> list[Row[int, str, bytes, str]]:
        with unavailable():
            async with self._database.reading() as connection:
                return list((await connection.execute(query)).all())


def believed(row: Row[int, str, bytes, str]) -> Entry:
    """Read a row of :data:`COLUMNS`.

    Raises:
        AuditBroken: it is not the entry that its number, id and hash say.
    """
    try:
        entry = restored(row[2])
    except (ValueError, TypeError, AttributeError) as error:
        raise broken("an entry cannot be read") from error
    if (entry.seq, entry.id, entry.hash) != (row[0], row[1], row[3]):
        raise broken(f"entry {row[0]} does not match its number, its id or its hash")
    return entry


def broken(what: str, *, hint: str = "`sekimori audit verify` names the place") -> AuditBroken:
    """Say that the log is not the one we wrote."""
    return AuditBroken(f"the audit log was changed: {what}", hint=hint)


@contextmanager
def unavailable() -> Iterator[None]:
    """Turn the store's troubles into the audit log's."""
    try:
        yield
    except StorageUnavailable as error:
        raise AuditUnavailable(f"the audit log cannot be used: {error.words}", hint=error.hint) from error
    except OSError as error:
        hint = f"{error.filename or 'the checkpoint file'}: {error.strerror}"
        raise AuditUnavailable("the audit log's checkpoint cannot be written", hint=hint) from error
