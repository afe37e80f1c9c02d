"""Where the live watch keeps what it found and how far it read."""

import msgspec

from sekimori.core.clock import Clock
from sekimori.storage.alerts import SqlAlerts
from sekimori.storage.backend import Turn
from sekimori.storage.claims import SqlClaims
from sekimori.storage.database import Database
from sekimori.storage.offsets import SqlOffsets
from sekimori.watch.ledger import Committed, Contested, Outcome, Overtaken, Work


class SqlWatchLedger:
    """Alerts, claims and the positions of every stream, in the database of both halves."""

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._alerts = SqlAlerts(database)
        self._offsets = SqlOffsets(database)
        self._claims = SqlClaims(database)

    async def positions(self, stream: str) -> dict[str, str]:
        """Return how far each part of a source was read."""
        kept = await self._offsets.get(stream)
        parts = msgspec.json.decode(kept, type=dict[str, str | dict[str, int]]) if kept else {}
        # databases of version 0.1 keep the collector of files' positions as objects
        return {part: at if isinstance(at, str) else msgspec.json.encode(at).decode() for part, at in parts.items()}

    async def claims(self) -> dict[str, str]:
        """Return which request used which audit entry first."""
        return await self._claims.all()

    async def commit(self, work: Work) -> Outcome:
        """Write everything together; nothing where another instance was first with a part or with a claim.

        Raises:
            StorageUnavailable: nothing was written.
        """
        async with self._database.transaction(Turn.WATCH):
            stored = await self.positions(work.stream) if work.positions or work.since else {}
            if moved := {part for part, at in work.since.items() if stored.get(part, "") != at}:
                return Overtaken(parts=frozenset(moved))
            if taken := await self._claims.taken(work.claims):
                return Contested(claims=taken)
            await self._claims.keep(work.claims, self._clock())
            recorded = await self._alerts.record([*work.alerts, *await work.within()], self._clock())
            if work.positions:
                await self._offsets.put(work.stream, msgspec.json.encode({**stored, **work.positions}).decode())
        return Committed(fresh=recorded.fresh)
