from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sekimori.core.confidential import Personal
from sekimori.core.ids import ChannelId, EnterpriseId, PartnerId, PersonId, TeamId, UserId
from sekimori.desk.domain.asker import Actor, Doubt, Place, Setting, Unconfirmed
from sekimori.desk.domain.disclosure import Precision
from sekimori.desk.domain.grammar import read
from sekimori.desk.domain.hours import Hours
from sekimori.desk.domain.policy import (
    Allow,
    Deny,
    DenyReason,
    Language,
    PartnerTerms,
    PersonTerms,
    Policy,
    RequesterTerms,
    Several,
    Standing,
    Surface,
    admit,
    decide,
    decide_person,
    may_ask,
)
from sekimori.desk.domain.question import Question

TOKYO = ZoneInfo("Asia/Tokyo")
NOW = datetime(2026, 11, 24, 1, 5, tzinfo=UTC)  # Tuesday, 10:05 in Tokyo


def person(key: str, *names: str, **terms: object) -> PersonTerms:
    defaults = {"precision": Precision.TYPED, "horizon_days": 42, "hours": Hours(opens=480, closes=1200)}
    return PersonTerms(person=PersonId(key), names=names, **(defaults | terms))  # type: ignore[arg-type]


def partner(*requesters: RequesterTerms, **terms: object) -> PartnerTerms:
    defaults = {
        "partner": PartnerId("contoso"),
        "team": TeamId("T0CONTOSO"),
        "enterprise": EnterpriseId("E0CONTOSO"),
        "channels": frozenset({ChannelId("C0SHARED")}),
        "answer_in": Surface.THREAD,
        "language": Language.JA,
        "requesters": requesters,
    }
    return PartnerTerms(**(defaults | terms))  # type: ignore[arg-type]


def requester(user: str, *may_ask: str, **terms: object) -> RequesterTerms:
    people = frozenset(PersonId(key) for key in may_ask)
    return RequesterTerms(user=UserId(user), may_ask=people, purpose="coordination", **terms)  # type: ignore[arg-type]


def policy_with(*people: PersonTerms, partners: tuple[PartnerTerms, ...]) -> Policy:
    return Policy(zone=TOKYO, language=Language.JA, people=people, partners=partners)


def question(text: str) -> Question:
    read_ = read(Personal(text), today=NOW.astimezone(TOKYO).date(), zone=TOKYO)
    assert isinstance(read_, Question)
    return read_


SECRETARY = Actor(user=UserId("U0SEC"), team=TeamId("T0CONTOSO"))
SHARED = Place(channel=ChannelId("C0SHARED"))
SATO = person("sato", "佐藤", "Sato", slack_user=UserId("U0SATO"))
SUZUKI = person("suzuki", "鈴木")
PARTNER = partner(requester("U0SEC", "sato"))
POLICY = policy_with(SATO, SUZUKI, partners=(PARTNER,))


def decided(text="佐藤さん 来週", *, policy=POLICY, actor=SECRETARY, place=SHARED, now=NOW):
    return decide(policy, actor, place, question(text), now)


def reason(**given):
    decision = decided(**given)
    assert isinstance(decision, Deny)
    return decision.reason


def test_what_is_declared_passes() -> None:
    allowed = decided()
    assert isinstance(allowed, Allow)
    assert allowed.person.person == "sato"


def test_the_past_is_cut_off_a_window() -> None:
    allowed = decided("佐藤さん 今週")
    assert isinstance(allowed, Allow)
    assert allowed.window.start == NOW


@pytest.mark.parametrize("text", ["佐藤様 来週", "SATO next week", "<@U0SATO> 来週"])
def test_a_person_answers_to_every_declared_name(text: str) -> None:
    assert isinstance(decided(text), Allow)


@pytest.mark.parametrize(
    ("actor", "expected"),
    [
        (Actor(user=UserId("U0OTHER"), team=TeamId("T0CONTOSO")), DenyReason.REQUESTER_UNLISTED),
        (Actor(user=UserId("U0SEC"), team=TeamId("T0NORTHWIND")), DenyReason.PARTNER_UNLISTED),
        (Actor(user=UserId("U0SEC"), team=TeamId("T0FABRIKAM")), DenyReason.PARTNER_UNLISTED),
        (Actor(user=UserId("U0SEC"), team=None), DenyReason.PARTNER_UNLISTED),
        (
            Actor(user=UserId("U0SEC"), team=TeamId("T0CONTOSO"), enterprise=EnterpriseId("E0OTHER")),
            DenyReason.PARTNER_UNLISTED,
        ),
        (Unconfirmed(doubt=Doubt.STRANGER, user=UserId("U0SEC")), DenyReason.ACTOR_UNCONFIRMED),
    ],
)
def test_who_is_not_declared_is_refused(actor: Actor | Unconfirmed, expected: DenyReason) -> None:
    assert reason(actor=actor) is expected


