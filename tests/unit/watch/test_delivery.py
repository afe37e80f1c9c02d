"""An alert is delivered in order, again and again until it is taken, and marked only then."""

import asyncio

import pytest

from sekimori.watch import delivery
from sekimori.watch.alert import Alert
from sekimori.watch.delivery import Delivery, DeliveryFailed
from sekimori.watch.domain.level import Level


def alert(fingerprint):
    return Alert(fingerprint=fingerprint, rule="r", level=Level.HIGH, title="t", summary="s")


class Outbox:
    def __init__(self, *fingerprints):
        self.waiting = [alert(f) for f in fingerprints]

    async def undelivered(self):
        for waiting in list(self.waiting):
            yield waiting

    async def delivered(self, fingerprint):
        self.waiting = [a for a in self.waiting if a.fingerprint != fingerprint]


class Sink:
    """Refuses as often as it is told to."""

    def __init__(self, refusals=0):
        self.refusals, self.shown = refusals, []

    async def deliver(self, alert):
        if self.refusals:
            self.refusals -= 1
            raise DeliveryFailed("test", "down")
        self.shown.append(alert.fingerprint)


async def test_what_waits_is_delivered_oldest_first_and_once():
    outbox, sink = Outbox("a", "b"), Sink()
    assert await Delivery(outbox, [sink]).deliver_waiting()
    assert await Delivery(outbox, [sink]).deliver_waiting()
    assert sink.shown == ["a", "b"]


async def test_an_alert_that_is_not_taken_keeps_its_place():
    outbox, sink = Outbox("a", "b"), Sink(refusals=1)
    sender = Delivery(outbox, [sink])
    assert not await sender.deliver_waiting()
    assert [a.fingerprint for a in outbox.waiting] == ["a", "b"]
    assert await sender.deliver_waiting()
    assert sink.shown == ["a", "b"]


async def test_without_a_sink_nothing_is_said_to_be_delivered():
    outbox = Outbox("a")
    await Delivery(outbox, []).deliver_waiting()
    assert outbox.waiting, "an alert that nobody saw must wait for a sink"


async def test_the_pause_grows_with_each_failure_and_is_forgotten_after_a_success():
    outbox, sink = Outbox("a"), Sink(refusals=3)
    sender = Delivery(outbox, [sink])
    pauses = []
    for _ in range(3):
        await sender.deliver_waiting()
        pauses.append(sender.pause)
    assert pauses == sorted(set(pauses))
    await sender.deliver_waiting()
    outbox.waiting, sink.refusals = [alert("b")], 1
    await sender.deliver_waiting()
    assert sender.pause == pauses[0]


async def test_it_wakes_for_what_is_recorded_later(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(delivery, "PATIENCE", (0.01,))
    outbox, sink = Outbox(), Sink(refusals=1)
    sender = Delivery(outbox, [sink])
    task = asyncio.create_task(sender.run())
    await asyncio.sleep(0.01)
    outbox.waiting = [alert("late")]
    sender.wake()
    for _ in range(200):
        if sink.shown:
            break
        await asyncio.sleep(0.01)
    task.cancel()
    assert sink.shown == ["late"]


async def test_what_another_instance_left_is_found_unasked(monkeypatch):
    monkeypatch.setattr(delivery, "LOOK_AGAIN", 0.01)
    outbox, sink = Outbox(), Sink()
    running = asyncio.create_task(Delivery(outbox, [sink]).run())
    await asyncio.sleep(0.02)
    outbox.waiting.append(alert("left"))
    async with asyncio.timeout(5):
        while not sink.shown:  # noqa: ASYNC110 - it is delivered elsewhere
            await asyncio.sleep(0.005)
    running.cancel()
