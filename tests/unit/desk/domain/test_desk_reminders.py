"""Reminders are due 14, 3 and 1 days before the earlier of the two last days, for owner and requester."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sekimori.core.ids import ChannelId, PartnerId, PersonId, TeamId, UserId
from sekimori.desk.domain.disclosure import Precision
from sekimori.desk.domain.hours import Hours
from sekimori.desk.domain.policy import Language, PartnerTerms, PersonTerms, Policy, RequesterTerms, Surface
from sekimori.desk.domain.reminders import Reminder, To, reminders

TOKYO = ZoneInfo("Asia/Tokyo")


def policy(*, person: date | None = None, requester: date | None = None, owner: str | None = "U0SATO") -> Policy:
    sato = PersonTerms(
        person=PersonId("sato"),
        names=("Sato",),
        precision=Precision.TYPED,
        horizon_days=42,
        hours=Hours(),
        until=person,
        slack_user=UserId(owner) if owner else None,
    )
    asking = RequesterTerms(user=UserId("U0SEC"), may_ask=frozenset({PersonId("sato")}), until=requester)
    contoso = PartnerTerms(
        partner=PartnerId("contoso"),
        team=TeamId("T0CONTOSO"),
        enterprise=None,
        channels=frozenset({ChannelId("C0SHARED")}),
        answer_in=Surface.MODAL,
        language=Language.EN,
        requesters=(asking,),
    )
    return Policy(zone=TOKYO, language=Language.JA, people=(sato,), partners=(contoso,))


def of(to: To, days: int, last: date = date(2026, 12, 18)) -> Reminder:
    return next(r for r in reminders(policy(person=last)) if (r.to, r.days) == (to, days))


def test_owner_and_requester_are_each_reminded_three_times_in_their_language():
    found = reminders(policy(person=date(2026, 12, 31), requester=date(2026, 12, 18)))
    assert [(r.user, r.language, r.days) for r in found] == [
        *(("U0SEC", Language.EN, days) for days in (14, 3, 1)),
        *(("U0SATO", Language.JA, days) for days in (14, 3, 1)),
    ]
    assert {r.last for r in found} == {date(2026, 12, 18)}
    assert found[0].due(TOKYO) == datetime(2026, 12, 4, 9, tzinfo=TOKYO)
    assert len({r.name for r in found}) == 6


def test_without_an_end_or_an_account_nobody_is_reminded():
    assert reminders(policy()) == ()
    assert {r.to for r in reminders(policy(person=date(2026, 12, 18), owner=None))} == {To.REQUESTER}


def test_a_late_reminder_says_the_days_that_are_left():
    assert of(To.OWNER, 14).days_left(datetime(2026, 12, 4, 9, tzinfo=TOKYO), TOKYO) == 14
    assert of(To.OWNER, 14).days_left(datetime(2026, 12, 10, 9, tzinfo=TOKYO), TOKYO) == 8
    assert of(To.OWNER, 1).days_left(datetime(2026, 12, 18, 23, tzinfo=TOKYO), TOKYO) == 0


def test_a_reminder_gives_way_to_a_later_one_and_to_the_end():
    assert of(To.OWNER, 14).days_left(datetime(2026, 12, 15, 9, tzinfo=TOKYO), TOKYO) is None
    assert of(To.OWNER, 1).days_left(datetime(2026, 12, 19, tzinfo=TOKYO), TOKYO) is None
