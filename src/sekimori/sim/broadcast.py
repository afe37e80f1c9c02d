"""Tells whoever listens that something changed."""

import asyncio
from collections.abc import AsyncIterator


class Broadcast:
    """Fans short notices out to the pages that are open; a page that does not keep up loses the oldest."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Queue[str | None]] = set()

    def tell(self, notice: str) -> None:
        """Send a notice to everybody who listens now."""
        for queue in self._listeners:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(notice)

    async def listen(self) -> AsyncIterator[str]:
        """Yield notices until the broadcast is closed."""
        queue: asyncio.Queue[str | None] = asyncio.Queue(maxsize=100)
        self._listeners.add(queue)
        try:
            while (notice := await queue.get()) is not None:
                yield notice
        finally:
            self._listeners.discard(queue)

    def close(self) -> None:
        """End every listener."""
        for queue in self._listeners:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(None)
