"""How much is worked on at the same time: so many answers, and beside them a little of what follows an answer.

A picture takes as long as its answer. Whoever draws it gives his place to somebody who still waits for an answer.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Final

ANSWERS: Final = 8
FURTHER: Final = 2

_HELD: ContextVar["_Held | None"] = ContextVar("held", default=None)


class _Held:
    """A place that a task has, until it gives it up."""

    def __init__(self, places: "Places") -> None:
        self.places = places
        self.room: asyncio.Semaphore | None = None

    async def move(self, room: asyncio.Semaphore) -> None:
        self.leave()
        await room.acquire()
        self.room = room

    def leave(self) -> None:
        if self.room is not None:
            self.room.release()
            self.room = None


class Places:
    """The places of one worker."""

    def __init__(self) -> None:
        self.answers = asyncio.Semaphore(ANSWERS)
        self.further = asyncio.Semaphore(FURTHER)

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Wait for a place to answer from, and have it for the length of the block."""
        held = _Held(self)
        token = _HELD.set(held)
        try:
            await held.move(self.answers)
            yield
        finally:
            held.leave()
            _HELD.reset(token)


async def step_aside() -> None:
    """Say that the answer is given: what follows in this task waits until little else of that kind is going on."""
    held = _HELD.get()
    if held is not None and held.room is held.places.answers:
        await held.move(held.places.further)
