"""What was dealt with already, and need not be looked at again: a memory that may forget, and never lies."""

from collections.abc import Hashable
from typing import Final

_MOST: Final = 200_000


class Familiar:
    """Keys of what is kept for good, known by 64 bits each: two of 200,000 share them once in a billion times.

    What is met is familiar at once; :meth:`forgotten` takes back what was not kept after all.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._known: set[int] = set()
        self._fresh: list[int] = []

    def meet(self, key: Hashable) -> bool:
        """Say whether a key is new, and be familiar with it from now on."""
        number = hash(key)
        if number in self._known:
            return False
        self._known.add(number)
        self._fresh.append(number)
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
