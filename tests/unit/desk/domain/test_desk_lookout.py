"""By whose grant a scheduled look is made, and what it may see."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sekimori.core.ids import ChannelId, PartnerId, PersonId, TeamId, UserId
from sekimori.core.timespan import Timespan
from sekimori.desk.domain.disclosure import Precision
from sekimori.desk.domain.hours import Hours
from sekimori.desk.domain.lookout import Errand, Purpose, decide_errand
from sekimori.desk.domain.policy import (
    Allow,
    Deny,
    DenyReason,
    Language,
    PartnerTerms,
    PersonTerms,
    Policy,
    RequesterTerms,
    Surface,
)

NOW = datetime(2026, 11, 23, 0, tzinfo=UTC)
SATO = PersonTerms(person=PersonId("sato"), names=("Sato",), precision=Precision.TYPED, horizon_days=42, hours=Hours())
SECRETARY = RequesterTerms(user=UserId("U0SEC"), may_ask=frozenset({PersonId("sato")}))
INTERN = replace(SECRETARY, user=UserId("U0INT"), precision=Precision.DAY_PART)
CONTOSO = PartnerTerms(
    partner=PartnerId("contoso"),
    team=TeamId("T0CONTOSO"),
    enterprise=None,
    channels=frozenset({ChannelId("C0SHARED")}),
    answer_in=Surface.MODAL,
    language=Language.JA,
    requesters=(SECRETARY, INTERN),
)
POLICY = Policy(zone=ZoneInfo("Asia/Tokyo"), language=Language.JA, people=(SATO,), partners=(CONTOSO,))
POST = Errand(
    partner=PartnerId("contoso"),
    person=PersonId("sato"),
    window=Timespan(NOW, NOW + timedelta(days=14)),
    purpose=Purpose.WEEKLY_POST,
    channel=ChannelId("C0SHARED"),
)


def with_person(**terms) -> Policy:
    return replace(POLICY, people=(replace(SATO, **terms),))


def test_a_channel_sees_the_least_that_anybody_with_a_grant_may_see():
    decision = decide_errand(POLICY, POST, NOW)
    assert isinstance(decision, Allow)
    assert decision.person.precision is Precision.DAY_PART


def test_one_requester_sees_what_that_one_may_see():
    decision = decide_errand(POLICY, replace(POST, channel=None, requester=UserId("U0SEC")), NOW)
    assert isinstance(decision, Allow)
    assert decision.person.precision is Precision.TYPED


def test_the_window_ends_at_the_horizon():
    decision = decide_errand(with_person(horizon_days=3), POST, NOW)
    assert isinstance(decision, Allow)
    assert decision.window.end == datetime(2026, 11, 26, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("policy", "errand", "reason"),
    [
        (with_person(paused=True), POST, DenyReason.PERSON_PAUSED),
        (with_person(precision=Precision.NONE), POST, DenyReason.NOTHING_SHARED),
        (with_person(until=date(2026, 11, 22)), POST, DenyReason.PERSON_EXPIRED),
        (replace(POLICY, paused=True), POST, DenyReason.SERVICE_PAUSED),
        (POLICY, replace(POST, channel=ChannelId("C0OTHER")), DenyReason.CHANNEL_UNLISTED),
        (POLICY, replace(POST, person=PersonId("suzuki")), DenyReason.PERSON_NOT_GRANTED),
        (POLICY, replace(POST, partner=PartnerId("nobody")), DenyReason.PARTNER_UNLISTED),
        (POLICY, replace(POST, channel=None, requester=UserId("U0OTHER")), DenyReason.PERSON_NOT_GRANTED),
    ],
)
def test_what_a_question_would_be_refused_for_stops_a_look(policy, errand, reason):
    decision = decide_errand(policy, errand, NOW)
    assert isinstance(decision, Deny)
    assert decision.reason is reason


def test_only_grants_that_hold_count():
    ended = replace(INTERN, until=date(2026, 11, 22))
    policy = replace(POLICY, partners=(replace(CONTOSO, requesters=(SECRETARY, ended)),))
    decision = decide_errand(policy, POST, NOW)
    assert isinstance(decision, Allow)
    assert decision.person.precision is Precision.TYPED
