from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from sekimori.core.confidential import Personal
from sekimori.core.ids import PersonId, UserId
from sekimori.desk.domain.ask import Asked, Asking, Offered, Options, Refused, Shown
from sekimori.desk.domain.asker import Actor, Place
from sekimori.desk.domain.choice import Choice, Weeks, monday_of
from sekimori.desk.domain.hours import Hours
from sekimori.desk.domain.policy import Surface
from sekimori.desk.domain.question import NotUnderstood, Question

TOKYO = ZoneInfo("Asia/Tokyo")
SATO = PersonId("sato")


def week(first: date = date(2026, 11, 30), last: date = date(2026, 12, 6), **more: object) -> Choice:
    return Choice(**({"person": SATO, "first": first, "last": last} | more))  # type: ignore[arg-type]


def test_a_choice_is_a_question_of_whole_local_days() -> None:
    question = week().question(TOKYO)
    assert isinstance(question, Question)
    assert question.window.start == datetime(2026, 11, 29, 15, tzinfo=UTC)
    assert question.window.end == datetime(2026, 12, 6, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    "choice", [week(last=date(2026, 11, 1)), week(first=date.max, last=date.max), week(first=date.min, last=date.min)]
)
def test_days_no_clock_has_are_not_understood(choice: Choice) -> None:
    assert isinstance(choice.question(TOKYO), NotUnderstood)


def test_weeks_go_from_this_one_to_the_horizon() -> None:
    weeks = Weeks(today=date(2026, 11, 24), last=date(2026, 12, 8))
    assert weeks.mondays == (date(2026, 11, 23), date(2026, 11, 30), date(2026, 12, 7))
    assert monday_of(date(2026, 11, 29)) == date(2026, 11, 23)


async def test_a_choice_is_decided_and_answered_like_a_typed_question(
    small_desk: Callable, secretary: Actor, shared: Place
) -> None:
    made = small_desk()
    reply = await made.desk.ask(Asking(actor=secretary, place=shared, choice=week(), surface=Surface.MODAL))
    assert isinstance(reply, Shown)
    assert made.log.entries[-1].body["surface"] == "modal"
    others = (week(person=PersonId("suzuki")), week(person=PersonId("nobody")), week(last=date(2099, 1, 1)))
    for choice in others:
        refused = await made.desk.ask(Asking(actor=secretary, place=shared, choice=choice))
        assert isinstance(refused, Refused)


async def test_a_partner_that_wants_a_modal_is_offered_one_before_anything_is_looked_up(
    small_desk: Callable, secretary: Actor, shared: Place
) -> None:
    made = small_desk()
    partner = replace(made.policy.partners[0], answer_in=Surface.MODAL)
    made = small_desk(policy=replace(made.policy, partners=(partner,)))
    reply = await made.desk.ask(Asking(actor=secretary, place=shared, text=Personal("佐藤さん 明日の午後")))
    assert isinstance(reply, Offered)
    assert reply.choice.hours == Hours(opens=720)
    assert not made.provider.asked
    assert [e.body.get("result") for e in made.log.entries] == [None, "offered"]


async def test_a_form_offers_whom_the_requester_may_ask(small_desk: Callable, secretary: Actor, shared: Place) -> None:
    made = small_desk()
    options = await made.desk.options(secretary, shared)
    assert isinstance(options, Options)
    assert [person.person for person in options.people] == ["sato"]
    stranger = Actor(user=UserId("U0OTHER"), team=secretary.team)
    assert isinstance(await made.desk.options(stranger, shared), Refused)
    assert made.log.entries[-1].body["reason"] == "requester_unlisted"


async def test_two_people_of_one_name_are_told_apart_by_choosing(
    small_desk: Callable, secretary: Actor, shared: Place
) -> None:
    made = small_desk()
    people = tuple(replace(person, names=("佐藤",)) for person in made.policy.people)
    listed = replace(made.policy.partners[0].requesters[0], may_ask=frozenset(p.person for p in people))
    partner = replace(made.policy.partners[0], requesters=(listed,))
    made = small_desk(policy=replace(made.policy, people=people, partners=(partner,)))
    asked = await made.desk.ask(Asking(actor=secretary, place=shared, text=Personal("佐藤さん 来週")))
    assert isinstance(asked, Asked)
    assert [c.person.person for c in asked.choices] == ["sato", "suzuki"]
    chosen = await made.desk.ask(Asking(actor=secretary, place=shared, choice=asked.choices[1].choice))
    assert isinstance(chosen, Shown)
    assert chosen.allow.person.person == "suzuki"
