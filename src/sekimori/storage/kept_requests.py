"""The desk's inbox in the database, shared with the other instances of the service."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from sekimori.core.errors import SekimoriError
from sekimori.storage.inbox import Accepted, SqlInbox
from sekimori.storage.leases import Lease

_log = structlog.get_logger(__name__)


class KeptRequests:
    """Requests that this instance has to work on, and no other one does."""

    def __init__(self, inbox: SqlInbox, lease: Lease) -> None:
        self._inbox = inbox
        self._pause = lease.lasting.total_seconds() / 3

    async def accept(self, key: str, payload: bytes) -> bool:
        """Keep a request; False where one of that key was kept before, by whichever instance.

        Raises:
            StorageUnavailable: it could not be kept.
        """
        return isinstance(await self._inbox.accept(key, payload), Accepted)

    async def pending(self) -> Sequence[tuple[str, bytes]]:
        """Take over what nobody works on, oldest first.

        Raises:
            StorageUnavailable: nothing was taken over.
        """
        return [(work.key, work.payload) for work in await self._inbox.claim()]

    async def done(self, key: str) -> None:
        """Let go of a request's payload; its key is remembered.

        Raises:
            StorageUnavailable: it will be worked on again.
        """
        await self._inbox.done(key)

    async def release(self) -> None:
        """Give back what this instance holds: at the start what an earlier run left, at the end what was cut off.

        Raises:
            StorageUnavailable: others get it when the lease ends.
        """
        await self._inbox.release()

    async def tend(self, resume: Callable[[], Awaitable[object]]) -> None:
        """Hold what is in work, and resume what another instance left behind, until cancelled."""
        while True:
            await asyncio.sleep(self._pause)
            try:
                await self._inbox.renew()
                await resume()
            except SekimoriError as error:
                _log.warning("inbox.not_tended", code=error.code, reason=error.words)
