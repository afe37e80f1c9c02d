from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest

from sekimori.core.confidential import Personal
from sekimori.core.errors import SekimoriError
from sekimori.core.ids import PersonId, UserId
from sekimori.core.timespan import Timespan
from sekimori.desk.domain.ask import Asking, Desk, NotRecorded, Refused, Shown
from sekimori.desk.domain.asker import Actor, Place
from sekimori.desk.domain.disclosure import Precision
from sekimori.desk.domain.free_busy import FreeBusy
from sekimori.desk.domain.journal import Journal
from sekimori.desk.domain.narrowing import InForce, Narrowing, narrowed
from sekimori.desk.domain.ports import CallJournal, Finding

NOW = datetime(2026, 11, 24, 1, 5, tzinfo=UTC)
SATO = PersonId("sato")
OWNER = UserId("U0SATO")


class Kept:
    """Narrowings in memory."""

    def __init__(self, in_force: InForce | None = None) -> None:
        self.now: InForce | None = in_force or InForce()

    async def in_force(self) -> InForce:
        if self.now is None:
            raise SekimoriError("the disk is gone")
        return self.now


def less(precision: Precision, at: datetime = NOW) -> InForce:
    return InForce(people={SATO: Narrowing(precision=precision, narrowed_at=at)})


@pytest.mark.parametrize("declared", Precision)
@pytest.mark.parametrize("wanted", Precision)
def test_nobody_is_shown_more_by_a_narrowing(small_desk: Callable, declared: Precision, wanted: Precision) -> None:
    policy = small_desk().policy
    policy = replace(policy, people=tuple(replace(person, precision=declared) for person in policy.people))
    sato, suzuki = narrowed(policy, less(wanted)).people
    assert sato.precision is min(declared, wanted)
    assert suzuki.precision is declared


def test_a_reviewed_change_of_the_manifest_lifts_what_was_narrowed_before_it(small_desk: Callable) -> None:
    policy = small_desk().policy
    lifted = tuple(replace(person, lift_narrowings_before=NOW) for person in policy.people)
    policy = replace(policy, people=lifted)
    before, after = less(Precision.NONE, NOW - timedelta(hours=1)), less(Precision.NONE, NOW)
    assert narrowed(policy, before).people[0].precision is Precision.TYPED
    assert narrowed(policy, after).people[0].precision is Precision.NONE


def test_a_pause_is_of_one_or_of_all(small_desk: Callable) -> None:
    policy = small_desk().policy
    one = narrowed(policy, InForce(people={SATO: Narrowing(paused_by=OWNER)}))
    assert [person.paused for person in one.people] == [True, False]
    assert not one.paused
    assert narrowed(policy, InForce(paused_by=OWNER)).paused


class PausingProvider:
    """A provider during whose call something is paused."""

    name: ClassVar[str] = "pausing"

    def __init__(self, kept: Kept, then: InForce) -> None:
        self.kept = kept
        self.then = then

    async def free_busy(self, person: PersonId, window: Timespan, journal: CallJournal) -> Finding:
        self.kept.now = self.then
        return Finding(free_busy=FreeBusy(window=window, periods=()))


def desk_with(made, kept: Kept, provider=None) -> Desk:
    return Desk(
        policy=made.policy,
        provider=provider or made.provider,
        journal=Journal(made.log),
        clock=lambda: NOW,
        narrowings=kept,
    )


async def test_a_pause_while_the_calendar_is_read_withholds_the_answer(
    small_desk: Callable, secretary: Actor, shared: Place
) -> None:
    made, kept = small_desk(), Kept()
    desk = desk_with(made, kept, PausingProvider(kept, InForce(paused_by=OWNER)))
    reply = await desk.ask(Asking(actor=secretary, place=shared, text=Personal("佐藤さん 来週")))
    assert isinstance(reply, Refused)
    assert made.log.entries[-1].body["result"] == "withheld"


async def test_a_narrowing_while_the_calendar_is_read_holds_already(
    small_desk: Callable, secretary: Actor, shared: Place
) -> None:
    made, kept = small_desk(), Kept()
    desk = desk_with(made, kept, PausingProvider(kept, less(Precision.DAY_PART)))
    reply = await desk.ask(Asking(actor=secretary, place=shared, text=Personal("佐藤さん 来週")))
    assert isinstance(reply, Shown)
    assert reply.allow.person.precision is Precision.DAY_PART
    assert len(reply.schedule.days[0].slots) == 2


async def test_where_nobody_can_say_what_is_paused_nothing_is_disclosed(
    small_desk: Callable, secretary: Actor, shared: Place
) -> None:
    made, kept = small_desk(), Kept()
    kept.now = None
    reply = await desk_with(made, kept).ask(Asking(actor=secretary, place=shared, text=Personal("佐藤さん 来週")))
    assert isinstance(reply, NotRecorded)
    assert not made.provider.asked
