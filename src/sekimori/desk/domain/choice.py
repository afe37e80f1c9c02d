"""A question that was chosen from a form instead of typed: one person, some days, some hours of them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sekimori.core.confidential import Personal
from sekimori.core.ids import PersonId
from sekimori.core.timespan import Timespan
from sekimori.desk.domain.hours import ALL_DAY, Hours, instant
from sekimori.desk.domain.policy import PersonTerms
from sekimori.desk.domain.question import NotUnderstood, Question, Unclear

_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Whose time, and which local days from ``first`` to ``last``, both inclusive."""

    person: PersonId
    first: date
    last: date
    hours: Hours = ALL_DAY

    def question(self, zone: ZoneInfo) -> Question | NotUnderstood:
        """Say it as a question; days that no clock has are not understood."""
        try:
            start, end = instant(self.first, self.hours.opens, zone), instant(self.last, self.hours.closes, zone)
        except OverflowError:
            return NotUnderstood(reason=Unclear.NO_SUCH_DATE)
        if self.last < self.first or start >= end:
            return NotUnderstood(reason=Unclear.NO_SUCH_DATE)
        return Question(
            name=Personal(self.person),
            first=self.first,
            last=self.last,
            hours=self.hours,
            window=Timespan(start, end),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Weeks:
    """The weeks, Monday to Sunday, that somebody may be asked about: from this one to the horizon's."""

    today: date
    last: date

    @property
    def mondays(self) -> tuple[date, ...]:
        """The first day of each week, the present week's first."""
        first = monday_of(self.today)
        return tuple(first + _WEEK * number for number in range((monday_of(self.last) - first) // _WEEK + 1))

    def choice(self, person: PersonTerms, day: date) -> Choice:
        """Choose the week that a day lies in, cut off at the horizon."""
        monday = monday_of(day)
        return Choice(person=person.person, first=monday, last=max(monday, min(monday + timedelta(days=6), self.last)))


def weeks_of(person: PersonTerms, now: datetime, zone: ZoneInfo) -> Weeks:
    """Return the weeks that may be asked about one person."""
    today = now.astimezone(zone).date()
    return Weeks(today=today, last=today + timedelta(days=person.horizon_days))


def monday_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())
