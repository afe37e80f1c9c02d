"""Who may know what about whose time: the manifest's people and partners as the desk enforces them."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sekimori.core.ids import ChannelId, EnterpriseId, PartnerId, PersonId, TeamId, UserId
from sekimori.core.timespan import Timespan
from sekimori.desk.domain.asker import Actor, Place, Setting, Unconfirmed
from sekimori.desk.domain.disclosure import Precision
from sekimori.desk.domain.hours import Hours, instant
from sekimori.desk.domain.names import same_name
from sekimori.desk.domain.question import Question


class DenyReason(StrEnum):
    """Why a question is refused; for the record only, whoever asked is told the same words each time."""

    ACTOR_UNCONFIRMED = "actor_unconfirmed"
    PARTNER_UNLISTED = "partner_unlisted"
    REQUESTER_UNLISTED = "requester_unlisted"
    REQUESTER_EXPIRED = "requester_expired"
    CHANNEL_UNLISTED = "channel_unlisted"
    PERSON_UNKNOWN = "person_unknown"
    PERSON_NOT_GRANTED = "person_not_granted"
    PERSON_EXPIRED = "person_expired"
    PERSON_PAUSED = "person_paused"
    SERVICE_PAUSED = "service_paused"
    NOTHING_SHARED = "nothing_shared"
    WINDOW_PAST = "window_past"
    WINDOW_BEYOND_HORIZON = "window_beyond_horizon"


class Surface(StrEnum):
    """Where an answer is shown, the most private first."""

    MODAL = "modal"
    EPHEMERAL = "ephemeral"
    DIRECT = "dm"
    THREAD = "thread"


class Language(StrEnum):
    """A language the desk answers in."""

    JA = "ja"
    EN = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonTerms:
    """Somebody whose time may be asked, and what of it; ``until`` is the last day, in the policy's zone.

    ``lift_narrowings_before`` is the instant before which the person's own narrowings do not count any more.
    """

    person: PersonId
    names: tuple[str, ...]
    precision: Precision
    horizon_days: int
    hours: Hours
    until: date | None = None
    slack_user: UserId | None = None
    paused: bool = False
    lift_narrowings_before: datetime | None = None

    def answers_to(self, name: str) -> bool:
        """Say whether a typed name, or a mention of the person's account, is this person's."""
        mention = (f"<@{self.slack_user}>",) if self.slack_user else ()
        return any(same_name(name, own) for own in (*self.names, *mention))

    def __repr__(self) -> str:
        return f"PersonTerms(person={self.person!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequesterTerms:
    """Somebody who may ask about certain people, for a purpose; ``until`` is the last day.

    ``precision`` limits what this requester is shown of anybody; without one the person's own holds.
    """

    user: UserId
    may_ask: frozenset[PersonId]
    purpose: str = ""
    precision: Precision | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerTerms:
    """A company that may ask, from which channels, and where it is answered."""

    partner: PartnerId
    team: TeamId
    enterprise: EnterpriseId | None
    channels: frozenset[ChannelId]
    answer_in: Surface
    language: Language
    requesters: tuple[RequesterTerms, ...]

    def includes(self, actor: Actor) -> bool:
        """Say whether an actor is of this company.

        Slack: a Grid user's mention names the organisation and no workspace; where both sides know the
        organisation, it alone decides, so that a workspace id can never contradict it.
        """
        if self.enterprise and actor.enterprise:
            return self.enterprise == actor.enterprise
        return actor.team == self.team


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Everything the desk lets pass; what it does not name does not pass."""

    zone: ZoneInfo
    language: Language
    people: tuple[PersonTerms, ...]
    partners: tuple[PartnerTerms, ...]
    paused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Deny:
    """The question does not pass; the ids say for the record how far it came."""

    reason: DenyReason
    language: Language
    partner: PartnerId | None = None
    person: PersonId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A requester whose grant holds, in a place where the partner may ask."""

    partner: PartnerTerms
    requester: RequesterTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class Several:
    """A name that more than one of the people who may be asked about answers to."""

    people: tuple[PersonTerms, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Allow:
    """The question passes, for this part of its window."""

    standing: Standing
    person: PersonTerms
    window: Timespan


def admit(policy: Policy, actor: Actor | Unconfirmed, place: Place, now: datetime) -> Standing | Deny:
    """Decide whether somebody may ask anything at all, before a word of the question is read."""
    if isinstance(actor, Unconfirmed):
        return Deny(reason=DenyReason.ACTOR_UNCONFIRMED, language=policy.language)
    partner = next((p for p in policy.partners if p.includes(actor)), None)
    if partner is None:
        return Deny(reason=DenyReason.PARTNER_UNLISTED, language=policy.language)

    def deny(reason: DenyReason) -> Deny:
        return Deny(reason=reason, language=partner.language, partner=partner.partner)

    requester = next((r for r in partner.requesters if r.user == actor.user), None)
    if requester is None:
        return deny(DenyReason.REQUESTER_UNLISTED)
    if _over(requester.until, policy.zone, now):
        return deny(DenyReason.REQUESTER_EXPIRED)
    if place.setting is Setting.CHANNEL and place.channel not in partner.channels:
        return deny(DenyReason.CHANNEL_UNLISTED)
    if policy.paused:
        return deny(DenyReason.SERVICE_PAUSED)
    return Standing(partner=partner, requester=requester)


def decide(
    policy: Policy, actor: Actor | Unconfirmed, place: Place, question: Question, now: datetime
) -> Allow | Several | Deny:
    """Decide one question; whatever the policy does not name is refused."""
    standing = admit(policy, actor, place, now)
    if isinstance(standing, Deny):
        return standing
    named = [_as_granted(p, standing) for p in policy.people if p.answers_to(question.name.reveal())]
    granted = [p for p in named if p.person in standing.requester.may_ask]
    if len(granted) > 1:
        return Several(people=tuple(granted))
    return _judged(policy, standing, next(iter(granted or named), None), question.window, now)


def decide_person(
    policy: Policy, actor: Actor | Unconfirmed, place: Place, *, person: PersonId, window: Timespan, now: datetime
) -> Allow | Deny:
    """Decide a question about somebody who was chosen from a form, and so cannot be mistaken for another."""
    standing = admit(policy, actor, place, now)
    if isinstance(standing, Deny):
        return standing
    chosen = next((_as_granted(p, standing) for p in policy.people if p.person == person), None)
    return _judged(policy, standing, chosen, window, now)


def may_ask(policy: Policy, standing: Standing, now: datetime) -> tuple[PersonTerms, ...]:
    """Return the people whom a requester may ask about at this moment, in the policy's order."""
    soon = Timespan(now, now + timedelta(minutes=1))
    people = (_as_granted(person, standing) for person in policy.people)
    return tuple(person for person in people if _obstacle(policy, standing, person, soon, now) is None)


