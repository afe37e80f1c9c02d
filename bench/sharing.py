"""Two watches on one consumer group, one of them killed in the middle, against one watch that reads all of it."""

import json
import time
from collections.abc import Callable
from pathlib import Path

from confluent_kafka import Producer

from bench.watching import Watch, running, said, stolen

HUBS = [f"logs-{number}" for number in range(12)]
"""A mocked partition keeps 5 MB: the records are short, and spread over twelve hubs of four partitions."""
LOUD_EVERY = 100


def sharing(folder: Path, number: int) -> bool:
    """Share so many records between two processes; say whether their findings are one's."""
    brokers = Producer({"test.mock.num.brokers": 1, "bootstrap.servers": "mock.example:1", "log_level": 2})
    (broker,) = brokers.list_topics(timeout=10).brokers.values()
    servers = f"{broker.host}:{broker.port}"
    _produce(servers, number)
    alone, together = folder / "alone", folder / "together"
    alone.mkdir()
    together.mkdir()
    with running(Watch(alone, sources=_source(servers, "alone"))) as watch:
        began = time.monotonic()
        _until(lambda: watch.position() == number, 120)
        took = time.monotonic() - began
    expected = sorted(watch.found())
    assert len(expected) == number // LOUD_EVERY
    one, two = (Watch(together, sources=_source(servers, "together")) for _ in range(2))
    with running(one), running(two):
        _until(lambda: "eventhubs.joined" in two.said(), 30)
        _until(lambda: one.position() > number // 4, 60)
        one.kill()
        _until(lambda: one.position() == number, 120)
    found = sorted(two.found())
    lost, doubled = len(set(expected) - set(found)), len(found) - len(set(found))
    figure = (
        f"{len(found):,} findings of {len(expected):,}, lost {lost}, doubled {doubled}; "
        f"one process alone read {number / took:,.0f} records/s"
    )
    return said(f"{number:,} records shared by two, one killed", figure, "equal", met=found == expected)


def _source(servers: str, group: str) -> str:
    declared = {"kind": "eventhubs", "servers": servers, "hubs": HUBS, "consumer_group": group}
    return "[[watch.sources]]\n" + "\n".join(f"{key} = {json.dumps(value)}" for key, value in declared.items())


def _produce(servers: str, number: int) -> None:
    producer = Producer({"bootstrap.servers": servers, "linger.ms": 20, "log_level": 2})
    for place in range(number):
        record = stolen(f"s{place:07}")
        if place % LOUD_EVERY:
            record["properties"]["appId"] = f"00000000-0000-4000-8000-{place:012}"
        partition, hub = place // len(HUBS) % 4, HUBS[place % len(HUBS)]
        producer.produce(hub, value=json.dumps(record).encode(), partition=partition)
        if place % 1000 == 0:
            producer.poll(0)
            if place % 20_000 == 0:
                producer.flush(60)
    producer.flush(60)


def _until(look: Callable[[], bool], seconds: float) -> None:
    until = time.monotonic() + seconds
    while not look():
        if time.monotonic() > until:
            raise SystemExit("it took too long")
        time.sleep(0.1)
