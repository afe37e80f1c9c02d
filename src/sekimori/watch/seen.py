"""Remembers which findings were given already, in eight bytes each."""

from array import array
from typing import Final

_SMALLEST: Final = 1 << 10
_DIGITS: Final = 16


class Seen:
    """A set of fingerprints, kept as their first 64 bits in a table of open addresses, at most half full.

    Two of a million fingerprints share them once in 30 million scans; a million take 16 MB.
    """

    def __init__(self) -> None:
        self._slots = array("Q", bytes(8 * _SMALLEST))
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, fingerprint: str) -> bool:
        """Remember a fingerprint, in hexadecimal digits; say whether it is new."""
        digest = int(fingerprint[:_DIGITS], 16) or 1
        slot = self._slot(digest)
        if self._slots[slot]:
            return False
        self._slots[slot] = digest
        self._count += 1
        if 2 * self._count > len(self._slots):
            self._grow()
        return True

    def _slot(self, digest: int) -> int:
        """Return where a digest is, or the empty slot where it belongs."""
        last = len(self._slots) - 1
        slot = digest & last
        while self._slots[slot] not in {0, digest}:
            slot = (slot + 1) & last
        return slot

    def _grow(self) -> None:
        old = self._slots
        self._slots = array("Q", bytes(16 * len(old)))
        for digest in filter(None, old):
            self._slots[self._slot(digest)] = digest
