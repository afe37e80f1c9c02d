"""What was dealt with already, and need not be looked at again: a memory that may forget, and never lies."""

from collections.abc import Hashable
from typing import Final

_MOST: Final = 400_000


class Familiar:
    """Keys of what is kept for good.

    What is met is familiar at once; :meth:`forgotten` takes back what was not kept after all.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._kept: set[Hashable] = set()
        self._fresh: set[Hashable] = set()

    def meet(self, key: Hashable) -> bool:
        """Say whether a key is new, and be familiar with it from now on."""
        if key in self._kept or key in self._fresh:
            return False
        self._fresh.add(key)
        return True

    def settled(self) -> None:
        """Learn that what was met is kept for good."""
        if len(self._kept) + len(self._fresh) > self._most:
            self._kept.clear()
        self._kept |= self._fresh
        self._fresh.clear()

    def forgotten(self) -> None:
        """Learn that what was met since it was last settled is not kept."""
        self._fresh.clear()
