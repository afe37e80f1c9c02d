"""Looks at a calendar because it is time to, not because somebody asks: decided and recorded all the same."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sekimori.audit.canonical import Json
from sekimori.audit.entry import Entry, EntryKind
from sekimori.audit.log import AuditLog
from sekimori.core.clock import Clock
from sekimori.core.ids import ChannelId, PartnerId, PersonId, UserId
from sekimori.core.timespan import Timespan
from sekimori.desk.domain.ask import Desk
from sekimori.desk.domain.asker import Actor, Place, Setting
from sekimori.desk.domain.disclosure import Schedule, Terms, disclose
from sekimori.desk.domain.free_busy import FbType
from sekimori.desk.domain.hours import instant
from sekimori.desk.domain.policy import Allow, Deny, DenyReason, PartnerTerms, Policy, decide_person
from sekimori.desk.domain.ports import Finding, Problem
from sekimori.desk.domain.sources import Sources


class Purpose(StrEnum):
    """What a calendar is looked at for."""

    WEEKLY_POST = "weekly_post"
    COLLISION_WATCH = "collision_watch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """Whose calendar is looked at for which partner, and who will see it: one requester, or a whole channel."""

    partner: PartnerId
    person: PersonId
    window: Timespan
    purpose: Purpose
    channel: ChannelId | None = None
    requester: UserId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a look found, as far as it may be shown; the sides are in the order in which they were asked for."""

    allow: Allow
    schedules: tuple[Schedule, ...]
    problems: tuple[Problem | None, ...]
    record: Entry
    at: datetime

    @property
    def unreadable(self) -> bool:
        """Whether nothing is known of a side that should have been read."""
        return any(
            problem is not None and all(slot.fb_type is FbType.UNKNOWN for slot in schedule.slots)
            for schedule, problem in zip(self.schedules, self.problems, strict=True)
        )

    def body(self) -> dict[str, Json]:
        """Return what an entry says of this look: ids and numbers."""
        slots = [slot for schedule in self.schedules for slot in schedule.slots]
        return {
            "look": self.record.id,
            "partner": self.allow.standing.partner.partner,
            "person": self.allow.person.person,
            "window": [self.allow.window.start.isoformat(), self.allow.window.end.isoformat()],
            "precision": self.allow.person.precision.name.lower(),
            "periods": len(slots),
            "unknown": sum(slot.fb_type is FbType.UNKNOWN for slot in slots),
        }


class Lookout:
    """Decides, records, reads, decides again and discloses, in the order of :mod:`sekimori.desk.domain.ask`."""

    def __init__(self, *, desk: Desk, sources: Sources, log: AuditLog, clock: Clock) -> None:
        self._desk = desk
        self._sources = sources
        self._log = log
        self._clock = clock

    async def decision(self, errand: Errand) -> Allow | Deny:
        """Say whether a look would pass at this moment; nothing is read or recorded.

        Raises:
            SekimoriError: that cannot be told.
        """
        return decide_errand(await self._desk.policy(), errand, self._clock())

    async def look(self, errand: Errand, *, theirs: Callable[[PersonId], bool] = lambda _person: False) -> Look | Deny:
        """Look at our calendar of somebody, and at those elsewhere of whom ``theirs`` says so.

        Raises:
            SekimoriError: an entry could not be written, or what passes cannot be told; nothing may be shown.
        """
        now = self._clock()
        allow = decide_errand(await self._desk.policy(), errand, now)
        if isinstance(allow, Deny):
            return allow
        intent = await self._log.append(EntryKind.LOOK_INTENT, _intent(errand, allow))
        findings = [await self._sources.of_ours(errand.person, allow.window, intent)]
        if theirs(errand.person):
            findings.append(await self._sources.of_theirs(errand.person, allow.window, intent))
        again = decide_errand(await self._desk.policy(), errand, now)
        if isinstance(again, Deny):
            await self.conclude(intent, "withheld")
            return again
        return _look(again, findings, intent, self._desk.zone, now)

    async def conclude(self, intent: Entry, result: str) -> None:
        """Record that nothing was posted after a look, and why."""
        await self._log.append(EntryKind.LOOK_OUTCOME, {"look": intent.id, "result": result})

    async def record(self, kind: EntryKind, body: dict[str, Json]) -> Entry:
        """Record what is about to be posted."""
        return await self._log.append(kind, body)


def decide_errand(policy: Policy, errand: Errand, now: datetime) -> Allow | Deny:
    """Decide by the requesters' grants; what a channel sees is the least that any of those with a grant may see.

    The window is cut at the person's horizon, as nobody chose it.
    """
    partner = next((each for each in policy.partners if each.partner == errand.partner), None)
    if partner is None:
        return Deny(reason=DenyReason.PARTNER_UNLISTED, language=policy.language)
    errand = _within_horizon(policy, errand, now)
    decisions = [
        decide_person(policy, actor, _place(errand), person=errand.person, window=errand.window, now=now)
        for actor in _asking_for(partner, errand)
    ]
    allows = [decision for decision in decisions if isinstance(decision, Allow)]
    if allows:
        return min(allows, key=lambda allow: allow.person.precision)
    denials = [decision for decision in decisions if isinstance(decision, Deny)]
    missing = Deny(reason=DenyReason.PERSON_NOT_GRANTED, language=partner.language, partner=partner.partner)
    return next(iter(denials), missing)


def _asking_for(partner: PartnerTerms, errand: Errand) -> list[Actor]:
    granted = (each for each in partner.requesters if errand.person in each.may_ask)
    users = [each.user for each in granted if errand.requester in {None, each.user}]
    return [Actor(user=user, team=partner.team, enterprise=partner.enterprise) for user in users]


def _place(errand: Errand) -> Place:
    if errand.channel is None:
        return Place(channel=ChannelId(""), setting=Setting.DIRECT)
    return Place(channel=errand.channel)


def _within_horizon(policy: Policy, errand: Errand, now: datetime) -> Errand:
    person = next((each for each in policy.people if each.person == errand.person), None)
    if person is None:
        return errand
    today = now.astimezone(policy.zone).date()
    end = instant(today + timedelta(days=person.horizon_days + 1), 0, policy.zone)
    if errand.window.start >= end:
        return errand
    return replace(errand, window=Timespan(errand.window.start, min(errand.window.end, end)))


def _intent(errand: Errand, allow: Allow) -> dict[str, Json]:
    return {
        "purpose": errand.purpose.value,
        "partner": errand.partner,
        "person": errand.person,
        "channel": errand.channel,
        "user": errand.requester,
        "window": [allow.window.start.isoformat(), allow.window.end.isoformat()],
        "precision": allow.person.precision.name.lower(),
    }


def _look(allow: Allow, findings: list[Finding], intent: Entry, zone: ZoneInfo, now: datetime) -> Look:
    terms = Terms(precision=allow.person.precision, hours=allow.person.hours, zone=zone)
    schedules = tuple(disclose(each.free_busy, terms, window=allow.window, now=now) for each in findings)
    return Look(
        allow=allow, schedules=schedules, problems=tuple(each.problem for each in findings), record=intent, at=now
    )