def _as_granted(person: PersonTerms, standing: Standing) -> PersonTerms:
    """Return a person's terms towards one requester: the stricter precision of the two."""
    limit = standing.requester.precision
    return person if limit is None or limit >= person.precision else replace(person, precision=limit)


def _judged(
    policy: Policy, standing: Standing, person: PersonTerms | None, window: Timespan, now: datetime
) -> Allow | Deny:
    reason = _obstacle(policy, standing, person, window, now)
    if person is None or reason is not None:
        return Deny(
            reason=reason or DenyReason.PERSON_UNKNOWN,
            language=standing.partner.language,
            partner=standing.partner.partner,
            person=person.person if person else None,
        )
    return Allow(standing=standing, person=person, window=Timespan(max(window.start, now), window.end))


def _obstacle(
    policy: Policy, standing: Standing, person: PersonTerms | None, window: Timespan, now: datetime
) -> DenyReason | None:
    if person is None:
        return DenyReason.PERSON_UNKNOWN
    if person.person not in standing.requester.may_ask:
        return DenyReason.PERSON_NOT_GRANTED
    if _over(person.until, policy.zone, now):
        return DenyReason.PERSON_EXPIRED
    if person.paused:
        return DenyReason.PERSON_PAUSED
    if person.precision is Precision.NONE:
        return DenyReason.NOTHING_SHARED
    if window.end <= now:
        return DenyReason.WINDOW_PAST
    if window.end > _horizon(person, policy.zone, now):
        return DenyReason.WINDOW_BEYOND_HORIZON
    return None


def _over(until: date | None, zone: ZoneInfo, now: datetime) -> bool:
    return until is not None and now.astimezone(zone).date() > until


def _horizon(person: PersonTerms, zone: ZoneInfo, now: datetime) -> datetime:
    last_day = now.astimezone(zone).date() + timedelta(days=person.horizon_days)
    return instant(last_day + timedelta(days=1), 0, zone)
