"""Where the live watch keeps what it found and how far it read."""

from collections.abc import AsyncIterator, Mapping, Sequence

import msgspec

from sekimori.core.clock import Clock
from sekimori.storage.database import Database
from sekimori.storage.findings import New, SqlFindings
from sekimori.storage.offsets import SqlOffsets
from sekimori.watch.alert import Alert
from sekimori.watch.collectors.files import Position


class SqlWatchLedger:
    """Alerts and positions of one collector's files, in the database of both halves."""

    def __init__(self, database: Database, *, clock: Clock, stream: str) -> None:
        self._database = database
        self._clock = clock
        self._stream = stream
        self._findings = SqlFindings(database)
        self._offsets = SqlOffsets(database)

    async def positions(self) -> dict[str, Position]:
        """Return how far each file was read."""
        kept = await self._offsets.get(self._stream)
        return msgspec.json.decode(kept, type=dict[str, Position]) if kept else {}

    async def commit(self, alerts: Sequence[Alert], positions: Mapping[str, Position]) -> int:
        """Write alerts and positions together; return how many alerts were new.

        Raises:
            StorageUnavailable: nothing was written.
        """
        async with self._database.transaction():
            fresh = [await self._record(alert) for alert in alerts]
            merged = {**await self.positions(), **positions}
            await self._offsets.put(self._stream, msgspec.json.encode(merged).decode())
        return sum(fresh)

    async def _record(self, alert: Alert) -> bool:
        text = msgspec.json.encode(alert).decode()
        return isinstance(await self._findings.record(alert.fingerprint, text, self._clock()), New)


class SqlOutbox:
    """The alerts that no sink has taken yet."""

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._clock = clock
        self._findings = SqlFindings(database)

    async def undelivered(self) -> AsyncIterator[Alert]:
        """Give them, oldest first."""
        for stored in await self._findings.undelivered():
            yield msgspec.json.decode(stored.finding_json, type=Alert)

    async def delivered(self, fingerprint: str) -> None:
        """Note that an alert was delivered."""
        await self._findings.mark_delivered(fingerprint, self._clock())
