"""An audit log that forgets: for tests and dry runs, never for a service."""

from collections.abc import AsyncIterator, Callable, Mapping

from sekimori.audit.canonical import Json
from sekimori.audit.chain import GENESIS, link
from sekimori.audit.entry import Entry, EntryKind
from sekimori.audit.log import AuditUnavailable
from sekimori.core.clock import Clock
from sekimori.core.ids import EntryId


class MemoryAuditLog:
    """Keeps the entries in a list. ``entries`` shows what was recorded."""

    def __init__(self, *, clock: Clock, new_id: Callable[[], EntryId]) -> None:
        self.entries: list[Entry] = []
        self._clock = clock
        self._new_id = new_id

    async def append(self, kind: EntryKind, body: Mapping[str, Json], *, entry_id: EntryId | None = None) -> Entry:
        """Keep one entry in memory."""
        if entry_id is not None and await self.find(entry_id):
            raise AuditUnavailable("an entry of that id is already there")
        entry, _text = link(
            seq=len(self.entries) + 1,
            entry_id=entry_id or self._new_id(),
            at=self._clock(),
            kind=kind,
            body=body,
            previous=self.entries[-1].hash if self.entries else GENESIS,
        )
        self.entries.append(entry)
        return entry

    async def read(self, *, after: int = 0) -> AsyncIterator[Entry]:
        """Give the entries that follow number ``after``."""
        for entry in self.entries[after:]:
            yield entry

    async def find(self, entry_id: EntryId) -> Entry | None:
        """Return the entry of that id, or None."""
        return next((entry for entry in self.entries if entry.id == entry_id), None)
