"""Reads Azure Event Hubs by its Kafka protocol, as a member of a consumer group: the members share the partitions.

How far a partition was read is stored with the findings, and that position wins over the group's own; the group's
offsets are kept up to date for those who look at the lag there.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, ClassVar, Final

import structlog

from sekimori.core.errors import SekimoriError
from sekimori.manifest.tables.sources import WatchSource
from sekimori.watch.arrival.bodies import Garbled, texts_in
from sekimori.watch.batch import Batch, Line, Stored
from sekimori.watch.meters import Meters
from sekimori.watch.sources import Around, Opened

KIND: Final = "eventhubs"
AT_ONCE: Final = 5000
"""Messages of one batch at most."""
_WAIT: Final = 0.1
_SETTINGS: Final[Mapping[str, Any]] = {
    "enable.auto.commit": False,
    "auto.offset.reset": "earliest",
    # A member that is slow loses its partitions soon: another may read them, and what the slow one then commits is
    # refused, since the position moved on.
    "session.timeout.ms": 6000,
    "heartbeat.interval.ms": 1500,
    # the same for one whose batch cannot be committed: while the group waits for it, nobody gets anything
    "max.poll.interval.ms": 30_000,
    "socket.keepalive.enable": True,
    # Event Hubs: closes idle connections after four minutes, so they are given up before
    "connections.max.idle.ms": 180_000,
    "metadata.max.age.ms": 180_000,
    "queued.max.messages.kbytes": 32_768,
}


class HubUnavailable(SekimoriError):  # noqa: N818 - the name says what happened
    """The hubs cannot be read, now or as they are declared."""

    code: ClassVar[str] = "eventhubs.unavailable"


class EventHubsCollector:
    """One member of a consumer group. Each message is a record, or a batch of them."""

    def __init__(
        self, *, settings: Mapping[str, Any], hubs: Sequence[str], stored: Stored, stream: str, meters: Meters
    ) -> None:
        self._settings = {**_SETTINGS, **settings}
        self._hubs = list(hubs)
        self._stored = stored
        self._stream = stream
        self._meters = meters

    async def batches(self) -> AsyncGenerator[Batch]:
        """Yield what the group gives to this member; a batch counts as dealt with when the next one is asked for.

        Raises:
            HubUnavailable: the library is not installed, or gave up.
        """
        with ThreadPoolExecutor(1, thread_name_prefix="eventhubs") as thread:
            loop = asyncio.get_running_loop()
            member = _Member(self._consumer, self._stored, loop)
            try:
                member.join(self._hubs)
                while True:
                    batch = await loop.run_in_executor(thread, member.read)
                    if batch.positions:
                        yield batch
                        await loop.run_in_executor(thread, member.dealt_with, batch)
                    self._meters.behind.labels(self._stream).set(member.behind)
            finally:
                await asyncio.shield(loop.run_in_executor(thread, member.leave))

    def _consumer(self, failed: Callable[[Any], None]) -> Any:
        try:
            from confluent_kafka import Consumer
        except ImportError as error:
            raise HubUnavailable(
                "Event Hubs cannot be read: confluent-kafka is not installed",
                hint="pip install 'sekimori[eventhubs]'",
            ) from error
        return Consumer(self._settings | {"error_cb": failed}, logger=_Quiet())


class _Quiet:
    """Puts what the library says into our log."""

    def __init__(self) -> None:
        self._log = structlog.get_logger("sekimori.watch")

    def log(self, level: int, _form: str, *words: Any) -> None:
        """Take one line; the library's levels are syslog's made into logging's."""
        if level >= 30:
            self._log.warning("eventhubs.said", words=str(words[-1]) if words else "")


