"""Questions about several calendars: who is decided, what is recorded, what is shown."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sekimori.audit.entry import EntryKind
from sekimori.audit.log import AuditUnavailable
from sekimori.audit.memory import MemoryAuditLog
from sekimori.core.confidential import Personal
from sekimori.core.ids import ChannelId, EntryId, PartnerId, PersonId, TeamId, UserId
from sekimori.core.timespan import Timespan
from sekimori.desk.domain.ask import Asked, Asking, Desk, NotRecorded, Refused, Shown
from sekimori.desk.domain.asker import Doubt, Unconfirmed
from sekimori.desk.domain.choice import Choice
from sekimori.desk.domain.coordinate import Coordinator, Meeting
from sekimori.desk.domain.coordinated import (
    CollisionsShown,
    NotConnected,
    NothingRead,
    PastedShown,
    TogetherShown,
    Whose,
)
from sekimori.desk.domain.disclosure import Precision
from sekimori.desk.domain.free_busy import BusyPeriod, FbType, FreeBusy
from sekimori.desk.domain.hours import Hours
from sekimori.desk.domain.journal import Journal
from sekimori.desk.domain.narrowing import InForce, Narrowing
from sekimori.desk.domain.overlay import CollisionKind
from sekimori.desk.domain.policy import Language, PartnerTerms, PersonTerms, Policy, RequesterTerms, Surface
from sekimori.desk.domain.ports import CallJournal, Finding, Problem
from sekimori.desk.domain.question import Unclear
from sekimori.desk.domain.sources import Sources
from sekimori.desk.domain.working_time import WorkingTime

TOKYO = ZoneInfo("Asia/Tokyo")
NOW = datetime(2026, 11, 24, 1, 5, tzinfo=UTC)  # Tuesday, 10:05 in Tokyo
MONDAY = datetime(2026, 11, 30, tzinfo=TOKYO)
NEXT_WEEK = Choice(person=PersonId("sato"), first=date(2026, 11, 30), last=date(2026, 12, 6))
HOUR = timedelta(hours=1)


def at(first: float, last: float, day: int = 0) -> Timespan:
    start = MONDAY + timedelta(days=day)
    return Timespan(start + timedelta(hours=first), start + timedelta(hours=last))


def busy(first: float, last: float, fb_type: FbType = FbType.BUSY, day: int = 0) -> BusyPeriod:
    return BusyPeriod(span=at(first, last, day), fb_type=fb_type)


@dataclass
class Kept:
    """A provider that keeps these people's calendars, and cannot read the others'."""

    name: str
    people: dict[str, tuple[BusyPeriod, ...]]
    failure: Exception | None = None

    def __post_init__(self) -> None:
        self.asked: list[str] = []

    async def free_busy(self, person: PersonId, window: Timespan, journal: CallJournal) -> Finding:
        self.asked.append(person)
        call = await journal.intend(method="POST", resource="r", people=(person,), window=window, attempt=1)
        await journal.conclude(call, "200")
        if self.failure:
            raise self.failure
        if person not in self.people:
            return Finding(
                free_busy=FreeBusy(window=window, periods=(BusyPeriod(span=window, fb_type=FbType.UNKNOWN),)),
                problem=Problem.NOT_FOUND,
            )
        return Finding(free_busy=FreeBusy(window=window, periods=self.people[person]))


@dataclass
class Table:
    """A coordinator and what it sits on."""

    coordinator: Coordinator
    ours: Kept
    theirs: Kept
    log: MemoryAuditLog

    def kinds(self) -> list[EntryKind]:
        return [entry.kind for entry in self.log.entries]


@pytest.fixture
def table(ticking):
    def build(
        ours: dict[str, tuple[BusyPeriod, ...]] | None = None,
        theirs: dict[str, tuple[BusyPeriod, ...]] | None = None,
        *,
        policy: Policy | None = None,
        log: MemoryAuditLog | None = None,
        buffer: timedelta = timedelta(),
        narrowings: Any = None,
    ) -> Table:
        chosen = policy or two_people()
        kept = log or MemoryAuditLog(clock=lambda: NOW, new_id=ticking)
        here = Kept("outlook", ours if ours is not None else {"sato": (), "suzuki": ()})
        there = Kept("google", theirs or {})
        journal = Journal(kept)
        more = {"narrowings": narrowings} if narrowings else {}
        desk = Desk(policy=chosen, provider=here, journal=journal, clock=lambda: NOW, **more)
        sources = Sources(
            providers={"outlook": here, "google": there},
            ours="outlook",
            also={PersonId(key): ("google",) for key in theirs or {}},
            journal=journal,
        )
        coordinator = Coordinator(
            desk=desk,
            sources=sources,
            journal=journal,
            clock=lambda: NOW,
            working=WorkingTime(zone=TOKYO, buffer=buffer),
            language=Language.JA,
        )
        return Table(coordinator=coordinator, ours=here, theirs=there, log=kept)

    return build


@pytest.fixture
def ticking():
    numbers = iter(range(1, 1000))
    return lambda: EntryId(f"00000000-0000-4000-8000-{next(numbers):012}")


def person(key: str, *names: str, precision: Precision = Precision.TYPED) -> PersonTerms:
    hours = Hours(opens=480, closes=1200)
    return PersonTerms(person=PersonId(key), names=names, precision=precision, horizon_days=42, hours=hours)


def policy_with(*people: PersonTerms, may_ask: tuple[str, ...]) -> Policy:
    secretary = RequesterTerms(user=UserId("U0SEC"), may_ask=frozenset(PersonId(key) for key in may_ask))
    contoso = PartnerTerms(
        partner=PartnerId("contoso"),
        team=TeamId("T0CONTOSO"),
        enterprise=None,
        channels=frozenset({ChannelId("C0SHARED")}),
        answer_in=Surface.THREAD,
        language=Language.JA,
        requesters=(secretary,),
    )
    return Policy(zone=TOKYO, language=Language.JA, people=people, partners=(contoso,))


def two_people(precision: Precision = Precision.TYPED) -> Policy:
    return policy_with(
        person("sato", "佐藤", "Sato", precision=precision),
        person("suzuki", "鈴木", "Suzuki"),
        person("abe", "阿部"),
        may_ask=("sato", "suzuki"),
    )


def typed(actor, place, text: str) -> Asking:
    return Asking(actor=actor, place=place, text=Personal(text))


async def test_common_free_time_of_two_people(table, secretary, shared) -> None:
    made = table({"sato": (busy(9, 12),), "suzuki": (busy(13, 15), busy(16, 17, FbType.TENTATIVE))})
    reply = await made.coordinator.ask(typed(secretary, shared, "来週、佐藤さんと鈴木さんで1時間"))
    assert isinstance(reply, TogetherShown)
    overlay = reply.overlay
    assert overlay.duration == HOUR
    assert [side.person.person for side in overlay.sides] == ["sato", "suzuki"]
    monday = [span for span in overlay.common.free if span.start < at(24, 25).start]
    assert monday == [at(15, 16), at(17, 18)]
    assert [(p.span, p.fb_type) for p in overlay.common.uncertain] == [(at(16, 17), FbType.TENTATIVE)]
    assert {span.start.astimezone(TOKYO).weekday() for span in overlay.common.free} == {0, 1, 2, 3, 4}


async def test_each_person_has_an_intent_before_anybody_is_asked_and_an_outcome_after(table, secretary, shared) -> None:
    made = table()
    await made.coordinator.ask(typed(secretary, shared, "来週、佐藤さんと鈴木さんで1時間"))
    kinds = made.kinds()
    assert kinds[:2] == [EntryKind.QUESTION_INTENT] * 2
    assert kinds[-2:] == [EntryKind.QUESTION_OUTCOME] * 2
    assert set(kinds[2:-2]) == {EntryKind.CALL_INTENT, EntryKind.CALL_OUTCOME}
    first, second = made.log.entries[:2]
    assert (first.body["person"], second.body["person"]) == ("sato", "suzuki")
    assert first.body["aim"] == "common_time"
    outcomes = [entry.body["question"] for entry in made.log.entries[-2:]]
    assert outcomes == [first.id, second.id]


@pytest.mark.parametrize(
    "text",
    [
        "来週、佐藤さんと阿部さんで1時間",
        "来週、阿部さんと佐藤さんで1時間",
        "来週、佐藤さんと架空さんで1時間",
        "2099年1月1日、佐藤さんと鈴木さんで1時間",
    ],
)
async def test_a_refusal_of_one_refuses_all_and_asks_nobody(table, secretary, shared, text: str) -> None:
    made = table()
    reply = await made.coordinator.ask(typed(secretary, shared, text))
    assert isinstance(reply, Refused)
    assert not made.ours.asked
    assert made.kinds() == [EntryKind.QUESTION_REFUSED]


async def test_whoever_may_not_ask_is_refused_before_their_words_are_read(table, shared) -> None:
    made = table()
    reply = await made.coordinator.ask(typed(Unconfirmed(doubt=Doubt.GUEST), shared, "佐藤さんと鈴木さん 来週 衝突"))
    assert isinstance(reply, Refused)
    assert made.log.entries[0].body["reason"] == "actor_unconfirmed:guest"


async def test_somebody_named_twice_counts_once(table, secretary, shared) -> None:
    made = table()
    reply = await made.coordinator.ask(typed(secretary, shared, "来週、佐藤さんとSatoさんで1時間"))
    assert isinstance(reply, TogetherShown)
    assert made.ours.asked == ["sato"]


async def test_a_name_of_two_people_is_asked_back(table, secretary, shared) -> None:
    policy = policy_with(
        person("sato", "佐藤"),
        person("sato2", "佐藤"),
        person("suzuki", "鈴木"),
        may_ask=("sato", "sato2", "suzuki"),
    )
    reply = await table(policy=policy).coordinator.ask(typed(secretary, shared, "来週、佐藤さんと鈴木さんで1時間"))
    assert isinstance(reply, Asked)
    assert reply.reason is Unclear.SEVERAL_PEOPLE


async def test_a_plain_question_goes_to_the_desk(table, secretary, shared) -> None:
    assert isinstance(await table().coordinator.ask(typed(secretary, shared, "佐藤さん 来週")), Shown)
    assert isinstance(await table().coordinator.ask(typed(secretary, shared, "佐藤さん")), Asked)


async def test_a_duration_alone_asks_for_free_time(table, secretary, shared) -> None:
    reply = await table({"sato": (busy(9, 17),)}).coordinator.ask(typed(secretary, shared, "佐藤さん 来週月曜 1時間"))
    assert isinstance(reply, TogetherShown)
    assert reply.overlay.common.free == (at(17, 18),)


async def test_calendars_elsewhere_count_for_common_time(table, secretary, shared) -> None:
    made = table({"sato": (busy(9, 12),), "suzuki": ()}, {"sato": (busy(13, 17),)})
    reply = await made.coordinator.ask(typed(secretary, shared, "来週月曜、佐藤さんと鈴木さんで1時間"))
    assert isinstance(reply, TogetherShown)
    assert reply.overlay.common.free == (at(17, 18),)


async def test_somebody_who_cannot_be_read_is_unknown_and_never_free(table, secretary, shared) -> None:
    reply = await table({"sato": ()}).coordinator.ask(typed(secretary, shared, "来週月曜、佐藤さんと鈴木さんで1時間"))
    assert isinstance(reply, TogetherShown)
    assert reply.overlay.common.free == ()
    assert {piece.fb_type for piece in reply.overlay.common.uncertain} == {FbType.UNKNOWN}
    assert [side.problem for side in reply.overlay.sides] == [None, Problem.NOT_FOUND]


async def test_collisions_of_one_person(table, secretary, shared) -> None:
    made = table({"sato": (busy(10, 12), busy(15, 16))}, {"sato": (busy(11, 13), busy(15, 16, FbType.TENTATIVE))})
    reply = await made.coordinator.collisions(Asking(actor=secretary, place=shared, choice=NEXT_WEEK))
    assert isinstance(reply, CollisionsShown)
    assert [(c.span, c.kind) for c in reply.collisions] == [
        (at(11, 12), CollisionKind.CERTAIN),
        (at(15, 16), CollisionKind.POSSIBLE),
    ]
    assert [side.whose for side in reply.overlay.sides] == [Whose.OURS, Whose.THEIRS]
    assert made.log.entries[0].body["aim"] == "collisions"


@pytest.mark.parametrize(
    "text", ["佐藤さんの来週の衝突", "佐藤さん 来週 ダブルブッキングある？", "any conflicts for Sato next week?"]
)
async def test_collisions_can_be_asked_for_in_words(table, secretary, shared, text: str) -> None:
    made = table({"sato": (busy(10, 12),)}, {"sato": (busy(11, 13),)})
    reply = await made.coordinator.ask(typed(secretary, shared, text))
    assert isinstance(reply, CollisionsShown)
    assert [c.span for c in reply.collisions] == [at(11, 12)]


async def test_without_a_calendar_elsewhere_nothing_is_looked_up(table, secretary, shared) -> None:
    made = table()
    reply = await made.coordinator.collisions(Asking(actor=secretary, place=shared, choice=NEXT_WEEK))
    assert isinstance(reply, NotConnected)
    assert reply.choice == NEXT_WEEK
    assert not made.ours.asked
    assert made.log.entries[0].body["reason"] == "not_connected"


async def test_a_calendar_elsewhere_that_cannot_be_read_collides_with_nothing_for_certain(
    table, secretary, shared
) -> None:
    made = table({"sato": (busy(10, 11),)}, {"sato": ()})
    made.theirs.people.clear()
    reply = await made.coordinator.collisions(Asking(actor=secretary, place=shared, choice=NEXT_WEEK))
    assert isinstance(reply, CollisionsShown)
    assert [(c.span, c.kind) for c in reply.collisions] == [(at(10, 11), CollisionKind.UNKNOWN)]


async def test_collisions_say_no_more_than_the_precision(table, secretary, shared) -> None:
    made = table(
        {"sato": (busy(10.2, 10.3), busy(14, 15, FbType.TENTATIVE))},
        {"sato": (busy(9, 9.5), busy(14, 15))},
        policy=two_people(precision=Precision.DAY_PART),
    )
    reply = await made.coordinator.collisions(Asking(actor=secretary, place=shared, choice=NEXT_WEEK))
    assert isinstance(reply, CollisionsShown)
    assert {c.kind for c in reply.collisions} == {CollisionKind.POSSIBLE}
    assert {c.span for c in reply.collisions} == {at(8, 20)}


async def test_pasted_times_are_marked(table, secretary, shared) -> None:
    made = table({"sato": (busy(10, 11), busy(14, 15, FbType.TENTATIVE))})
    text = "11/30 10:30-11:30\n11/30 PM\n12/1 10:00-11:00\n11/30 19:30-21:00\n11/20 10:00-11:00\nまた連絡します"
    reply = await made.coordinator.compare(Asking(actor=secretary, place=shared, choice=NEXT_WEEK, text=Personal(text)))
    assert isinstance(reply, PastedShown)
    assert [piece.fb_type for piece in reply.marks] == [
        FbType.BUSY,
        FbType.TENTATIVE,
        FbType.FREE,
        FbType.UNKNOWN,
        None,
        None,
    ]
    assert reply.overlay.days == (date(2026, 11, 30), date(2026, 12, 1))
    assert [c.span for c in reply.collisions][:1] == [at(10.5, 11)]
    assert made.log.entries[0].body["aim"] == "pasted_times"


async def test_pasted_words_reach_no_entry(table, secretary, shared) -> None:
    made = table()
    text = "11/30 10:00-11:00 極秘の合併\n秘密"
    await made.coordinator.compare(Asking(actor=secretary, place=shared, choice=NEXT_WEEK, text=Personal(text)))
    kept = json.dumps([dict(entry.body) for entry in made.log.entries], ensure_ascii=False)
    assert not any(word in kept for word in ("極秘", "秘密"))


@pytest.mark.parametrize("text", ["", "やあ", "11/20 10:00-11:00"])
async def test_where_no_time_is_to_come_nobody_is_asked(table, secretary, shared, text: str) -> None:
    made = table()
    reply = await made.coordinator.compare(Asking(actor=secretary, place=shared, choice=NEXT_WEEK, text=Personal(text)))
    assert isinstance(reply, NothingRead)
    assert not made.ours.asked
    assert made.kinds() == [EntryKind.QUESTION_REFUSED]


@pytest.mark.parametrize("who", ["abe", "nobody"])
async def test_pasting_is_decided_like_any_question(table, secretary, shared, who: str) -> None:
    made = table()
    choice = replace(NEXT_WEEK, person=PersonId(who))
    text = Personal("11/30 10:00-11:00")
    reply = await made.coordinator.compare(Asking(actor=secretary, place=shared, choice=choice, text=text))
    assert isinstance(reply, Refused)
    assert not made.ours.asked


async def test_people_can_be_chosen_from_a_form(table, secretary, shared) -> None:
    asking = Asking(actor=secretary, place=shared, choice=NEXT_WEEK)
    people = (PersonId("sato"), PersonId("suzuki"))
    reply = await table().coordinator.together(Meeting(asking=asking, people=people, duration=HOUR))
    assert isinstance(reply, TogetherShown)
    refused = await table().coordinator.together(Meeting(asking=asking, people=(*people, PersonId("abe"))))
    assert isinstance(refused, Refused)
    assert isinstance(await table().coordinator.together(Meeting(asking=asking, people=())), Asked)


async def test_a_buffer_is_read_beyond_the_hours_that_were_asked_about(table, secretary, shared) -> None:
    made = table({"sato": (busy(12, 13),)}, buffer=timedelta(minutes=30))
    reply = await made.coordinator.ask(typed(secretary, shared, "佐藤さん 来週月曜の午後 1時間"))
    assert isinstance(reply, TogetherShown)
    assert reply.overlay.common.free == (at(13.5, 18),)


async def test_time_begins_at_the_next_half_hour(table, secretary, shared) -> None:
    reply = await table().coordinator.ask(typed(secretary, shared, "佐藤さん 今日 1時間"))
    assert isinstance(reply, TogetherShown)
    assert reply.overlay.common.free[0].start.astimezone(TOKYO).strftime("%H:%M") == "10:30"


async def test_a_pause_while_looking_up_withholds_the_answer(table, secretary, shared) -> None:
    class SoonPaused:
        reads = 0

        async def in_force(self) -> InForce:
            self.reads += 1
            paused = {PersonId("suzuki"): Narrowing(paused_by=UserId("U0SUZUKI"))}
            return InForce(people=paused if self.reads > 1 else {})

    made = table(narrowings=SoonPaused())
    reply = await made.coordinator.ask(typed(secretary, shared, "来週、佐藤さんと鈴木さんで1時間"))
    assert isinstance(reply, Refused)
    assert [entry.body["result"] for entry in made.log.entries[-2:]] == ["withheld", "withheld"]


class FullLog(MemoryAuditLog):
    """A log on a disk with room for so many entries."""

    room = 0

    async def append(self, kind, body, *, entry_id=None):
        if len(self.entries) >= self.room:
            raise AuditUnavailable("the disk is full")
        return await super().append(kind, body, entry_id=entry_id)


@pytest.mark.parametrize(("room", "asked"), [(0, 0), (1, 0), (2, 2), (3, 2), (6, 2), (7, 2)])
async def test_what_cannot_be_recorded_is_not_disclosed(
    table, secretary, shared, ticking, room: int, asked: int
) -> None:
    log = FullLog(clock=lambda: NOW, new_id=ticking)
    log.room = room
    made = table(log=log)
    reply = await made.coordinator.ask(typed(secretary, shared, "来週、佐藤さんと鈴木さんで1時間"))
    assert isinstance(reply, NotRecorded)
    assert len(made.ours.asked) == asked


async def test_a_defect_of_a_provider_is_recorded_for_each_person(table, secretary, shared) -> None:
    made = table()
    made.ours.failure = ZeroDivisionError()
    with pytest.raises(ZeroDivisionError):
        await made.coordinator.ask(typed(secretary, shared, "来週、佐藤さんと鈴木さんで1時間"))
    assert [entry.body["result"] for entry in made.log.entries[-2:]] == ["failed", "failed"]
