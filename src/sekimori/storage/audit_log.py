"""The audit log in the database: each entry is chained, signed, and counted in a signed head."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from sekimori.audit.canonical import Json, canonical_bytes
from sekimori.audit.chain import GENESIS, link
from sekimori.audit.checkpoint import opened, signed
from sekimori.audit.entry import Entry, EntryKind
from sekimori.audit.keys import Signer
from sekimori.audit.log import AuditUnavailable
from sekimori.audit.merkle import Tree
from sekimori.audit.verify import entry_signature
from sekimori.core.clock import Clock
from sekimori.core.ids import EntryId
from sekimori.storage.audit_reader import SqlAuditReader, broken, unavailable
from sekimori.storage.backend import Turn
from sekimori.storage.checkpoint_file import CheckpointFile
from sekimori.storage.database import Database
from sekimori.storage.dialect import made_once
from sekimori.storage.tables import audit_entries, audit_head

_ONE_KEY: Final = "all instances on one database sign with one key: name it in [audit] signing_key"
_TRIAL: Final = {"room": "x" * 4096}
"""What is written to see whether there is room for an entry; longer than any, and never committed."""
_LARGEST_GROUP: Final = 100
_END: Final = select(
    select(audit_head.c.note).scalar_subquery().label("note"),
    select(audit_head.c.peaks).scalar_subquery().label("peaks"),
    select(audit_entries.c.seq).order_by(audit_entries.c.seq.desc()).limit(1).scalar_subquery().label("seq"),
    select(audit_entries.c.hash).order_by(audit_entries.c.seq.desc()).limit(1).scalar_subquery().label("hash"),
)

_ADDED: Final = insert(audit_entries)
_HEAD: Final = made_once(
    lambda row: row.on_conflict_do_update(
        index_elements=["only"], set_={"note": row.excluded.note, "peaks": row.excluded.peaks}
    ),
    audit_head,
)


@dataclass(frozen=True, slots=True)
class _Tip:
    """Where the log ends: what the next entry is linked to."""

    tree: Tree
    previous: str


@dataclass(frozen=True, slots=True)
class _Head:
    """A signed head, and how many entries it counts."""

    size: int
    note: str


class _TakenBack(Exception):  # noqa: N818 - it undoes a trial, and is no error
    """Ends a transaction that only tried."""


class SqlAuditLog(SqlAuditReader):
    """An :class:`~sekimori.audit.log.AuditLog` on disk.

    An append that returned is on disk, and so is the signed head that counts it. After each append the head is
    also copied to a file outside the database: it may lag behind, but is never ahead, so a database that was put
    back to an earlier state shows. Several processes may append at once, those of other hosts too: entries are made
    one after the other (:attr:`Turn.AUDIT`), and each host has a copy of the head of its own.
    """

    def __init__(
        self,
        database: Database,
        *,
        signer: Signer,
        clock: Clock,
        new_id: Callable[[], EntryId],
        checkpoint: CheckpointFile | None = None,
    ) -> None:
        super().__init__(database)
        self._signer = signer
        self._clock = clock
        self._new_id = new_id
        self._file = checkpoint or CheckpointFile.beside(database.path)
        self._works, self._failures = True, database.failures
        self._agreed: str | None = None
        self._believed: tuple[str, str, Tree] | None = None
        self._wishes: list[_Wish] = []
        self._writing: asyncio.Task[None] | None = None
        self._publishing = asyncio.Lock()
        self._published = 0
        self._copied: str | None = None

    async def append(self, kind: EntryKind, body: Mapping[str, Json], *, entry_id: EntryId | None = None) -> Entry:
        """Write one entry and its signed head; see :meth:`AuditLog.append`.

        Entries that come while others are being written are written together, as the next group: in one transaction,
        under one signed head. Each append returns when its group is on disk. Never part of a larger transaction,
        which could take the entry back.

        Raises:
            AuditUnavailable: it could not be written durably.
            AuditBroken: the log's end is not the one we signed; nothing is added to it.
        """
        if self._database.in_transaction:
            raise RuntimeError("an audit entry is never part of a larger transaction")
        canonical_bytes(body)  # what no entry can hold is nobody else's fault in the group
        wish = _Wish(kind, body, entry_id or self._new_id(), entry_id is not None)
        self._wishes.append(wish)
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_all())
        with self._remembered(), unavailable():
            entry, head = await wish.outcome
            await self._publish(head)
        return entry

    async def _write_all(self) -> None:
        """Write what is wished for, a group after the other, until nothing is left."""
        while self._wishes:
            group = self._next_group()
            try:
                entries, head = await self._write_group(group)
            except BaseException as error:
                for wish in group:
                    wish.fail(error)
                if not isinstance(error, Exception):
                    raise
            else:
                for wish, entry in zip(group, entries, strict=True):
                    wish.grant(entry, head)

    def _next_group(self) -> list["_Wish"]:
        """Take what is waiting; an entry whose id was chosen outside is alone, as it may be there already.

        So is the first one: a log of one entry may be without its file after a crash, and a longer one may not.
        """
        alone = next((number for number, wish in enumerate(self._wishes) if wish.named), len(self._wishes))
        size = max(1, min(alone, _LARGEST_GROUP)) if self._published else 1
        group, self._wishes = self._wishes[:size], self._wishes[size:]
        return group

    async def _write_group(self, group: Sequence["_Wish"]) -> tuple[list[Entry], _Head]:
        async with self._database.moment(Turn.AUDIT) as connection:
            entries, head = await self._add(connection, await self._tip(connection), group)
        self._agreed = head.note
        if not self._published:
            await self._publish(head)
        return entries, head

    async def ready(self) -> None:
        """Make sure that entries can be added.

        Nothing is written where the last write worked. Where it did not, an append is tried and taken back.

        Raises:
            AuditUnavailable, AuditBroken: as :meth:`append`.
        """
        if self._works and self._failures == self._database.failures:
            return
        with self._remembered(), unavailable():
            with suppress(_TakenBack):
                async with self._database.transaction(Turn.AUDIT) as connection:
                    tip = await self._tip(connection)
                    await self._add(connection, tip, [_Wish(EntryKind.SERVICE_STARTED, _TRIAL, self._new_id())])
                    raise _TakenBack
            async with self._database.transaction(Turn.AUDIT) as connection:
                # Only a commit that writes finds out whether the disk takes it.
                await connection.execute(update(audit_head).values(note=audit_head.c.note))
                note = (await connection.execute(select(audit_head.c.note))).scalar_one_or_none()
            if note is not None:
                await asyncio.to_thread(self._advance, _Head(self._published, note))

    @contextmanager
    def _remembered(self) -> Iterator[None]:
        """Remember how this write ended: until another one ends differently, it is what is to be expected."""
        failures = self._database.failures
        try:
            yield
        except AuditUnavailable:
            self._works = False
            raise
        self._works, self._failures = True, failures

    async def _publish(self, head: _Head) -> None:
        """Copy a signed head to the file, unless a newer one is there."""
        async with self._publishing:
            if self._published < head.size:
                self._published = await asyncio.to_thread(self._advance, head)

    def _advance(self, head: _Head) -> int:
        def is_newer(copy: str) -> bool:
            if copy == self._copied:
                return False
            copied = opened(copy, self._signer.key)
            return copied is not None and copied.size > head.size

        self._file.write(head.note, unless=is_newer)
        self._copied = head.note
        return head.size

    async def _tip(self, connection: AsyncConnection) -> _Tip:
        """Find the log's end, and believe it only where the signed heads agree with it."""
        end = (await connection.execute(_END)).one()
        tree = self._signed_tree(end.note, end.peaks)
        if tree.size != (end.seq or 0):
            raise broken(f"it ends at entry {end.seq or 0}, its signed head counts {tree.size}")
        if end.note is None or end.note != self._agreed:
            await asyncio.to_thread(self._agree, tree, end.note)
        return _Tip(tree, end.hash or GENESIS)

    def _agree(self, tree: Tree, note: str | None) -> None:
        """Compare the file with the log's end. It may be behind: a crash or another host left it so.

        Where the log ends as this instance left it, that is not needed: nobody put the database back.
        """
        copy = self._file.read()
        if note is not None and copy == note:
            return
        if note is not None and copy is None:
            self._file.write(note)
        copied = opened(copy, self._signer.key) if copy is not None else None
        if copied and copied.size > tree.size:
            raise broken(f"it ends at entry {tree.size}, the checkpoint file counts {copied.size}")
        if copied and copied.size == tree.size and copied.root != tree.root:
            raise broken("the checkpoint file was signed for other entries")

    def _signed_tree(self, note: str | None, peaks: str | None) -> Tree:
        """Read the signed head; one that was read or written before needs no second look at its signature."""
        if note is None or peaks is None:
            return Tree()
        if self._believed and self._believed[:2] == (note, peaks):
            return self._believed[2]
        checkpoint = opened(note, self._signer.key)
        if checkpoint is None:
            raise broken("its head is not signed with this key", hint=_ONE_KEY)
        try:
            tree = Tree(checkpoint.size, tuple(bytes.fromhex(peak) for peak in peaks.split()))
        except ValueError as error:
            raise broken("its head cannot be read") from error
        if tree.root != checkpoint.root:
            raise broken("its head was changed")
        self._believed = (note, peaks, tree)
        return tree

    async def _add(self, connection: AsyncConnection, tip: _Tip, group: Sequence["_Wish"]) -> tuple[list[Entry], _Head]:
        tree, previous = tip.tree, tip.previous
        entries: list[Entry] = []
        rows: list[dict[str, Any]] = []
        for wish in group:
            entry, text = link(
                seq=tree.size + 1,
                entry_id=wish.id,
                at=self._clock(),
                kind=wish.kind,
                body=wish.body,
                previous=previous,
            )
            signature = entry_signature(entry.hash, self._signer)
            rows.append(
                {"seq": entry.seq, "id": entry.id, "text": text.decode(), "hash": entry.hash, "signature": signature}
            )
            tree, previous = tree.grown(text), entry.hash
            entries.append(entry)
        await connection.execute(_ADDED, rows)
        head = {"note": signed(tree.size, tree.root, self._signer), "peaks": tree.text}
        self._believed = (head["note"], head["peaks"], tree)
        await connection.execute(_HEAD(connection), {"only": 1, **head})
        return entries, _Head(tree.size, head["note"])


@dataclass(frozen=True, slots=True)
class _Wish:
    """An entry that somebody waits for; ``named`` where its id was chosen by whoever wishes it."""

    kind: EntryKind
    body: Mapping[str, Json]
    id: EntryId
    named: bool = False
    outcome: asyncio.Future[tuple[Entry, _Head]] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )

    def grant(self, entry: Entry, head: _Head) -> None:
        """Hand the entry over, where somebody still waits for it, and the head that counts it."""
        if not self.outcome.done():
            self.outcome.set_result((entry, head))

    def fail(self, error: BaseException) -> None:
        """Say why there is none."""
        if self.outcome.done():
            return
        if isinstance(error, Exception):
            self.outcome.set_exception(error)
        else:
            self.outcome.cancel()
