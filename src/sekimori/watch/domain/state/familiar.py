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
        self._known: set[Hashable] = set()
        self._fresh: list[Hashable] = []

    def meet(self, key: Hashable) -> bool:
        """Say whether a key is new, and be familiar with it from now on."""
        if key in self._known:
            return False
        self._known.add(key)
        self._fresh.append(key)
        return True

    def settled(self) -> None:
        """Learn that what was met is kept for good."""
        if len(self._known) > self._most:
            self._known.clear()
        self._fresh.clear()

    def forgotten(self) -> None:
        """Learn that what was met since it was last settled is not kept."""
        self._known.difference_update(self._fresh)
        self._fresh.clear()
