"""What a database engine has to offer to :class:`~sekimori.storage.database.Database`."""

from contextlib import AbstractAsyncContextManager
from enum import IntEnum
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine


class Turn(IntEnum):
    """What writers of all instances do one after the other. The numbers are part of the protocol between versions."""

    SCHEMA = 1
    AUDIT = 2
    WATCH = 3
    JOBS = 4


class Backend(Protocol):
    """One engine: connections that read, connections that write, and whose turn it is."""

    reads: AsyncEngine

    def writing(self, turn: Turn | None) -> AbstractAsyncContextManager[AsyncConnection]:
        """Write, all or nothing; on disk when the block is left. With a turn, nobody else has it meanwhile."""
        ...

    async def take(self, connection: AsyncConnection, turn: Turn) -> None:
        """Wait for the turn among all processes; it ends with the connection's transaction."""
        ...

    async def close(self) -> None:
        """Let go of every connection."""
        ...
