"""Each sink is given its alerts in order, again and again until each is taken; one that is down holds up no other."""

import asyncio

import pytest

from sekimori.core.errors import SekimoriError
from sekimori.watch import delivery
from sekimori.watch.alert import Alert
from sekimori.watch.bundle import Bundle
from sekimori.watch.delivery import AlertRefused, Delivery, DeliveryFailed, Waiting
from sekimori.watch.domain.level import Level


def waiting(fingerprint):
    alert = Alert(fingerprint=fingerprint, rule="r", level=Level.HIGH, title="t", summary="s")
    bundle = Bundle(id=fingerprint, revision=1, level=Level.HIGH, parts=(alert,))
    return Waiting(place=hash(fingerprint), bundle=bundle, reference=None, attempts=0)


class Outbox:
    """Keeps what waits for each sink; may be unable to write for a while."""

    def __init__(self, *fingerprints, sinks=("test",)):
        self.waiting = {name: [waiting(f) for f in fingerprints] for name in sinks}
        self.refusals, self.full, self.references = [], 0, []

    async def next(self, sink):
        return self.waiting[sink][0] if self.waiting[sink] else None

    async def taken(self, given, reference):
        if self.full:
            self.full -= 1
            raise SekimoriError("disk full")
        self.references.append(reference)
        self._drop(given)

    async def failed(self, given, reason):
        pass

    async def refused(self, given, reason):
        self.refusals.append((given.bundle.id, reason))
        self._drop(given)

    async def seconds_to_next(self, sink):
        return None

    def _drop(self, given):
        for name, left in self.waiting.items():
            if left and left[0] is given:
                self.waiting[name] = left[1:]
                return

    def left(self, sink="test"):
        return [w.bundle.id for w in self.waiting[sink]]


class Sink:
    """Refuses as often as it is told to."""

    level = Level.LOW

    def __init__(self, refusals=0, name="test", poison=()):
        self.refusals, self.shown, self.name, self.poison, self.closed = refusals, [], name, poison, False

    async def deliver(self, bundle, reference):
        if bundle.id in self.poison:
            raise self.poison[bundle.id]
        if self.refusals:
            self.refusals -= 1
            raise DeliveryFailed("test", "down")
        self.shown.append(bundle.id)
        return f"at {bundle.id}"

    async def close(self):
        self.closed = True


def lane(outbox, sink):
    (only,) = Delivery(outbox, [sink]).lanes
    return only


async def until_shown(sink, *expected):
    async with asyncio.timeout(5):
        while sink.shown != list(expected):  # noqa: ASYNC110 - it is delivered elsewhere
            await asyncio.sleep(0.005)


async def test_what_waits_is_delivered_oldest_first_and_once():
    outbox, sink = Outbox("a", "b"), Sink()
    assert await lane(outbox, sink).deliver_waiting()
    assert await lane(outbox, sink).deliver_waiting()
    assert sink.shown == ["a", "b"]
    assert outbox.references == ["at a", "at b"]


async def test_an_alert_that_is_not_taken_keeps_its_place():
    outbox, sink = Outbox("a", "b"), Sink(refusals=1)
    sender = lane(outbox, sink)
    assert not await sender.deliver_waiting()
    assert outbox.left() == ["a", "b"]
    assert await sender.deliver_waiting()
    assert sink.shown == ["a", "b"]


@pytest.mark.parametrize("trouble", [AlertRefused("test", "invalid_blocks"), ZeroDivisionError()])
async def test_an_alert_that_a_sink_refuses_or_breaks_on_lets_the_next_pass(trouble):
    outbox, sink = Outbox("a", "b"), Sink(poison={"a": trouble})
    assert await lane(outbox, sink).deliver_waiting()
    assert sink.shown == ["b"]
    assert [refused for refused, _ in outbox.refusals] == ["a"]


async def test_without_a_sink_nothing_is_said_to_be_delivered():
    outbox = Outbox("a")
    await Delivery(outbox, []).run()
    assert outbox.left() == ["a"], "an alert that nobody saw must wait for a sink"


async def test_a_sink_that_is_down_holds_up_no_other(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(delivery, "PATIENCE", (0.01,))
    outbox = Outbox("a", "b", sinks=("down", "up"))
    down, up = Sink(refusals=1_000_000, name="down"), Sink(name="up")
    running = asyncio.create_task(Delivery(outbox, [down, up]).run())
    await until_shown(up, "a", "b")
    assert outbox.left("down") == ["a", "b"]
    down.refusals = 0
    await until_shown(down, "a", "b")
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert down.closed
    assert up.closed


async def test_what_was_delivered_and_cannot_be_noted_is_not_delivered_again(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(delivery, "PATIENCE", (0.01,))
    outbox, sink = Outbox("a", "b"), Sink()
    outbox.full = 3
    running = asyncio.create_task(Delivery(outbox, [sink]).run())
    await until_shown(sink, "a", "b")
    running.cancel()
    assert outbox.left() == []


async def test_the_pause_grows_with_each_failure_and_is_forgotten_after_a_success():
    outbox, sink = Outbox("a"), Sink(refusals=3)
    sender = lane(outbox, sink)
    pauses = []
    for _ in range(3):
        await sender.deliver_waiting()
        pauses.append(sender.patience)
    assert pauses == sorted(set(pauses))
    await sender.deliver_waiting()
    outbox.waiting["test"], sink.refusals = [waiting("b")], 1
    await sender.deliver_waiting()
    assert sender.patience == pauses[0]


async def test_it_wakes_for_what_is_recorded_later(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(delivery, "PATIENCE", (0.01,))
    outbox, sink = Outbox(), Sink(refusals=1)
    sender = Delivery(outbox, [sink])
    task = asyncio.create_task(sender.run())
    await asyncio.sleep(0.01)
    outbox.waiting["test"] = [waiting("late")]
    sender.wake()
    await until_shown(sink, "late")
    task.cancel()


async def test_what_another_instance_left_is_found_unasked(monkeypatch):
    monkeypatch.setattr(delivery, "LOOK_AGAIN", 0.01)
    outbox, sink = Outbox(), Sink()
    running = asyncio.create_task(Delivery(outbox, [sink]).run())
    await asyncio.sleep(0.02)
    outbox.waiting["test"].append(waiting("left"))
    await until_shown(sink, "left")
    running.cancel()
