"""The audit log in the database: each entry is chained, signed, and counted in a signed head."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from sqlalchemy import LargeBinary, Row, Select, cast, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from sekimori.audit.canonical import Json
from sekimori.audit.chain import GENESIS, link, restored
from sekimori.audit.checkpoint import opened, signed
from sekimori.audit.entry import Entry, EntryKind
from sekimori.audit.keys import Signer
from sekimori.audit.log import AuditBroken, AuditUnavailable
from sekimori.audit.merkle import Tree
from sekimori.audit.verify import entry_signature
from sekimori.core.clock import Clock
from sekimori.core.ids import EntryId
from sekimori.storage.checkpoint_file import CheckpointFile
from sekimori.storage.database import Database
from sekimori.storage.errors import StorageUnavailable
from sekimori.storage.tables import audit_entries, audit_head

_PAGE: Final = 500
_TEXT: Final = cast(audit_entries.c.text, LargeBinary)


@dataclass(frozen=True, slots=True)
class _Tip:
    """Where the log ends: what the next entry is linked to."""

    tree: Tree
    previous: str


class SqlAuditLog:
    """An :class:`~sekimori.audit.log.AuditLog` on disk.

    An append that returned is on disk, and so is the signed head that counts it. After each append the head is
    also copied to a file beside the database: it may lag behind, but is never ahead, so a database that was put
    back to an earlier state shows. Several processes may append at once.
    """

    def __init__(self, database: Database, *, signer: Signer, clock: Clock, new_id: Callable[[], EntryId]) -> None:
        self._database = database
        self._signer = signer
        self._clock = clock
        self._new_id = new_id
        self._file = CheckpointFile(database.path)

    async def append(self, kind: EntryKind, body: Mapping[str, Json], *, entry_id: EntryId | None = None) -> Entry:
        """Write one entry and its signed head; see :meth:`AuditLog.append`.

        Never part of a larger transaction, which could take the entry back.

        Raises:
            AuditUnavailable: it could not be written durably.
            AuditBroken: the log's end is not the one we signed; nothing is added to it.
        """
        if self._database.in_transaction:
            raise RuntimeError("an audit entry is never part of a larger transaction")
        with _unavailable():
            async with self._database.transaction() as connection:
                tip = await self._tip(connection)
                entry, text = link(
                    seq=tip.tree.size + 1,
                    entry_id=entry_id or self._new_id(),
                    at=self._clock(),
                    kind=kind,
                    body=body,
                    previous=tip.previous,
                )
                await self._write(connection, entry, text, tip.tree.grown(text))
            await self._publish()
        return entry

    async def read(self, *, after: int = 0) -> AsyncIterator[Entry]:
        """Give the entries that follow number ``after``, oldest first, as they were when each page was read.

        Raises:
            AuditUnavailable: the database cannot be read.
            AuditBroken: an entry does not match its hash.
        """
        while True:
            query = select(_TEXT, audit_entries.c.hash).where(audit_entries.c.seq > after)
            rows = await self._rows(query.order_by(audit_entries.c.seq).limit(_PAGE))
            for row in rows:
                entry = _believed(row)
                after = entry.seq
                yield entry
            if len(rows) < _PAGE:
                return

    async def find(self, entry_id: EntryId) -> Entry | None:
        """Return the entry of that id, or None.

        Raises:
            AuditUnavailable: as :meth:`read`.
        """
        rows = await self._rows(select(_TEXT, audit_entries.c.hash).where(audit_entries.c.id == entry_id))
        return _believed(rows[0]) if rows else None

    async def _publish(self) -> None:
        """Copy the signed head to the file: under the writers' lock, so that no older head replaces a newer one."""
        async with self._database.transaction() as connection:
            note = (await connection.execute(select(audit_head.c.note))).scalar_one()
            await asyncio.to_thread(self._file.write, note)

    async def _rows(self, query: Select[bytes, str]) -> list[Row[bytes, str]]:
        with _unavailable():
            async with self._database.reading() as connection:
                return list((await connection.execute(query)).all())

    async def _tip(self, connection: AsyncConnection) -> _Tip:
        """Find the log's end, and believe it only where the signed heads agree with it."""
        last = select(audit_entries.c.seq, audit_entries.c.hash).order_by(audit_entries.c.seq.desc()).limit(1)
        row = (await connection.execute(last)).one_or_none()
        head = (await connection.execute(select(audit_head.c.note, audit_head.c.peaks))).one_or_none()
        tree = self._signed_tree(head)
        if tree.size != (row.seq if row else 0):
            raise _broken(f"it ends at entry {row.seq if row else 0}, its signed head counts {tree.size}")
        await asyncio.to_thread(self._agree, tree, str(head.note) if head else None)
        return _Tip(tree, row.hash if row else GENESIS)

    def _agree(self, tree: Tree, note: str | None) -> None:
        """Compare the file with the log's end, and bring it up to date after a crash: it never lags by two entries."""
        copy = self._file.read()
        copied = opened(copy, self._signer.key) if copy is not None else None
        if copied and copied.size > tree.size:
            raise _broken(f"it ends at entry {tree.size}, the checkpoint file counts {copied.size}")
        if copied and copied.size == tree.size and copied.root != tree.root:
            raise _broken("the checkpoint file was signed for other entries")
        if note is not None and note != copy:
            self._file.write(note)

    def _signed_tree(self, head: Row[str, str] | None) -> Tree:
        if head is None:
            return Tree()
        checkpoint = opened(str(head.note), self._signer.key)
        if checkpoint is None:
            raise _broken("its head is not signed with this key")
        try:
            tree = Tree(checkpoint.size, tuple(bytes.fromhex(peak) for peak in str(head.peaks).split()))
        except ValueError as error:
            raise _broken("its head cannot be read") from error
        if tree.root != checkpoint.root:
            raise _broken("its head was changed")
        return tree

    async def _write(self, connection: AsyncConnection, entry: Entry, text: bytes, tree: Tree) -> None:
        row = {"seq": entry.seq, "id": entry.id, "text": text.decode(), "hash": entry.hash}
        signature = entry_signature(entry.hash, self._signer)
        await connection.execute(insert(audit_entries).values(**row, signature=signature))
        note = signed(tree.size, tree.root, self._signer)
        head = {"note": note, "peaks": " ".join(peak.hex() for peak in tree.peaks)}
        await connection.execute(
            upsert(audit_head).values(only=1, **head).on_conflict_do_update(index_elements=["only"], set_=head)
        )


def _believed(row: Row[bytes, str]) -> Entry:
    try:
        entry = restored(row[0])
    except (ValueError, TypeError, AttributeError) as error:
        raise _broken("an entry cannot be read") from error
    if entry.hash != row[1]:
        raise _broken(f"entry {entry.seq} does not match its hash")
    return entry


def _broken(what: str) -> AuditBroken:
    return AuditBroken(f"the audit log was changed: {what}", hint="`sekimori audit verify` names the place")


@contextmanager
def _unavailable() -> Iterator[None]:
    try:
        yield
    except StorageUnavailable as error:
        raise AuditUnavailable(f"the audit log cannot be used: {error.words}", hint=error.hint) from error
    except OSError as error:
        hint = f"{error.filename or 'the checkpoint file'}: {error.strerror}"
        raise AuditUnavailable("the audit log's checkpoint cannot be written", hint=hint) from error
