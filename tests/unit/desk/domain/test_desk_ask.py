import json
from datetime import UTC, datetime, timedelta

import pytest

from sekimori.audit.entry import EntryKind
from sekimori.audit.log import AuditUnavailable
from sekimori.audit.memory import MemoryAuditLog
from sekimori.core.confidential import Personal
from sekimori.core.errors import SekimoriError
from sekimori.core.ids import EntryId
from sekimori.core.timespan import Timespan
from sekimori.desk.domain.ask import Asked, Asking, NotRecorded, Refused, Shown
from sekimori.desk.domain.asker import Doubt, Unconfirmed
from sekimori.desk.domain.free_busy import BusyPeriod, FbType
from sekimori.desk.domain.narrowing import InForce
from sekimori.desk.domain.question import Unclear

MONDAY = datetime(2026, 11, 30, tzinfo=UTC)


def asking(actor, place, text: str) -> Asking:
    return Asking(actor=actor, place=place, text=Personal(text))


async def test_intent_call_and_outcome_are_recorded_in_order(small_desk, secretary, shared) -> None:
    busy = BusyPeriod(span=Timespan(MONDAY, MONDAY + timedelta(hours=1)), fb_type=FbType.BUSY)
    small = small_desk(busy)
    reply = await small.desk.ask(asking(secretary, shared, "佐藤さん 来週"))
    assert isinstance(reply, Shown)
    intent, call, called, outcome = small.log.entries
    assert [e.kind for e in small.log.entries] == [
        EntryKind.QUESTION_INTENT,
        EntryKind.CALL_INTENT,
        EntryKind.CALL_OUTCOME,
        EntryKind.QUESTION_OUTCOME,
    ]
    assert dict(intent.body) == {
        "partner": "contoso",
        "team": "T0CONTOSO",
        "user": "U0SEC",
        "channel": "C0SHARED",
        "person": "sato",
        "window": ["2026-11-29T15:00:00+00:00", "2026-12-06T15:00:00+00:00"],
        "precision": "typed",
        "purpose": "coordination",
    }
    assert call.body["question"] == outcome.body["question"] == intent.id
    assert called.body == {"call": call.id, "status": "200"}
    assert outcome.body["result"] == "shown"
    assert outcome.body["surface"] == "thread"
    assert reply.record == outcome


async def test_typed_words_reach_no_entry(small_desk, secretary, shared) -> None:
    small = small_desk()
    for text in ("佐藤さん 来週", "架空さん 来週", "秘密の合併さん 来週", "佐藤さん"):
        await small.desk.ask(asking(secretary, shared, text))
    kept = json.dumps([dict(e.body) for e in small.log.entries], ensure_ascii=False)
    assert not any(word in kept for word in ("佐藤", "架空", "秘密", "来週"))


@pytest.mark.parametrize("text", ["鈴木さん 来週", "架空さん 来週", "佐藤さん 2099年1月1日", "佐藤さん 昨日"])
async def test_a_refusal_asks_nobody_and_says_nothing(small_desk, secretary, shared, text: str) -> None:
    small = small_desk()
    reply = await small.desk.ask(asking(secretary, shared, text))
    assert isinstance(reply, Refused)
    assert not small.provider.asked
    (entry,) = small.log.entries
    assert entry.kind is EntryKind.QUESTION_REFUSED


async def test_a_doubt_is_recorded_with_its_kind(small_desk, shared) -> None:
    small = small_desk()
    await small.desk.ask(asking(Unconfirmed(doubt=Doubt.STRANGER), shared, "佐藤さん 来週"))
    assert small.log.entries[0].body["reason"] == "actor_unconfirmed:stranger"


async def test_somebody_not_listed_is_refused_before_their_words_are_read(small_desk, shared) -> None:
    small = small_desk()
    reply = await small.desk.ask(asking(Unconfirmed(doubt=Doubt.GUEST), shared, "what is this?"))
    assert isinstance(reply, Refused)


async def test_a_question_that_is_not_clear_is_asked_back_and_recorded(small_desk, secretary, shared) -> None:
    small = small_desk()
    reply = await small.desk.ask(asking(secretary, shared, "佐藤さん"))
    assert isinstance(reply, Asked)
    assert reply.reason is Unclear.NO_TIME
    assert small.log.entries[0].body["reason"] == "not_understood:no_time"


class FullLog(MemoryAuditLog):
    """A log on a disk with room for so many entries."""

    room = 0

    async def append(self, kind, body, *, entry_id=None):
        if len(self.entries) >= self.room:
            raise AuditUnavailable("the disk is full")
        return await super().append(kind, body, entry_id=entry_id)


@pytest.mark.parametrize(("room", "asked"), [(0, 0), (1, 1), (2, 1), (3, 1)])
async def test_what_cannot_be_recorded_is_not_disclosed(small_desk, secretary, shared, room: int, asked: int) -> None:
    numbers = iter(range(9))
    log = FullLog(clock=lambda: MONDAY, new_id=lambda: EntryId(str(next(numbers))))
    log.room = room
    small = small_desk(log=log)
    reply = await small.desk.ask(asking(secretary, shared, "佐藤さん 来週"))
    assert isinstance(reply, NotRecorded)
    assert len(small.provider.asked) == asked


async def test_a_defect_of_a_provider_is_recorded_and_not_hidden(small_desk, secretary, shared) -> None:
    small = small_desk()
    small.provider.failure = ZeroDivisionError()
    with pytest.raises(ZeroDivisionError):
        await small.desk.ask(asking(secretary, shared, "佐藤さん 来週"))
    assert small.log.entries[-1].body["result"] == "failed"


async def test_hours_that_are_not_shared_show_nothing(small_desk, secretary, shared) -> None:
    reply = await small_desk().desk.ask(asking(secretary, shared, "佐藤さん 明日 21:00-23:00"))
    assert isinstance(reply, Shown)
    assert reply.schedule.slots == ()


async def test_how_a_call_ended_is_recorded_also_where_its_answer_comes_to_nothing(small_desk, secretary, shared):
    class Silent:
        """Says once what is in force, and then no more."""

        def __init__(self) -> None:
            self.left = 1

        async def in_force(self) -> InForce:
            if not self.left:
                raise SekimoriError("the database cannot be read")
            self.left -= 1
            return InForce()

    small = small_desk()
    small.desk._narrowings = Silent()
    reply = await small.desk.ask(asking(secretary, shared, "佐藤さん 来週"))
    assert isinstance(reply, NotRecorded)
    kinds = [entry.kind for entry in small.log.entries]
    assert kinds == [EntryKind.QUESTION_INTENT, EntryKind.CALL_INTENT, EntryKind.CALL_OUTCOME]
