"""Verifies the audit log of a database, also of one that SQLite itself finds damaged."""

import asyncio
from dataclasses import dataclass
from typing import Final

from sqlalchemy import LargeBinary, Row, cast, select
from sqlalchemy.ext.asyncio import AsyncConnection

from sekimori.audit.keys import VerifyingKey
from sekimori.audit.verify import Broken, Head, HeadPlace, StoredRow, Verdict, Verification
from sekimori.storage.checkpoint_file import CheckpointFile
from sekimori.storage.database import Database
from sekimori.storage.dialect import octets
from sekimori.storage.errors import StorageDamaged
from sekimori.storage.schema import has_tables
from sekimori.storage.tables import audit_entries as entries
from sekimori.storage.tables import audit_head

_RAW: Final = [
    entries.c.seq,
    *(octets(entries.c[name]) for name in ("id", "text", "hash")),
    cast(entries.c.signature, LargeBinary),
]


def lost_database(checkpoint: CheckpointFile) -> Broken | None:
    """Say of a database that is not there whether a log was lost with it: its checkpoint file is there then."""
    if not checkpoint.path.exists():
        return None
    return Broken(seq=1, reason="the database is missing, and its checkpoint file is not")


async def check_audit_log(
    database: Database,
    key: VerifyingKey,
    *,
    checkpoint: CheckpointFile | None = None,
    kept_elsewhere: tuple[str, ...] = (),
) -> Verdict:
    """Check every entry, the signed head, the checkpoint file and heads that were kept elsewhere.

    The file is read before the database: it lags behind, so a service that goes on writing is no fault. Beside a file
    of SQLite it must be there; on a server, only the hosts that wrote have one.

    Raises:
        StorageUnavailable: the database cannot be read for a reason that is not damage.
    """
    file = checkpoint or CheckpointFile.beside(database.path)
    copies = _Copies(file=await asyncio.to_thread(file.read), is_due=not database.is_shared, elsewhere=kept_elsewhere)
    progress = _Progress()
    try:
        async with database.reading() as connection:
            return await _checked(connection, key, copies, progress)
    except StorageDamaged as error:
        return Broken(seq=progress.taken + 1, reason=f"it cannot be read: {error.words}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Copies:
    """Heads that were found outside the database; ``is_due`` where a file without a note is suspicious."""

    file: str | None
    is_due: bool
    elsewhere: tuple[str, ...]


class _Progress:
    """How many entries were found good before the database gave up."""

    taken = 0


async def _checked(connection: AsyncConnection, key: VerifyingKey, copies: _Copies, progress: _Progress) -> Verdict:
    if not await has_tables(connection, entries.name, audit_head.name):
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


async def _heads(connection: AsyncConnection, copies: _Copies) -> list[Head]:
    found = (await connection.execute(select(octets(audit_head.c.note), octets(audit_head.c.peaks)))).all()
    size = (await connection.execute(select(entries.c.seq).order_by(entries.c.seq.desc()).limit(1))).scalar()
    heads = [Head(place=HeadPlace.LOG, note=_text(note), peaks=_text(peaks)) for note, peaks in found]
    if not heads and size:
        heads = [Head(place=HeadPlace.LOG, note=None)]
    if copies.file is not None or (copies.is_due and (size or 0) > 1):  # the first entry's may be lost to a crash
        heads.append(Head(place=HeadPlace.FILE, note=copies.file))
    return heads + [Head(place=HeadPlace.ELSEWHERE, note=note) for note in copies.elsewhere]


async def _sound(connection: AsyncConnection, verdict: Verdict) -> Verdict:
    """Ask SQLite whether its own structure is whole: an index that lost an entry hides it from who looks it up."""
    if connection.dialect.name != "sqlite":
        return verdict
    words = (await connection.exec_driver_sql("PRAGMA integrity_check(1)")).scalar_one()
    return verdict if words == "ok" else Broken(seq=1, reason=f"the database file is damaged: {words}")


def _stored(row: Row[int, bytes, bytes, bytes, bytes]) -> StoredRow:
    return StoredRow(seq=row[0], id=_text(row[1]), text=row[2] or b"", hash=_text(row[3]), signature=row[4] or b"")


def _text(raw: bytes | None) -> str:
    return (raw or b"").decode(errors="replace")
