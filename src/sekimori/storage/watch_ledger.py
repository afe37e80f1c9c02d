"""Where the live watch keeps what it found and how far it read."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import timedelta
from typing import Final

import msgspec

from sekimori.core.clock import Clock
from sekimori.storage.backend import Turn
from sekimori.storage.claims import SqlClaims
from sekimori.storage.database import Database
from sekimori.storage.findings import New, SqlFindings
from sekimori.storage.leases import Lease
from sekimori.storage.offsets import SqlOffsets
from sekimori.watch.alert import Alert
from sekimori.watch.live import Committed, Contested

_ALONE: Final = Lease(holder="the only instance", lasting=timedelta(minutes=5))


class SqlWatchLedger:
    """Alerts and positions of one collector, in the database of both halves; claims are of all collectors."""

    def __init__(self, database: Database, *, clock: Clock, stream: str) -> None:
        self._database = database
        self._clock = clock
        self._stream = stream
        self._findings = SqlFindings(database)
        self._offsets = SqlOffsets(database)
        self._claims = SqlClaims(database)

    async def positions(self) -> dict[str, str]:
        """Return how far each part of the source was read."""
        kept = await self._offsets.get(self._stream)
        parts = msgspec.json.decode(kept, type=dict[str, str | dict[str, int]]) if kept else {}
        # databases of version 0.1 keep the collector of files' positions as objects
        return {part: at if isinstance(at, str) else msgspec.json.encode(at).decode() for part, at in parts.items()}

    async def claims(self) -> dict[str, str]:
        """Return which request used which audit entry first."""
        return await self._claims.all()

    async def commit(
        self, alerts: Sequence[Alert], positions: Mapping[str, str], claims: Mapping[str, str]
    ) -> Committed | Contested:
        """Write alerts, positions and claims together; nothing where another request has one of the claims.

        Raises:
            StorageUnavailable: nothing was written.
        """
        async with self._database.transaction(Turn.WATCH):
            taken = await self._claims.taken(claims)
            if taken:
                return Contested(claims=taken)
            await self._claims.keep(claims, self._clock())
            fresh = [await self._record(alert) for alert in alerts]
            merged = {**await self.positions(), **positions}
            await self._offsets.put(self._stream, msgspec.json.encode(merged).decode())
        return Committed(fresh=sum(fresh))

    async def _record(self, alert: Alert) -> bool:
        text = msgspec.json.encode(alert).decode()
        return isinstance(await self._findings.record(alert.fingerprint, text, self._clock()), New)


class SqlOutbox:
    """The alerts that no sink has taken yet; of the instances on one database, one delivers each.

    An alert is given again where it was not delivered before ``lease`` ends: longer than any sink takes for one.
    """

    def __init__(self, database: Database, *, clock: Clock, lease: Lease = _ALONE) -> None:
        self._clock = clock
        self._lease = lease
        self._findings = SqlFindings(database)

    async def undelivered(self) -> AsyncIterator[Alert]:
        """Give them, oldest first."""
        async for stored in self._findings.claim_undelivered(self._lease, self._clock):
            yield msgspec.json.decode(stored.finding_json, type=Alert)

    async def delivered(self, fingerprint: str) -> None:
        """Note that an alert was delivered."""
        await self._findings.mark_delivered(fingerprint, self._clock())
