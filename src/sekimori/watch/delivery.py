"""Brings recorded alerts to their sinks, again and again until each was taken."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import ClassVar, Final, Protocol

import structlog

from sekimori.core.errors import SekimoriError
from sekimori.watch.alert import Alert, Sink

PATIENCE: Final = (1.0, 2.0, 5.0, 15.0, 60.0)
"""Seconds between two attempts while a sink does not take alerts; the last one repeats."""

LAST_PATIENCE: Final = 3.0
"""Seconds that the alert in hand is given when the watch ends."""

LOOK_AGAIN: Final = 60.0
"""Seconds after which an outbox is looked at unasked: another instance may have gone and left alerts in it."""


class DeliveryFailed(SekimoriError):  # noqa: N818 - the name says what happened
    """A sink did not take an alert."""

    code: ClassVar[str] = "alert.not_delivered"

    def __init__(self, sink: str, reason: str) -> None:
        super().__init__(f"the sink {sink} did not take an alert", hint=reason)


class Outbox(Protocol):
    """Alerts that were recorded and not delivered yet."""

    def undelivered(self) -> AsyncIterator[Alert]:
        """Give them, oldest first."""
        ...

    async def delivered(self, fingerprint: str) -> None:
        """Note that every sink took one."""
        ...


class Delivery:
    """Delivers in order; an alert that a sink does not take keeps its place and is tried again."""

    def __init__(self, outbox: Outbox, sinks: Sequence[Sink]) -> None:
        self._outbox = outbox
        self._sinks = sinks
        self._waiting = asyncio.Event()
        self._failures = 0
        self._log = structlog.get_logger("sekimori.watch")

    def wake(self) -> None:
        """Say that something was recorded."""
        self._waiting.set()

    async def run(self) -> None:
        """Deliver for ever."""
        while True:
            self._waiting.clear()
            if await self.deliver_waiting():
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._waiting.wait(), LOOK_AGAIN)
            else:
                await asyncio.sleep(self.pause.total_seconds())

    @property
    def pause(self) -> timedelta:
        """How long to wait after the failures so far."""
        return timedelta(seconds=PATIENCE[min(self._failures, len(PATIENCE)) - 1])

    async def deliver_waiting(self) -> bool:
        """Deliver what waits; return False where a sink did not take one.

        Without a sink everything goes on waiting: what nobody saw was not delivered.
        """
        if not self._sinks:
            return True
        async for alert in self._outbox.undelivered():
            if not await _in_one_piece(self._deliver(alert)):
                return False
        self._failures = 0
        return True

    async def _deliver(self, alert: Alert) -> bool:
        try:
            for sink in self._sinks:
                await sink.deliver(alert)
        except DeliveryFailed as error:
            self._failures += 1
            self._log.warning("alert.delivery_failed", reason=error.hint, attempt=self._failures)
            return False
        await self._outbox.delivered(alert.fingerprint)
        self._log.info("alert.delivered", rule=alert.rule, level=alert.level.value)
        return True


async def _in_one_piece(work: Coroutine[None, None, bool]) -> bool:
    """Let the alert in hand be delivered and noted before the watch ends, or the next run would repeat it."""
    task = asyncio.create_task(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task], timeout=LAST_PATIENCE)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        raise
