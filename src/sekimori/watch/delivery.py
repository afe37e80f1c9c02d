"""Brings alerts to their sinks, each sink at its own pace, again and again until each was taken."""

import asyncio
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Protocol, TypeVar

import structlog

from sekimori.core.errors import SekimoriError
from sekimori.watch.bundle import Bundle, Sink

PATIENCE: Final = (1.0, 2.0, 5.0, 15.0, 60.0)
"""Seconds between two attempts while a sink does not take alerts; the last one repeats."""

LAST_PATIENCE: Final = 3.0
"""Seconds that the alert in hand is given when the watch ends."""

LOOK_AGAIN: Final = 60.0
"""Seconds after which an outbox is looked at unasked: another instance may have gone and left alerts in it."""

LONGEST_WAIT: Final = 300.0
"""Seconds that a sink is left alone at its word; one that says more is asked again then."""

T = TypeVar("T")


class DeliveryFailed(SekimoriError):  # noqa: N818 - the name says what happened
    """A sink takes nothing now: it cannot be reached, is busy, or does not know us."""

    code: ClassVar[str] = "alert.not_delivered"

    def __init__(self, sink: str, reason: str, *, after: float = 0.0) -> None:
        """``after`` is how many seconds the sink wants to be left alone."""
        super().__init__(f"the sink {sink} did not take an alert", hint=reason)
        self.reason = reason
        self.after = min(after, LONGEST_WAIT)


class AlertRefused(DeliveryFailed):
    """A sink does not take this alert, and may well take others."""

    code: ClassVar[str] = "alert.refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An alert that a sink is to be given; ``place`` is the outbox's name for that."""

    place: int
    bundle: Bundle
    reference: str | None
    attempts: int


class Outbox(Protocol):
    """What was recorded and not delivered yet, for each sink. Every method may raise StorageUnavailable."""

    async def next(self, sink: str) -> Waiting | None:
        """Take what is due for a sink, oldest first; None where nothing is."""
        ...

    async def taken(self, waiting: Waiting, reference: str | None) -> None:
        """Note that the sink has it."""
        ...

    async def failed(self, waiting: Waiting, reason: str) -> None:
        """Note that the sink took nothing; the alert keeps its place."""
        ...

    async def refused(self, waiting: Waiting, reason: str) -> None:
        """Note that the sink did not take this one; it is due again later, or given up."""
        ...

    async def seconds_to_next(self, sink: str) -> float | None:
        """Return in how many seconds something is due for a sink; None where nothing will be by itself."""
        ...


class Delivery:
    """Delivers to each sink in order; a sink that takes nothing holds up no other."""

    def __init__(self, outbox: Outbox, sinks: Sequence[Sink]) -> None:
        self.lanes = [Lane(outbox, sink) for sink in sinks]

    def wake(self) -> None:
        """Say that something was recorded."""
        for lane in self.lanes:
            lane.wake()

    async def run(self) -> None:
        """Deliver for ever. Without a sink everything goes on waiting: what nobody saw was not delivered."""
        try:
            async with asyncio.TaskGroup() as tasks:
                for lane in self.lanes:
                    tasks.create_task(lane.run())
        finally:
            for lane in self.lanes:
                await lane.sink.close()


class Lane:
    """The way to one sink.

    Attributes:
        failures: how many attempts have failed since the last that did not.
        delivered, refused: how many alerts the sink took, and did not take, since the watch started.
    """

    def __init__(self, outbox: Outbox, sink: Sink) -> None:
        self.sink = sink
        self.failures = self.delivered = self.refused = 0
        self._after = 0.0
        self._outbox = outbox
        self._waiting = asyncio.Event()
        self._unnoted: tuple[Waiting, str | None] | None = None
        self._log = structlog.get_logger("sekimori.watch").bind(sink=sink.name)

    def wake(self) -> None:
        """Say that something was recorded."""
        self._waiting.set()

    async def run(self) -> None:
        """Deliver for ever; what cannot be noted is not delivered twice meanwhile."""
        while True:
            self._waiting.clear()
            try:
                pause = await self._pause() if await self.deliver_waiting() else self.patience
            except SekimoriError as error:
                self.failures += 1
                self._after = 0.0
                self._log.error("delivery.not_noted", code=error.code, reason=error.hint)
                pause = self.patience
            if self.failures:
                await asyncio.sleep(pause)
            else:
                with suppress(TimeoutError):
                    async with asyncio.timeout(pause):
                        await self._waiting.wait()

    @property
    def patience(self) -> float:
        """How many seconds to wait after the failures so far, and what the sink said last."""
        return max(PATIENCE[min(self.failures, len(PATIENCE)) - 1], self._after)

    async def deliver_waiting(self) -> bool:
        """Deliver what is due; return False where the sink took nothing.

        Raises:
            StorageUnavailable: what is due cannot be told, or what was delivered cannot be noted.
        """
        await self._note()
        while waiting := await self._outbox.next(self.sink.name):
            if not await _in_one_piece(self._deliver(waiting)):
                return False
        self.failures = 0
        return True

    async def _pause(self) -> float:
        due = await self._outbox.seconds_to_next(self.sink.name)
        return LOOK_AGAIN if due is None else min(max(due, 0.02), LOOK_AGAIN)

    async def _deliver(self, waiting: Waiting) -> bool:
        bundle = waiting.bundle
        said = {"rule": bundle.lead.rule, "level": bundle.level.value, "revision": bundle.revision}
        try:
            reference = await self.sink.deliver(bundle, waiting.reference)
        except AlertRefused as error:
            self._log.warning("alert.refused", reason=error.reason, attempt=waiting.attempts + 1, **said)
            self.refused += 1
            await self._outbox.refused(waiting, error.reason)
            return True
        except DeliveryFailed as error:
            self.failures += 1
            self._after = error.after
            self._log.warning("alert.delivery_failed", reason=error.reason, attempt=self.failures)
            await self._outbox.failed(waiting, error.reason)
            return False
        except Exception as error:  # noqa: BLE001 - a defect of one sink on one alert must not make the watch blind
            self._log.error("sink.broke", error=type(error).__name__, **said)
            self.refused += 1
            await self._outbox.refused(waiting, type(error).__name__)
            return True
        self.delivered += 1
        self._unnoted = waiting, reference
        await self._note()
        self.failures, self._after = 0, 0.0
        self._log.info("alert.delivered", **said)
        return True

    async def _note(self) -> None:
        if self._unnoted:
            await self._outbox.taken(*self._unnoted)
            self._unnoted = None


async def _in_one_piece(work: Coroutine[Any, Any, T]) -> T:
    """Let the alert in hand be delivered and noted before the watch ends, or the next run would repeat it."""
    task = asyncio.create_task(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task], timeout=LAST_PATIENCE)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        raise