class _Member:
    """The consumer, and the next offset of each partition that it has now. All of it runs in one thread."""

    def __init__(
        self, consumer: Callable[[Callable[[Any], None]], Any], stored: Stored, loop: asyncio.AbstractEventLoop
    ) -> None:
        self.behind = 0
        self._consumer = consumer(self._failed)
        self._failure: Any = None
        self._stored = stored
        self._loop = loop
        self._positions: dict[str, str] = {}

    def join(self, hubs: list[str]) -> None:
        """Ask the group for partitions."""
        self._consumer.subscribe(hubs, on_assign=self._given, on_revoke=self._taken, on_lost=self._taken)

    def leave(self) -> None:
        """Let the group give the partitions to others at once."""
        self._consumer.close()

    def read(self) -> Batch:
        """Return what arrived by now. What a partition brought that was taken away meanwhile is left to its next."""
        lines: list[Line] = []
        positions: dict[str, str] = {}
        for message in self._consumer.consume(AT_ONCE, _WAIT):
            if error := message.error():
                _judge(error)
                continue
            part, offset = f"{message.topic()}/{message.partition()}", message.offset()
            if part not in self._positions or offset < int(positions.get(part) or self._positions[part] or 0):
                continue
            lines += _lines(part, offset, message.value() or b"")
            positions[part] = str(offset + 1)
        if self._failure and not positions:
            raise HubUnavailable(f"Event Hubs cannot be read: {self._failure.name()}", hint=_HINT)
        self._failure = None
        return Batch(lines=tuple(lines), positions=positions, since={part: self._positions[part] for part in positions})

    def dealt_with(self, batch: Batch) -> None:
        """Go on from a batch's positions, and tell the group."""
        from confluent_kafka import KafkaException, TopicPartition

        self._positions |= batch.positions
        read = [TopicPartition(*_split(part), int(at)) for part, at in batch.positions.items()]
        with suppress(KafkaException):  # it is for those who look; the next one says it as well
            self._consumer.commit(offsets=read, asynchronous=True)
        self.behind = sum(map(self._left, read))

    def _failed(self, error: Any) -> None:
        """Remember what the library says of the servers as a whole; it goes on trying, and we say so meanwhile."""
        if error.name() in {*_HOPELESS, "_ALL_BROKERS_DOWN", "_RESOLVE"}:
            self._failure = error

    def _left(self, partition: Any) -> int:
        _, end = self._consumer.get_watermark_offsets(partition, cached=True)
        return max(0, int(end) - int(partition.offset))

    def _given(self, consumer: Any, partitions: list[Any]) -> None:
        stored = asyncio.run_coroutine_threadsafe(_read(self._stored), self._loop).result()
        for each in partitions:
            part = f"{each.topic}/{each.partition}"
            self._positions[part] = at = stored.get(part, "")
            if at:
                each.offset = int(at)
        consumer.assign(partitions)
        structlog.get_logger("sekimori.watch").info("eventhubs.joined", partitions=sorted(self._positions))

    def _taken(self, _consumer: Any, partitions: list[Any]) -> None:
        for each in partitions:
            self._positions.pop(f"{each.topic}/{each.partition}", None)


async def _read(stored: Stored) -> Mapping[str, str]:
    return await stored()


def _split(part: str) -> tuple[str, int]:
    topic, _, number = part.rpartition("/")
    return topic, int(number)


def _lines(part: str, offset: int, value: bytes) -> list[Line]:
    try:
        texts = texts_in(value)
    except Garbled:
        texts = [value]
    return [Line(text=text, path=f"eventhubs:{part}", line=offset + 1) for text in texts]


def _judge(error: Any) -> None:
    """Pass over what mends itself.

    Raises:
        HubUnavailable: it does not.
    """
    if error.fatal() or error.name() in _HOPELESS:
        raise HubUnavailable(f"Event Hubs refused: {error.name()}", hint=_HINT)
    structlog.get_logger("sekimori.watch").warning("eventhubs.failed", reason=error.name())


_HINT: Final = "look at servers, hubs and connection_string"
_HOPELESS: Final = frozenset(
    {"TOPIC_AUTHORIZATION_FAILED", "GROUP_AUTHORIZATION_FAILED", "SASL_AUTHENTICATION_FAILED", "_AUTHENTICATION"}
)


def open_source(source: WatchSource, around: Around) -> Opened:
    """Open the hubs that a source names. Event Hubs: the connection string is the password of ``$ConnectionString``."""
    settings: dict[str, Any] = {"bootstrap.servers": source.servers, "group.id": source.consumer_group}
    if source.connection_string:
        settings |= {
            "security.protocol": "SASL_SSL",
            "sasl.mechanism": "PLAIN",
            "sasl.username": "$ConnectionString",
            "sasl.password": around.secret(source.connection_string).reveal(),
        }
        settings |= {"ssl.ca.location": around.ca_bundle} if around.ca_bundle else {}
    return Opened(
        collector=EventHubsCollector(
            settings=settings, hubs=source.hubs, stored=around.stored, stream=source.stream, meters=around.meters
        )
    )
