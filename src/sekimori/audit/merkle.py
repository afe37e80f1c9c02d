"""The Merkle tree over the entries (RFC 6962 §2.1), grown leaf by leaf."""

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tree:
    """A tree of ``size`` leaves, kept as the roots of its perfect subtrees, the largest first.

    That is all a log must remember to grow: one hash for each bit that is set in ``size``.

    Raises:
        ValueError: the number of hashes does not fit the size.
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.peaks) != self.size.bit_count():
            raise ValueError(f"a tree of {self.size} leaves is not made of {len(self.peaks)} perfect ones")

    def grown(self, leaf: bytes) -> "Tree":
        """Return the tree with one more leaf."""
        node, peaks, full = _hash(b"\x00", leaf), list(self.peaks), self.size
        while full & 1:
            node, full = _hash(b"\x01", peaks.pop(), node), full >> 1
        return Tree(self.size + 1, (*peaks, node))

    @property
    def text(self) -> str:
        """The hashes that are kept, as a store writes them: hexadecimal, with a space between them."""
        return " ".join(peak.hex() for peak in self.peaks)

    @property
    def root(self) -> bytes:
        """The hash over all leaves; that of the empty string where there is none."""
        if not self.peaks:
            return hashlib.sha256(b"").digest()
        node = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            node = _hash(b"\x01", peak, node)
        return node


def _hash(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()
