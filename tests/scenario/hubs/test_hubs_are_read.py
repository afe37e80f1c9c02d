"""A member of a consumer group goes on where the findings were committed, whatever the group's own offsets say."""

import asyncio
import json
from contextlib import aclosing

import pytest

from sekimori.watch.collectors.eventhubs import EventHubsCollector, HubUnavailable
from sekimori.watch.meters import Meters

QUICK = {"session.timeout.ms": 1500, "heartbeat.interval.ms": 200, "log_level": 2}


def reader(cluster, topic, stored, group="sekimori", **settings):
    async def read():
        return dict(stored)

    return EventHubsCollector(
        settings=QUICK | {"bootstrap.servers": cluster.servers, "group.id": group} | settings,
        hubs=[topic],
        stored=read,
        stream="eventhubs:test",
        meters=Meters(),
    )


async def collected(collector, number, stored=None):
    """Take so many lines, storing positions as the ledger does; return their texts."""
    texts = []
    async with aclosing(collector.batches()) as batches, asyncio.timeout(30):
        async for batch in batches:
            texts += [line.text for line in batch.lines]
            if stored is not None:
                assert all(stored.get(part, "") == at for part, at in batch.since.items())
                stored.update(batch.positions)
            if len(texts) >= number:
                break
    return texts


async def test_it_resumes_at_the_stored_position_not_at_the_groups(cluster):
    sent = [b'{"n":%d}' % number for number in range(40)]
    cluster.put("resume", *sent[:20])
    stored = {}
    assert sorted(await collected(reader(cluster, "resume", stored), 20, stored)) == sorted(sent[:20])
    assert {part: int(at) for part, at in stored.items()} == {f"resume/{n}": 5 for n in range(4)}
    cluster.put("resume", *sent[20:])
    behind = dict.fromkeys(stored, "4")
    again = await collected(reader(cluster, "resume", behind), 24)
    assert sorted(again) == sorted(sent[16:]), "what was not committed here comes again, though the group has it"


async def test_batches_within_messages_are_taken_apart_and_poison_is_handed_on(cluster):
    batch = json.dumps({"records": [{"a": 1}, {"b": 2}]}).encode()
    cluster.put("poison", batch, b"\xff not json", b'{"cut":', b"", b'{"c":3}', partition=1)
    stored = {}
    texts = await collected(reader(cluster, "poison", stored, "poison"), 5, stored)
    assert texts == [b'{"a": 1}', b'{"b": 2}', b"\xff not json", b'{"cut":', b'{"c":3}']
    assert stored == {"poison/1": "5"}


async def test_without_the_library_it_says_what_to_install(cluster, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "confluent_kafka", None)
    with pytest.raises(HubUnavailable) as raised:
        await collected(reader(cluster, "x", {}), 1)
    assert "sekimori[eventhubs]" in raised.value.hint


async def test_a_partition_that_moves_in_the_middle_of_a_batch_is_dealt_with_once(cluster):
    sent = [b'{"n":%d}' % number for number in range(40)]
    cluster.put("moving", *sent)
    stored: dict[str, str] = {}
    slow = reader(cluster, "moving", stored, "moving", **{"max.poll.interval.ms": 1600})
    async with aclosing(slow.batches()) as batches:
        async with asyncio.timeout(20):
            held = await anext(batches)
        dealt_with = await collected(reader(cluster, "moving", stored, "moving"), 40, stored)
        assert sorted(dealt_with) == sorted(sent), "the other has every partition, from where it is stored"
        assert any(stored.get(part, "") != at for part, at in held.since.items()), "the slow one's commit is refused"
    cluster.put("moving", b'{"n":40}')
    assert await collected(slow, 1, stored) == [b'{"n":40}'], "it begins again from what is stored"


async def test_servers_that_cannot_be_reached_are_said_to_be(unused_ports):
    away = EventHubsCollector(
        settings=QUICK | {"bootstrap.servers": f"127.0.0.1:{unused_ports[0]}", "group.id": "away"},
        hubs=["logs"],
        stored=dict,
        stream="eventhubs:test",
        meters=Meters(),
    )
    with pytest.raises(HubUnavailable) as raised:
        await collected(away, 1)
    assert "_ALL_BROKERS_DOWN" in raised.value.words
