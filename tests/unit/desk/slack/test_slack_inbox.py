import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from sekimori.core.errors import SekimoriError
from sekimori.desk.slack.inbox import WAITS, TryLater, Worker
from sekimori.desk.slack.places import ANSWERS, FURTHER, step_aside


class ListInbox:
    """An inbox in memory, with the port's promises."""

    def __init__(self) -> None:
        self.open: dict[str, bytes] = {}
        self.keys: set[str] = set()
        self.full = False

    async def accept(self, key: str, payload: bytes) -> bool:
        if self.full:
            raise SekimoriError("the disk is full")
        if key in self.keys:
            return False
        self.keys.add(key)
        self.open[key] = payload
        return True

    async def pending(self) -> Sequence[tuple[str, bytes]]:
        return list(self.open.items())

    async def done(self, key: str) -> None:
        del self.open[key]


class Handler:
    """Keeps what it was given; fails as told."""

    def __init__(self, *failures: BaseException, hold: asyncio.Event | None = None) -> None:
        self.given: list[Mapping[str, Any]] = []
        self.failures = list(failures)
        self.hold = hold
        self.running = 0
        self.most = 0

    async def __call__(self, payload: Mapping[str, Any]) -> None:
        self.given.append(payload)
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            if self.hold:
                await self.hold.wait()
            if self.failures:
                raise self.failures.pop(0)
        finally:
            self.running -= 1


async def test_work_is_done_once_however_often_it_comes() -> None:
    inbox, handler = ListInbox(), Handler()
    worker = Worker(inbox, handler)
    for _ in range(3):
        await worker.take("k", {"n": 1})
    await worker.close()
    assert handler.given == [{"n": 1}]
    assert not inbox.open


async def test_what_an_earlier_run_left_is_resumed() -> None:
    inbox, handler = ListInbox(), Handler()
    await inbox.accept("k", b'{"n":1}')
    worker = Worker(inbox, handler)
    assert await worker.resume() == 1
    await worker.close()
    assert handler.given == [{"n": 1}]
    assert not inbox.open


async def test_what_cannot_be_delivered_now_is_tried_again_and_then_kept() -> None:
    inbox, handler = ListInbox(), Handler(TryLater(), TryLater())
    worker = Worker(inbox, handler, waits=(0, 0))
    await worker.take("k", {})
    await worker.close()
    assert len(handler.given) == 3
    assert not inbox.open
    failing = Worker(inbox, Handler(TryLater(), TryLater()), waits=(0,))
    await failing.take("k2", {})
    await failing.close()
    assert set(inbox.open) == {"k2"}


async def test_a_defect_ends_the_work_and_its_text_is_not_logged(capsys: pytest.CaptureFixture[str]) -> None:
    inbox = ListInbox()
    worker = Worker(inbox, Handler(ValueError("what somebody typed")))
    await worker.take("k", {})
    await worker.close()
    assert not inbox.open
    printed = capsys.readouterr()
    assert "what somebody typed" not in printed.out + printed.err


async def test_what_is_cut_off_stays() -> None:
    inbox = ListInbox()
    worker = Worker(inbox, Handler(hold=asyncio.Event()))
    await worker.take("k", {})
    await asyncio.sleep(0)
    await worker.close(patience=0.01)
    assert set(inbox.open) == {"k"}


async def test_what_cannot_be_kept_is_not_begun() -> None:
    inbox, handler = ListInbox(), Handler()
    inbox.full = True
    with pytest.raises(SekimoriError):
        await Worker(inbox, handler).take("k", {})
    assert not handler.given


async def test_only_so_much_is_worked_on_at_once() -> None:
    inbox, handler = ListInbox(), Handler()
    handler.hold = asyncio.Event()
    worker = Worker(inbox, handler)
    for number in range(ANSWERS * 3):
        await worker.take(str(number), {})
    await asyncio.sleep(0.01)
    handler.hold.set()
    await worker.close()
    assert handler.most == ANSWERS
    assert len(handler.given) == ANSWERS * 3


async def test_what_follows_an_answer_keeps_no_other_waiting() -> None:
    drawing, answered, most = 0, [], 0
    finish = asyncio.Event()

    async def answer_and_draw(payload: Mapping[str, Any]) -> None:
        nonlocal drawing, most
        answered.append(payload["n"])
        await step_aside()
        drawing += 1
        most = max(most, drawing)
        await finish.wait()
        drawing -= 1

    inbox = ListInbox()
    worker = Worker(inbox, answer_and_draw)
    for number in range(ANSWERS * 3):
        await worker.take(str(number), {"n": number})
    await asyncio.sleep(0.01)
    assert answered == list(range(ANSWERS * 3))
    finish.set()
    await worker.close()
    assert most == FURTHER
    assert not inbox.open


async def test_an_outage_of_an_hour_is_sat_out() -> None:
    assert sum(WAITS) >= 3600
    assert max(WAITS) <= 60


async def test_what_is_postponed_does_not_hold_up_the_end() -> None:
    inbox, handler = ListInbox(), Handler(TryLater())
    worker = Worker(inbox, handler, waits=(60,))
    await worker.take("k", {"n": 1})
    await asyncio.sleep(0)
    async with asyncio.timeout(1):
        await worker.close()
    assert handler.given == [{"n": 1}]
    assert list(inbox.open) == ["k"]
