"""What the Slack edge needs of a durable inbox, and the worker that empties it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final, Protocol

import msgspec
import structlog

from sekimori.core.errors import SekimoriError
from sekimori.desk.slack.news import News, no_news
from sekimori.desk.slack.places import Places

_log = structlog.get_logger(__name__)

WAITS: Final = (1.0, 5.0, 30.0, *[60.0] * 60)
"""Seconds between two attempts at what cannot be delivered: for about an hour, as long as Slack itself retries."""


class Inbox(Protocol):
    """Keeps accepted requests until they are done, through crashes."""

    async def accept(self, key: str, payload: bytes) -> bool:
        """Keep a request; False where one of that key was kept before, done or not.

        Raises:
            SekimoriError: it could not be kept; the sender must not be told otherwise.
        """
        ...

    async def pending(self) -> Sequence[tuple[str, bytes]]:
        """Return what was accepted and is not done, oldest first."""
        ...

    async def done(self, key: str) -> None:
        """Let go of a request's payload; its key is remembered."""
        ...


Handler = Callable[[Mapping[str, Any]], Awaitable[None]]
"""Works one payload off. It returns where repeating could not help, and raises :class:`TryLater` where it could."""


Start = Callable[[], Awaitable[None]]
"""Begins work that was kept, without waiting for its end."""


class TryLater(Exception):  # noqa: N818 - an instruction, not an error
    """The work could not be delivered now; it stays in the inbox."""


class Worker:
    """Works off what the inbox holds: new requests as they come, old ones at :meth:`resume`."""

    def __init__(self, inbox: Inbox, handler: Handler, *, waits: Sequence[float] = WAITS, news: News = no_news) -> None:
        self._inbox = inbox
        self._news = news
        self._handler = handler
        self._waits = waits
        self._places = Places()
        self._closing = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    async def take(self, key: str, payload: Mapping[str, Any]) -> None:
        """Keep a request and start on it; one that was kept before is left alone."""
        if start := await self.keep(key, payload):
            await start()

    async def keep(self, key: str, payload: Mapping[str, Any]) -> Start | None:
        """Keep a request and return what starts it; None for one that was kept before, or is no work."""
        if self._news(payload):
            return None
        if not await self._inbox.accept(key, msgspec.json.encode(payload)):
            _log.info("request.repeated")
            return None

        async def start() -> None:
            self._start(key, payload)

        return start

    async def resume(self) -> int:
        """Start on what an earlier run left behind; return how much that is."""
        left = await self._inbox.pending()
        for key, payload in left:
            self._start(key, msgspec.json.decode(payload))
        return len(left)

    async def close(self, patience: float = 20.0) -> None:
        """Finish the work in hand, for so many seconds at most; what is cut off or postponed stays in the inbox."""
        self._closing.set()
        if not self._tasks:
            return
        _done, late = await asyncio.wait(self._tasks, timeout=patience)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    def _start(self, key: str, payload: Mapping[str, Any]) -> None:
        task = asyncio.create_task(self._work(key, payload))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _work(self, key: str, payload: Mapping[str, Any]) -> None:
        try:
            await self._persevere(payload)
        except TryLater:
            _log.error("request.left_in_inbox")
            return
        except Exception as error:  # noqa: BLE001 - the last place where a defect can be noticed
            # The exception's text may quote what somebody wrote; its kind is enough to find it.
            _log.error("request.failed", error=type(error).__name__)
        try:
            await self._inbox.done(key)
        except SekimoriError as error:
            _log.error("request.not_closed", code=error.code)

    async def _persevere(self, payload: Mapping[str, Any]) -> None:
        for wait in self._waits:
            try:
                async with self._places.place():
                    await self._handler(payload)
            except TryLater:
                _log.warning("request.postponed", seconds=wait)
                await self._pause(wait)
            else:
                return
        async with self._places.place():
            await self._handler(payload)

    async def _pause(self, seconds: float) -> None:
        """Wait for the next attempt; where the worker closes meanwhile, that attempt is the next run's."""
        try:
            await asyncio.wait_for(self._closing.wait(), seconds)
        except TimeoutError:
            return
        raise TryLater
