"""The port through which everything is recorded."""

from collections.abc import AsyncIterator, Mapping
from typing import ClassVar, Protocol

from sekimori.audit.canonical import Json
from sekimori.audit.entry import Entry, EntryKind
from sekimori.core.errors import SekimoriError
from sekimori.core.ids import EntryId


class AuditUnavailable(SekimoriError):  # noqa: N818 - the name says what happened; it is part of the port
    """The entry could not be written durably: nothing may be disclosed on the strength of it."""

    code: ClassVar[str] = "audit.unavailable"


class AuditBroken(AuditUnavailable):
    """The log was tampered with: it does not grow any further, so that the evidence stays."""

    code: ClassVar[str] = "audit.broken"
    exit_status: ClassVar[int] = 1


class AuditLog(Protocol):
    """Keeps entries in order, for good."""

    async def append(self, kind: EntryKind, body: Mapping[str, Json], *, entry_id: EntryId | None = None) -> Entry:
        """Write one entry and return it once it is on disk.

        Args:
            kind: what it is about.
            body: ids and codes; canonical JSON values only.
            entry_id: its name outside the log, where that was given away before; a new one otherwise.

        Raises:
            AuditUnavailable: the disk is full, the database is locked, or it cannot be written for another reason.
            NotCanonicalError: the body holds a float or another value that an entry cannot hold.
        """
        ...

    def read(self, *, after: int = 0) -> AsyncIterator[Entry]:
        """Give the entries that follow number ``after``, oldest first."""
        ...

    async def find(self, entry_id: EntryId) -> Entry | None:
        """Return the entry of that id, or None."""
        ...
