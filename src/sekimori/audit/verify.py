"""Whether a log is the one we wrote: names the first entry that is not."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from sekimori.audit.chain import GENESIS, hash_of, restored
from sekimori.audit.checkpoint import Checkpoint, opened
from sekimori.audit.keys import Signer, VerifyingKey
from sekimori.audit.merkle import Tree

_SIGNED_AS: Final = b"sekimori audit entry\n"
"""Stands before what is signed, so that no signature of ours on something else can pass for an entry's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRow:
    """An entry as the store holds it, nothing of it believed yet."""

    seq: int
    id: str
    text: bytes
    hash: str
    signature: bytes


class HeadPlace(StrEnum):
    """Where a signed head was kept, in words.

    The log's own head is written together with the entry: it must name exactly the last one. One that was copied
    elsewhere may lag behind, but never be ahead.
    """

    LOG = "in the database"
    FILE = "in the checkpoint file"
    ELSEWHERE = "that was kept elsewhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A signed note as it was found; ``note`` is None where there should be one and is none.

    ``peaks`` is what the log grows from (:attr:`Tree.text`), kept beside its own head alone.
    """

    place: HeadPlace
    note: str | None
    peaks: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """Every entry is ours, in order, and none is missing; ``root`` is hexadecimal."""

    size: int
    root: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """The first entry at which the log is not the one we wrote, and why."""

    seq: int
    reason: str


Verdict: TypeAlias = Verified | Broken


def entry_signature(entry_hash: str, signer: Signer) -> bytes:
    """Sign an entry by its hash."""
    return signer.sign(_SIGNED_AS + entry_hash.encode())


def verify(rows: Iterable[StoredRow], heads: Iterable[Head], public_key: VerifyingKey) -> Verdict:
    """Check all rows, in order of their numbers, against each other and against the signed heads.

    Law: any byte changed, any entry deleted, inserted, repeated, swapped or cut off is found and named.
    """
    verification = Verification(heads, public_key)
    for row in rows:
        broken = verification.take(row)
        if broken is not None:
            return broken
    return verification.finish()


class Verification:
    """A check in progress, for logs that are read in pieces: ``take`` every row, then ``finish``."""

    def __init__(self, heads: Iterable[Head], key: VerifyingKey) -> None:
        self._key = key
        self._heads = [(head, opened(head.note, key) if head.note is not None else None) for head in heads]
        self._tree = Tree()
        self._previous = GENESIS
        self._roots = {0: self._tree.root}
        self._wanted = {head.size for _, head in self._heads if head is not None}

    @property
    def taken(self) -> int:
        """How many entries were found good so far."""
        return self._tree.size

    def take(self, row: StoredRow) -> Broken | None:
        """Check the next row; None where it is good."""
        number = self._tree.size + 1
        if row.seq != number:
            reason = "the entry is missing" if row.seq > number else "an entry stands before the first one"
            return Broken(seq=number, reason=reason)
        reason = self._fault(row)
        if reason:
            return Broken(seq=number, reason=reason)
        self._tree, self._previous = self._tree.grown(row.text), row.hash
        if number in self._wanted:
            self._roots[number] = self._tree.root
        return None

    def finish(self) -> Verdict:
        """Compare what was taken with the signed heads."""
        for head, checkpoint in self._heads:
            broken = self._compared(head, checkpoint)
            if broken is not None:
                return broken
        return Verified(size=self._tree.size, root=self._tree.root.hex())

    def _fault(self, row: StoredRow) -> str:
        if hash_of(row.text) != row.hash:
            return "its text does not match its hash"
        if not self._key.accepts(row.signature, _SIGNED_AS + row.hash.encode()):
            return "its signature is not made with this log's key"
        try:
            entry = restored(row.text)
        except ValueError as error:
            return f"it cannot be read: {error}"
        if (entry.seq, entry.id) != (row.seq, row.id):
            return f"its text belongs to entry {entry.seq}, {entry.id}"
        return "" if entry.previous == self._previous else "it does not follow the entry before it"

    def _compared(self, head: Head, checkpoint: Checkpoint | None) -> Broken | None:
        taken = self._tree.size
        if checkpoint is None:
            state = "is missing" if head.note is None else "is not signed with this log's key"
            return Broken(seq=max(taken, 1), reason=f"the signed head {head.place} {state}")
        if checkpoint.size > taken:
            counts = f"the signed head {head.place} counts {checkpoint.size} entries"
            return Broken(seq=taken + 1, reason=f"the entry is missing: {counts}")
        if checkpoint.size < taken and head.place is HeadPlace.LOG:
            return Broken(seq=checkpoint.size + 1, reason=f"the signed head {head.place} ends before this entry")
        if self._roots[checkpoint.size] != checkpoint.root:
            reason = f"the entries up to here are not those that the head {head.place} was signed for"
            return Broken(seq=max(checkpoint.size, 1), reason=reason)
        if head.peaks is not None and head.peaks != self._tree.text:
            reason = f"the hashes beside the signed head {head.place} were changed: nothing can be added to the log"
            return Broken(seq=max(taken, 1), reason=reason)
        return None