def test_somebody_on_a_grid_is_known_by_the_organisation_alone() -> None:
    actor = Actor(user=UserId("U0SEC"), team=None, enterprise=EnterpriseId("E0CONTOSO"))
    assert isinstance(decided(actor=actor), Allow)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("架空さん 来週", DenyReason.PERSON_UNKNOWN),
        ("佐さん 来週", DenyReason.PERSON_UNKNOWN),
        ("鈴木さん 来週", DenyReason.PERSON_NOT_GRANTED),
        ("佐藤さん 昨日", DenyReason.WINDOW_PAST),
        ("佐藤さん 2027年1月6日", DenyReason.WINDOW_BEYOND_HORIZON),
        ("佐藤さん 今日から2027年11月20日", DenyReason.WINDOW_BEYOND_HORIZON),
    ],
)
def test_what_is_not_granted_is_refused(text: str, expected: DenyReason) -> None:
    assert reason(text=text) is expected


def test_the_horizon_counts_whole_days() -> None:
    assert isinstance(decided("佐藤さん 2027年1月5日"), Allow)


def test_a_channel_that_is_not_declared_is_refused_and_a_direct_conversation_is_not() -> None:
    assert reason(place=Place(channel=ChannelId("C0OTHER"))) is DenyReason.CHANNEL_UNLISTED
    assert isinstance(decided(place=Place(channel=ChannelId("D0SEC"), setting=Setting.DIRECT)), Allow)


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ({"paused": True}, DenyReason.PERSON_PAUSED),
        ({"precision": Precision.NONE}, DenyReason.NOTHING_SHARED),
        ({"until": date(2026, 11, 23)}, DenyReason.PERSON_EXPIRED),
    ],
)
def test_a_person_who_shows_nothing_is_refused(terms: dict[str, object], expected: DenyReason) -> None:
    policy = policy_with(person("sato", "佐藤", **terms), partners=(PARTNER,))
    assert reason(policy=policy) is expected


def test_a_grant_holds_through_its_last_day_in_our_zone() -> None:
    policy = policy_with(SATO, partners=(partner(requester("U0SEC", "sato", until=date(2026, 11, 24))),))
    midnight = datetime(2026, 11, 25, tzinfo=TOKYO)
    assert isinstance(decided(policy=policy, now=midnight - timedelta(seconds=1)), Allow)
    assert reason(policy=policy, now=midnight) is DenyReason.REQUESTER_EXPIRED


def test_two_people_of_one_name_are_both_offered_and_only_where_both_may_be_asked() -> None:
    people = (person("sato", "佐藤", "佐藤 太郎"), person("sato2", "佐藤", "佐藤 花子"))
    both = policy_with(*people, partners=(partner(requester("U0SEC", "sato", "sato2")),))
    one = policy_with(*people, partners=(partner(requester("U0SEC", "sato2")),))
    assert isinstance(decided(policy=both), Several)
    allowed = decided(policy=one)
    assert isinstance(allowed, Allow)
    assert allowed.person.person == PersonId("sato2")


@pytest.mark.parametrize("own", [Precision.DAY_PART, Precision.BUSY_ONLY, Precision.TYPED])
@pytest.mark.parametrize("granted", [None, Precision.DAY_PART, Precision.BUSY_ONLY, Precision.TYPED])
def test_of_the_persons_precision_and_the_grants_the_stricter_holds(own: Precision, granted: Precision | None) -> None:
    grant = partner(requester("U0SEC", "sato", precision=granted))
    policy = policy_with(person("sato", "佐藤", precision=own), partners=(grant,))
    typed = decided(policy=policy)
    chosen = decide_person(
        policy, SECRETARY, SHARED, person=PersonId("sato"), window=question("佐藤 来週").window, now=NOW
    )
    for allowed in (typed, chosen):
        assert isinstance(allowed, Allow)
        assert allowed.person.precision is min(own, own if granted is None else granted)


def test_a_grant_of_nothing_is_refused_and_not_offered() -> None:
    policy = policy_with(SATO, partners=(partner(requester("U0SEC", "sato", precision=Precision.NONE)),))
    assert reason(policy=policy) is DenyReason.NOTHING_SHARED
    standing = admit(policy, SECRETARY, SHARED, NOW)
    assert isinstance(standing, Standing)
    assert may_ask(policy, standing, NOW) == ()


def test_a_choice_is_refused_for_the_reasons_a_name_is() -> None:
    window = question("佐藤 来週").window
    for name, expected in (("suzuki", DenyReason.PERSON_NOT_GRANTED), ("nobody", DenyReason.PERSON_UNKNOWN)):
        denied = decide_person(POLICY, SECRETARY, SHARED, person=PersonId(name), window=window, now=NOW)
        assert isinstance(denied, Deny)
        assert denied.reason is expected
    elsewhere = Place(channel=ChannelId("C0OTHER"))
    denied = decide_person(POLICY, SECRETARY, elsewhere, person=PersonId("sato"), window=window, now=NOW)
    assert isinstance(denied, Deny)
    assert denied.reason is DenyReason.CHANNEL_UNLISTED
