"""What the watch found: each finding once, and delivered once."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias

from sqlalchemy import insert, select, update

from sekimori.storage.database import Database
from sekimori.storage.tables import findings


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
            known = await connection.execute(select(findings.c.place).where(findings.c.fingerprint == fingerprint))
            if known.first() is not None:
                return Known()
            row = {"fingerprint": fingerprint, "finding": finding_json, "recorded_at": _text(at)}
            await connection.execute(insert(findings).values(**row))
            return New()

    async def undelivered(self) -> tuple[StoredFinding, ...]:
        """Return what no sink has taken yet, oldest first."""
        columns = (findings.c.fingerprint, findings.c.finding, findings.c.recorded_at)
        query = select(*columns).where(findings.c.delivered_at.is_(None)).order_by(findings.c.place)
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).all()
        return tuple(
            StoredFinding(fingerprint=fingerprint, finding_json=text, recorded_at=datetime.fromisoformat(recorded_at))
            for fingerprint, text, recorded_at in rows
        )

    async def mark_delivered(self, fingerprint: str, at: datetime) -> None:
        """Note that a finding was delivered; the first time counts."""
        async with self._database.transaction() as connection:
            change = update(findings).where(findings.c.fingerprint == fingerprint, findings.c.delivered_at.is_(None))
            await connection.execute(change.values(delivered_at=_text(at)))


def _text(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="microseconds")
