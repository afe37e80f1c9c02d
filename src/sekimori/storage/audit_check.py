"""Verifies the audit log of a database, also of one that SQLite itself finds damaged."""

import asyncio
from pathlib import Path
from typing import Final

from sqlalchemy import LargeBinary, Row, cast, select
from sqlalchemy.ext.asyncio import AsyncConnection

from sekimori.audit.keys import VerifyingKey
from sekimori.audit.verify import Broken, Head, HeadPlace, StoredRow, Verdict, Verification
from sekimori.storage.checkpoint_file import CheckpointFile
from sekimori.storage.database import Database
from sekimori.storage.errors import StorageDamaged
from sekimori.storage.tables import audit_entries as entries
from sekimori.storage.tables import audit_head

_RAW: Final = [entries.c.seq, *(cast(entries.c[name], LargeBinary) for name in ("id", "text", "hash", "signature"))]
_MISSING_TABLE: Final = "SELECT count(*) FROM sqlite_master WHERE name IN ('audit_entries', 'audit_head')"


def lost_database(path: Path) -> Broken | None:
    """Say that a log was lost whole: its checkpoint file is there, and the database is not."""
    if path.exists() or not CheckpointFile(path).path.exists():
        return None
    return Broken(seq=1, reason="the database is missing, and its checkpoint file is not")


async def check_audit_log(database: Database, key: VerifyingKey, *, kept_elsewhere: tuple[str, ...] = ()) -> Verdict:
    """Check every entry, the signed head, the checkpoint file and heads that were kept elsewhere.

    The file is read before the database: it lags behind, so a service that goes on writing is no fault.

    Raises:
        StorageUnavailable: the database cannot be read for a reason that is not damage.
    """
    copy = await asyncio.to_thread(CheckpointFile(database.path).read)
    progress = _Progress()
    try:
        async with database.reading() as connection:
            return await _checked(connection, key, [copy, *kept_elsewhere], progress)
    except StorageDamaged as error:
        return Broken(seq=progress.taken + 1, reason=f"it cannot be read: {error.words}")


class _Progress:
    """How many entries were found good before the database gave up."""

    taken = 0


async def _checked(
    connection: AsyncConnection, key: VerifyingKey, copies: list[str | None], progress: _Progress
) -> Verdict:
    if (await connection.exec_driver_sql(_MISSING_TABLE)).scalar_one() != 2:
        return Broken(seq=1, reason="the database holds no audit log")
    verification = Verification(await _heads(connection, copies), key)
    async with connection.stream(select(*_RAW).order_by(entries.c.seq)) as rows:
        async for row in rows:
            broken = verification.take(_stored(row))
            if broken is not None:
                return broken
            progress.taken = verification.taken
    verdict = verification.finish()
    return verdict if isinstance(verdict, Broken) else await _sound(connection, verdict)


async def _heads(connection: AsyncConnection, copies: list[str | None]) -> list[Head]:
    notes = (await connection.execute(select(cast(audit_head.c.note, LargeBinary)))).scalars().all()
    size = (await connection.execute(select(entries.c.seq).order_by(entries.c.seq.desc()).limit(1))).scalar()
    heads = [Head(place=HeadPlace.LOG, note=_text(note)) for note in notes]
    if not heads and size:
        heads = [Head(place=HeadPlace.LOG, note=None)]
    file, *elsewhere = copies
    if file is not None or (size or 0) > 1:  # the first entry's copy may have been lost to a crash
        heads.append(Head(place=HeadPlace.FILE, note=file))
    return heads + [Head(place=HeadPlace.ELSEWHERE, note=note) for note in elsewhere]


async def _sound(connection: AsyncConnection, verdict: Verdict) -> Verdict:
    """Ask SQLite whether its own structure is whole: an index that lost an entry hides it from who looks it up."""
    words = (await connection.exec_driver_sql("PRAGMA integrity_check(1)")).scalar_one()
    return verdict if words == "ok" else Broken(seq=1, reason=f"the database file is damaged: {words}")


def _stored(row: Row[int, bytes, bytes, bytes, bytes]) -> StoredRow:
    return StoredRow(seq=row[0], id=_text(row[1]), text=row[2] or b"", hash=_text(row[3]), signature=row[4] or b"")


def _text(raw: bytes | None) -> str:
    return (raw or b"").decode(errors="replace")
