"""What the watch found: each finding once, and delivered once."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias

from sqlalchemy import Row, func, select, update

from sekimori.core.clock import Clock
from sekimori.storage.database import Database
from sekimori.storage.dialect import insert_into
from sekimori.storage.instants import read, written
from sekimori.storage.leases import FREE, Lease
from sekimori.storage.tables import findings

_STORED: Final = (findings.c.fingerprint, findings.c.finding, findings.c.recorded_at)


@dataclass(frozen=True, slots=True)
class New:
    """The finding was not known; it is to be delivered."""


@dataclass(frozen=True, slots=True)
class Known:
    """A finding of that fingerprint was recorded before."""


Recording: TypeAlias = New | Known


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFinding:
    """A finding as it was recorded; ``finding_json`` is the caller's own text."""

    fingerprint: str
    finding_json: str
    recorded_at: datetime


class SqlFindings:
    """Findings by fingerprint. Inside ``database.transaction()`` they are committed with what else it writes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(self, fingerprint: str, finding_json: str, at: datetime) -> Recording:
        """Keep a finding; one that is known stays as it was.

        Raises:
            StorageUnavailable: it could not be kept.
        """
        async with self._database.transaction() as connection:
            row = {"fingerprint": fingerprint, "finding": finding_json, "recorded_at": written(at)}
            fresh = insert_into(connection, findings).values(**row)
            fresh = fresh.on_conflict_do_nothing(index_elements=["fingerprint"])
            added = (await connection.execute(fresh.returning(findings.c.place))).first()
        return New() if added else Known()

    async def undelivered(self) -> tuple[StoredFinding, ...]:
        """Return what no sink has taken yet, oldest first."""
        query = select(*_STORED).where(findings.c.delivered_at.is_(None)).order_by(findings.c.place)
        async with self._database.reading() as connection:
            return tuple(_finding(row) for row in (await connection.execute(query)).all())

    async def waiting(self) -> int:
        """Return how many no sink has taken yet."""
        query = select(func.count()).select_from(findings).where(findings.c.delivered_at.is_(None))
        async with self._database.reading() as connection:
            return int((await connection.execute(query)).scalar_one())

    async def claim_undelivered(self, lease: Lease, clock: Clock) -> AsyncIterator[StoredFinding]:
        """Take what no sink has taken yet, one at a time, oldest first; what another instance delivers is passed over.

        What this instance took in an earlier round and did not deliver comes again.

        Raises:
            StorageUnavailable: the database cannot be written.
        """
        async with self._database.transaction() as connection:
            await lease.release(connection, findings)
        last = 0
        while True:
            wanted = select(findings).where(findings.c.delivered_at.is_(None), findings.c.place > last)
            async with self._database.transaction() as connection:
                places = await lease.take(connection, findings, wanted.order_by(findings.c.place), clock(), 1)
                rows = (await connection.execute(select(*_STORED).where(findings.c.place.in_(places)))).all()
            if not rows:
                return
            last = places[0]
            yield _finding(rows[0])

    async def mark_delivered(self, fingerprint: str, at: datetime) -> None:
        """Note that a finding was delivered; the first time counts."""
        async with self._database.transaction() as connection:
            change = update(findings).where(findings.c.fingerprint == fingerprint, findings.c.delivered_at.is_(None))
            await connection.execute(change.values(delivered_at=written(at), **FREE))


def _finding(row: Row[*tuple[Any, ...]]) -> StoredFinding:
    fingerprint, text, recorded_at = row
    return StoredFinding(fingerprint=fingerprint, finding_json=text, recorded_at=read(recorded_at))
