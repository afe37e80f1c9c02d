"""Gathers the records of many requests into one batch, and tells each request when its records are durable."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from sekimori.watch.batch import Batch, Line

MOST_LINES: Final = 20_000
"""Lines in one batch: as many as are decided upon and committed in well under a second."""


@dataclass(slots=True, kw_only=True)
class Room:
    """Bytes that may be held at once, in bodies that are read and in records that wait."""

    size: int
    taken: int = 0

    def take(self, amount: int) -> bool:
        """Hold so much, if there is room."""
        fits = self.taken + amount <= self.size
        self.taken += amount if fits else 0
        return fits

    def leave(self, amount: int) -> None:
        """Hold so much less."""
        self.taken -= amount

    @contextmanager
    def for_(self, amount: int) -> Iterator[bool]:
        """Hold so much until the block ends; False where there is no room, and nothing is held."""
        fits = self.take(amount)
        try:
            yield fits
        finally:
            self.leave(amount if fits else 0)


@dataclass(slots=True)
class _Parcel:
    lines: Sequence[Line]
    size: int
    kept: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Gathering:
    """Between the requests that bring lines and the watch that takes batches of them.

    A request's lines are in one batch whole. While one batch is dealt with, the requests for the next gather: many
    requests, one commit.
    """

    def __init__(self, room: Room, *, most_lines: int = MOST_LINES) -> None:
        self._room = room
        self._most = most_lines
        self._parcels: deque[_Parcel] = deque()
        self._filled = asyncio.Event()

    @property
    def waiting(self) -> int:
        """How many requests wait to be taken into a batch."""
        return len(self._parcels)

    def put(self, lines: Sequence[Line], size: int) -> asyncio.Future[None] | None:
        """Take lines that hold so many bytes, and return what is done once they are committed; None without room.

        Who stops waiting leaves them to be dealt with; until then they take up their room.
        """
        if not self._room.take(size):
            return None
        parcel = _Parcel(lines, size)
        self._parcels.append(parcel)
        self._filled.set()
        return parcel.kept

    async def batches(self) -> AsyncGenerator[Batch]:
        """Yield what was gathered; a batch counts as dealt with when the next one is asked for."""
        while True:
            self._filled.clear()
            if not self._parcels:
                await self._filled.wait()
            taken = self._taken()
            try:
                yield Batch(lines=tuple(line for parcel in taken for line in parcel.lines))
            except BaseException:
                self._parcels.extendleft(reversed(taken))
                raise
            for parcel in taken:
                self._room.leave(parcel.size)
                if not parcel.kept.done():
                    parcel.kept.set_result(None)

    def _taken(self) -> list[_Parcel]:
        taken, count = [self._parcels.popleft()], 0
        count = len(taken[0].lines)
        while self._parcels and count + len(self._parcels[0].lines) <= self._most:
            taken.append(self._parcels.popleft())
            count += len(taken[-1].lines)
        return taken
