"""Finds in the audit log who asked about somebody."""

from typing import Final

from sqlalchemy import ColumnElement, Select, or_, select

from sekimori.audit.entry import Entry, EntryKind
from sekimori.core.ids import PersonId
from sekimori.desk.domain.lookups import Lookup, lookup_of
from sekimori.storage.audit_reader import COLUMNS, believed, unavailable
from sekimori.storage.database import Database
from sekimori.storage.tables import audit_entries as entries

_SOON: Final = 5000
"""An outcome follows its question; further on than so many entries it is not looked for."""


class SqlLookups:
    """A :class:`~sekimori.desk.domain.lookups.Lookups` on the audit log's table."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def about(self, person: PersonId, *, most: int) -> tuple[Lookup, ...]:
        """Return the latest questions about a person, the newest first.

        Raises:
            AuditUnavailable: the log cannot be read.
            AuditBroken: an entry does not match its hash.
        """
        asked = select(*COLUMNS).where(
            or_(*map(_of_kind, (EntryKind.QUESTION_INTENT, EntryKind.QUESTION_REFUSED, EntryKind.POST_SENT))),
            entries.c.text.contains(f'"person":"{person}"', autoescape=True),
        )
        found = await self._entries(asked.order_by(entries.c.seq.desc()).limit(most))
        lookups = [
            lookup_of(entry, await self._outcome(entry)) for entry in found if entry.body.get("person") == person
        ]
        return tuple(lookup for lookup in lookups if lookup is not None)

    async def _outcome(self, asked: Entry) -> Entry | None:
        if asked.kind is not EntryKind.QUESTION_INTENT:
            return None
        outcome = select(*COLUMNS).where(
            entries.c.seq.between(asked.seq + 1, asked.seq + _SOON),
            _of_kind(EntryKind.QUESTION_OUTCOME),
            entries.c.text.contains(f'"question":"{asked.id}"', autoescape=True),
        )
        found = await self._entries(outcome.order_by(entries.c.seq.desc()).limit(1))
        return next((entry for entry in found if entry.body.get("question") == asked.id), None)

    async def _entries(self, query: Select[int, str, bytes, str]) -> list[Entry]:
        with unavailable():
            async with self._database.reading() as connection:
                return [believed(row) for row in (await connection.execute(query)).all()]


def _of_kind(kind: EntryKind) -> ColumnElement[bool]:
    return entries.c.text.contains(f'"kind":"{kind.value}"', autoescape=True)
