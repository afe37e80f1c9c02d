"""Commits blocks of different tasks together: SQLite waits for the disk once for all of them.

One block writes at a time. Who waits for his turn when a group begins belongs to it; whoever comes later, to the
next one. A block returns when its group is on disk, and not before: a crash takes all of a group or nothing of it,
and nobody acts on what may be lost.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncTransaction

from sekimori.storage.backend import Turn


@dataclass(eq=False, slots=True, kw_only=True)
class _Group:
    """One transaction, and how it ended for all who wrote in it."""

    connection: AsyncConnection
    transaction: AsyncTransaction
    ended: asyncio.Future[None]
    turns: set[Turn] = field(default_factory=set)
    marks: Any = field(default_factory=count)
    joined: bool = False

    def fail(self, error: BaseException) -> None:
        """Tell everybody that nothing was written."""
        if not self.ended.done():
            self.ended.set_exception(error)

    async def close(self) -> None:
        """Let go of the connection, and of what was not committed."""
        with suppress(SQLAlchemyError):
            await self.connection.close()


class GroupCommit:
    """The write transactions of one file."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._turn = asyncio.Lock()
        self._group: _Group | None = None
        self._committing: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def block(self, turn: Turn | None) -> AsyncIterator[AsyncConnection]:
        """Write; what the block wrote is on disk when it is left, or none of it is.

        Two blocks of one named turn are never in one group: the second reads what the first committed.

        Raises:
            SQLAlchemyError: nothing of the block was written.
        """
        async with self._at_turn(turn) as group:
            mark = await self._mark(group)
            try:
                yield group.connection
            except BaseException as error:
                await asyncio.shield(self._undo(group, mark, error))
                raise
        await asyncio.shield(group.ended)

    @asynccontextmanager
    async def _at_turn(self, turn: Turn | None) -> AsyncIterator[_Group]:
        await self._turn.acquire()
        while turn is not None and self._group is not None and turn in self._group.turns:
            before = self._group
            self._turn.release()
            await asyncio.wait([before.ended])
            await self._turn.acquire()
        try:
            group = self._group or await self._opened()
            if turn is not None:
                group.turns.add(turn)
            yield group
        finally:
            self._turn.release()

    async def _opened(self) -> _Group:
        connection = await self._engine.connect()
        try:
            transaction = await connection.begin()
        except BaseException:
            await connection.close()
            raise
        ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        ended.add_done_callback(lambda future: future.cancelled() or future.exception())  # perhaps nobody waits
        group = self._group = _Group(connection=connection, transaction=transaction, ended=ended)
        task = asyncio.create_task(self._commit(group))  # it waits behind those who wait already: they are the group
        self._committing.add(task)
        task.add_done_callback(self._committing.discard)
        return group

    async def _mark(self, group: _Group) -> str | None:
        """Remember what was there before a block; before the first one of a group nothing was."""
        if not group.joined:
            group.joined = True
            return None
        mark = f"block_{next(group.marks)}"
        await group.connection.exec_driver_sql(f"SAVEPOINT {mark}")
        return mark

    async def _undo(self, group: _Group, mark: str | None, error: BaseException) -> None:
        """Take a block back, and leave the others of its group in peace where SQLite does."""
        if mark is not None and not await _is_lost(group.connection):
            with suppress(SQLAlchemyError):
                await group.connection.exec_driver_sql(f"ROLLBACK TO {mark}")
                return
        self._group = None
        group.fail(error if isinstance(error, SQLAlchemyError) else SQLAlchemyError("the first of a group failed"))
        await group.close()

    async def _commit(self, group: _Group) -> None:
        async with self._turn:
            if self._group is not group:
                return  # it failed
            self._group = None
            try:
                await group.transaction.commit()
            except SQLAlchemyError as error:
                group.fail(error)
            else:
                group.ended.set_result(None)
            finally:
                group.ended.cancel()
                await asyncio.shield(group.close())


async def _is_lost(connection: AsyncConnection) -> bool:
    """Say whether SQLite gave the whole transaction up, as it does where the disk is full or broken."""
    driver: Any = (await connection.get_raw_connection()).driver_connection
    return bool(driver.lost)
