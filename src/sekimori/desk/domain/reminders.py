"""Who is reminded that a grant ends, and when: 14, 3 and 1 days before its last day is over."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from sekimori.core.ids import PartnerId, PersonId, UserId
from sekimori.desk.domain.hours import instant
from sekimori.desk.domain.policy import Language, Policy

DAYS: Final = (14, 3, 1)
"""How many days before the last one a reminder is due, the earliest first."""
MORNING: Final = 9 * 60
"""The minute of the day at which it is due."""


class To(StrEnum):
    """Who is reminded."""

    OWNER = "owner"
    REQUESTER = "requester"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """One reminder: of the grant of one requester to ask about one person, whose last day is ``last``."""

    to: To
    user: UserId
    language: Language
    partner: PartnerId
    requester: UserId
    person: PersonId
    last: date
    days: int

    @property
    def name(self) -> str:
        """Return what tells it from every other; a grant that is extended has other reminders."""
        return f"{self.to.value}:{self.partner}:{self.requester}:{self.person}:{self.last.isoformat()}:{self.days}"

    def due(self, zone: ZoneInfo) -> datetime:
        """Return when it is due."""
        return instant(self.last - timedelta(days=self.days), MORNING, zone)

    def days_left(self, now: datetime, zone: ZoneInfo) -> int | None:
        """Return the days until the last one; None where the grant is over, or a later reminder says it already."""
        left = (self.last - now.astimezone(zone).date()).days
        later = max((days for days in DAYS if days < self.days), default=None)
        if left < 0 or (later is not None and now >= instant(self.last - timedelta(days=later), MORNING, zone)):
            return None
        return left


def reminders(policy: Policy) -> tuple[Reminder, ...]:
    """Return every reminder of the grants that end; a grant ends with the requester's or the person's last day."""
    people = {person.person: person for person in policy.people}
    found: list[Reminder] = []
    for partner in policy.partners:
        for requester in partner.requesters:
            for person in sorted(requester.may_ask & people.keys()):
                last = min((day for day in (requester.until, people[person].until) if day), default=None)
                if last is None:
                    continue
                told = [(To.REQUESTER, requester.user, partner.language)]
                if owner := people[person].slack_user:
                    told.append((To.OWNER, owner, policy.language))
                found += [
                    Reminder(
                        to=to,
                        user=user,
                        language=language,
                        partner=partner.partner,
                        requester=requester.user,
                        person=person,
                        last=last,
                        days=days,
                    )
                    for to, user, language in told
                    for days in DAYS
                ]
    return tuple(found)
