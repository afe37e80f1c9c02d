"""Turns the manifest into the desk's policy: the same limits, in the domain's own values."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from sekimori.core.confidential import Personal
from sekimori.core.ids import ChannelId, EnterpriseId, PartnerId, PersonId, TeamId, UserId
from sekimori.desk.domain.disclosure import Precision
from sekimori.desk.domain.holidays import holiday_name
from sekimori.desk.domain.hours import Hours
from sekimori.desk.domain.policy import Language, PartnerTerms, PersonTerms, Policy, RequesterTerms, Surface
from sekimori.desk.domain.standing import CollisionWatch
from sekimori.desk.domain.weekly import WeeklyPost, WeeklyTime
from sekimori.desk.domain.working_time import WorkingTime, no_holiday
from sekimori.manifest.formats import break_of, minutes_of, weekly_of
from sekimori.manifest.model import Manifest
from sekimori.manifest.tables.coordination import Holidays
from sekimori.manifest.tables.partners import Partner, Requester
from sekimori.manifest.tables.people import Person
from sekimori.manifest.tables.weekday import Weekday


def policy_of(manifest: Manifest) -> Policy:
    """Return what the manifest lets pass."""
    language = Language(manifest.service.language.value)
    return Policy(
        zone=manifest.service.zone,
        language=language,
        people=tuple(_person(person) for person in manifest.people),
        partners=tuple(_partner(partner, language) for partner in manifest.partners),
    )


def mailboxes_of(manifest: Manifest) -> Mapping[PersonId, Personal[str]]:
    """Return the mailbox of each person; only the calendar provider gets to see them."""
    return {PersonId(person.id): Personal(person.mailbox) for person in manifest.people}


def elsewhere_of(manifest: Manifest) -> Mapping[PersonId, Sequence[str]]:
    """Return the providers that keep further calendars of each person."""
    return {PersonId(person.id): tuple(also.provider.value for also in person.also) for person in manifest.people}


def working_time_of(manifest: Manifest) -> WorkingTime:
    """Return when meetings are arranged."""
    rules, weekdays = manifest.coordination, list(Weekday)
    opens, closes = minutes_of(rules.hours)
    lunch = break_of(rules.lunch)
    return WorkingTime(
        zone=manifest.service.zone,
        hours=Hours(opens=opens, closes=closes),
        lunch=Hours(opens=lunch[0], closes=lunch[1]) if lunch else None,
        days_off=frozenset(weekdays.index(day) for day in rules.days_off),
        holiday=holiday_name if rules.holidays is Holidays.JP else no_holiday,
        buffer=timedelta(minutes=rules.buffer_minutes),
    )


def weekly_posts_of(manifest: Manifest) -> tuple[WeeklyPost, ...]:
    """Return what is posted every week."""
    return tuple(
        WeeklyPost(
            partner=PartnerId(partner.id),
            person=PersonId(post.person),
            channel=ChannelId(post.channel),
            at=_weekly_time(post.at),
            weeks=post.weeks,
        )
        for partner in manifest.partners
        for post in partner.weekly_posts
    )


def collision_watches_of(manifest: Manifest) -> tuple[CollisionWatch, ...]:
    """Return whose collisions are told to whom."""
    return tuple(
        CollisionWatch(
            partner=PartnerId(partner.id),
            person=PersonId(watch.person),
            channel=ChannelId(watch.channel) if watch.channel else None,
            requester=UserId(watch.requester) if watch.requester else None,
        )
        for partner in manifest.partners
        for watch in partner.collision_watches
    )


def _weekly_time(text: str) -> WeeklyTime:
    weekday, minute = weekly_of(text)
    return WeeklyTime(weekday=weekday, minute=minute)


def _person(person: Person) -> PersonTerms:
    opens, closes = person.minutes
    return PersonTerms(
        person=PersonId(person.id),
        names=person.names,
        precision=Precision[person.precision.name],
        horizon_days=person.horizon_days,
        hours=Hours(opens=opens, closes=closes),
        until=person.until,
        slack_user=UserId(person.slack_user) if person.slack_user else None,
        lift_narrowings_before=person.lift_narrowings_before,
    )


def _partner(partner: Partner, language: Language) -> PartnerTerms:
    return PartnerTerms(
        partner=PartnerId(partner.id),
        team=TeamId(partner.team),
        enterprise=EnterpriseId(partner.enterprise) if partner.enterprise else None,
        channels=frozenset(ChannelId(channel) for channel in partner.channels),
        answer_in=Surface(partner.answer_in.value),
        language=Language(partner.language.value) if partner.language else language,
        requesters=tuple(_requester(requester) for requester in partner.requesters),
    )


def _requester(requester: Requester) -> RequesterTerms:
    return RequesterTerms(
        user=UserId(requester.user),
        may_ask=frozenset(PersonId(person) for person in requester.may_ask),
        purpose=requester.purpose,
        precision=Precision[requester.precision.name] if requester.precision else None,
        until=requester.until,
    )
