"""A Kafka cluster as librdkafka mocks it: real sockets, real protocol, in memory."""

import json
from typing import Any

import pytest
from confluent_kafka import Producer

from sekimori.sim import world

PARTITIONS = 4


def stolen(identity: str) -> bytes:
    """Write a sign-in of the watched application from an address that is not declared."""
    properties = {"id": identity, "appId": world.APP, "ipAddress": "198.51.100.7", "status": {"errorCode": 0}}
    record = {
        "time": "2026-11-20T01:02:03.0000000Z",
        "operationName": "Sign-in activity",
        "category": "ServicePrincipalSignInLogs",
        "resultType": "0",
        "callerIpAddress": "198.51.100.7",
        "correlationId": identity,
        "properties": properties,
    }
    return json.dumps(record).encode()


class Cluster:
    """Where the brokers are, and a way to put messages there."""

    def __init__(self) -> None:
        self._brokers = Producer({"test.mock.num.brokers": 1, "bootstrap.servers": "mock.example:1", "log_level": 2})
        (broker,) = self._brokers.list_topics(timeout=10).brokers.values()
        self.servers = f"{broker.host}:{broker.port}"
        self._producer = Producer({"bootstrap.servers": self.servers, "log_level": 2, "linger.ms": 1})

    def put(self, topic: str, *values: bytes, partition: int | None = None) -> None:
        for number, value in enumerate(values):
            place = number % PARTITIONS if partition is None else partition
            self._producer.produce(topic, value=value, partition=place)
        assert self._producer.flush(10) == 0


@pytest.fixture(scope="module")
def cluster() -> Cluster:
    return Cluster()


@pytest.fixture(name="stolen")
def stolen_sign_in() -> Any:
    return stolen
