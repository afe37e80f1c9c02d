from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from sekimori.core.confidential import Personal
from sekimori.core.ids import ChannelId, PartnerId, PersonId, TeamId, UserId
from sekimori.desk.domain.ask import Asking, Understanding, understand
from sekimori.desk.domain.disclosure import Precision
from sekimori.desk.domain.hours import Hours
from sekimori.desk.domain.policy import Deny, Language, PartnerTerms, PersonTerms, Policy, RequesterTerms, Surface
from sekimori.desk.domain.preview import preview
from sekimori.desk.domain.question import NotUnderstood, Unclear

NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)


def person(key: str, *names: str, slack_user: str | None = None) -> PersonTerms:
    return PersonTerms(
        person=PersonId(key),
        names=names,
        slack_user=UserId(slack_user) if slack_user else None,
        precision=Precision.TYPED,
        horizon_days=42,
        hours=Hours(opens=480, closes=1200),
    )


CONTOSO = PartnerTerms(
    partner=PartnerId("contoso"),
    team=TeamId("T0CONTOSO"),
    enterprise=None,
    channels=frozenset({ChannelId("C0SHARED")}),
    answer_in=Surface.THREAD,
    language=Language.JA,
    requesters=(RequesterTerms(user=UserId("U0SEC"), may_ask=frozenset(map(PersonId, ("sato", "sato2", "suzuki")))),),
)
POLICY = Policy(
    zone=ZoneInfo("Asia/Tokyo"),
    language=Language.JA,
    people=(
        person("sato", "佐藤", "佐藤 太郎", "Sato"),
        person("sato2", "佐藤", "佐藤 花子"),
        person("suzuki", "鈴木", slack_user="U0SUZUKI"),
        person("tanaka", "田中", slack_user="U0TANAKA"),
    ),
    partners=(CONTOSO,),
)


def understanding(text: str, actor, place) -> Understanding:
    return understand(POLICY, Asking(actor=actor, place=place, text=Personal(text)), NOW)


def asked(text: str, actor, place) -> NotUnderstood:
    decision = understanding(text, actor, place).decision
    assert isinstance(decision, NotUnderstood)
    return decision


def test_a_question_about_several_people_is_not_answered_for_the_first_alone(secretary, shared) -> None:
    decision = asked("佐藤 太郎さんと鈴木さん 来週 1時間", secretary, shared)
    assert decision.reason is Unclear.COMMON_TIME
    assert decision.candidates == (
        "佐藤 太郎さん 2026年11月23日(月)〜11月29日(日)",
        "鈴木さん 2026年11月23日(月)〜11月29日(日)",
    )


def test_two_people_of_one_name_are_offered_by_names_of_their_own(secretary, shared) -> None:
    decision = asked("佐藤さん 明日の午後", secretary, shared)
    assert decision.reason is Unclear.SEVERAL_PEOPLE
    assert decision.candidates == (
        "佐藤 太郎さん 2026年11月19日(木) 午後",
        "佐藤 花子さん 2026年11月19日(木) 午後",
    )


def test_who_is_mentioned_is_offered_by_name_if_they_may_be_asked_about(secretary, shared) -> None:
    assert asked("<@U0SUZUKI> 来週 と 再来週", secretary, shared).candidates == (
        "鈴木さん 2026年11月23日(月)〜11月29日(日)",
        "鈴木さん 2026年11月30日(月)〜12月6日(日)",
    )
    told = asked("<@U0TANAKA> 来週 と 再来週", secretary, shared).candidates
    assert all("<@U0TANAKA>" in phrase for phrase in told)


def test_where_nobody_is_named_everybody_has_a_turn(secretary, shared) -> None:
    candidates = asked("", secretary, shared).candidates
    assert [phrase.split("さん")[0] for phrase in candidates[:3]] == ["佐藤 太郎", "佐藤 花子", "鈴木"]


def test_where_nobody_is_named_those_are_offered_who_may_be_asked_about(secretary, shared) -> None:
    decision = asked("明日の予定を教えてください", secretary, shared)
    assert decision.reason is Unclear.NO_PERSON
    assert decision.candidates == (
        "佐藤 太郎さん 2026年11月19日(木)",
        "佐藤 花子さん 2026年11月19日(木)",
        "鈴木さん 2026年11月19日(木)",
    )


@pytest.mark.parametrize("text", ["佐藤さん 明日", "明日", "鈴木さんと佐藤 花子さん 明日"])
def test_every_offer_is_allowed_when_it_is_taken(text: str, secretary, shared) -> None:
    for candidate in asked(text, secretary, shared).candidates:
        assert not isinstance(understanding(candidate, secretary, shared).decision, NotUnderstood)


def test_one_of_several_people_is_offered_by_names_of_their_own(secretary, shared) -> None:
    asking = Asking(actor=secretary, place=shared, text=Personal("鈴木さんと佐藤さん 明日 30分"))
    decision = preview(POLICY, asking, NOW).understanding.decision
    assert isinstance(decision, NotUnderstood)
    assert decision.candidates == (
        "鈴木さんと佐藤 太郎さん 2026年11月19日(木) 30分",
        "鈴木さんと佐藤 花子さん 2026年11月19日(木) 30分",
    )


def test_two_people_of_one_name_are_no_matter_where_another_is_refused(secretary, shared) -> None:
    asking = Asking(actor=secretary, place=shared, text=Personal("佐藤さんと田中さん 明日 30分"))
    assert isinstance(preview(POLICY, asking, NOW).understanding.decision, Deny)
