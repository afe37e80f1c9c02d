"""The post that is made every week: when, of whom, where, and whether it says anything new."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sekimori.core.ids import ChannelId, PartnerId, PersonId
from sekimori.core.timespan import Timespan
from sekimori.desk.domain.choice import monday_of
from sekimori.desk.domain.disclosure import Day, Precision
from sekimori.desk.domain.hours import instant


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklyTime:
    """A time of every week on the clock of a zone; Monday is 0, ``minute`` counts from midnight."""

    weekday: int
    minute: int

    def latest(self, now: datetime, zone: ZoneInfo) -> datetime:
        """Return the last such instant that is not in the future."""
        day = monday_of(now.astimezone(zone).date()) + timedelta(days=self.weekday)
        this = instant(day, self.minute, zone)
        return this if this <= now else instant(day - timedelta(weeks=1), self.minute, zone)

    def following(self, now: datetime, zone: ZoneInfo) -> datetime:
        """Return the next such instant; a clock change leaves the time by the clock as it is."""
        day = self.latest(now, zone).astimezone(zone).date()
        return instant(day + timedelta(weeks=1), self.minute, zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklyPost:
    """Whose time is posted for a partner, where, when, and for how many weeks from the present one."""

    partner: PartnerId
    person: PersonId
    channel: ChannelId
    at: WeeklyTime
    weeks: int = 2

    @property
    def name(self) -> str:
        """Return what tells it from every other."""
        return f"{self.partner}:{self.person}:{self.channel}"

    def days(self, occurrence: datetime, zone: ZoneInfo) -> tuple[date, date]:
        """Return the first and the last local day of the post made at an instant."""
        monday = monday_of(occurrence.astimezone(zone).date())
        return monday, monday + timedelta(weeks=self.weeks) - timedelta(days=1)


class PostKind(StrEnum):
    """What a posted week says."""

    SHOWN = "shown"
    SKIPPED = "skipped"
    """The calendar could not be read."""
    WITHHELD = "withheld"
    """The policy does not let it through at present."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a week that was posted says: the type of each slot by its start, in seconds since 1970."""

    kind: PostKind
    precision: int = Precision.NONE.value
    slots: Mapping[str, str] = field(default_factory=dict)


def content_of(days: tuple[Day, ...], precision: Precision) -> Content:
    """Return what a week says when it is shown."""
    slots = {_key(slot.span): slot.fb_type.value for day in days for slot in day.slots}
    return Content(kind=PostKind.SHOWN, precision=precision.value, slots=slots)


def changed(before: Content, after: Content, now: datetime) -> bool:
    """Say whether a week says something else than before; that time went by is no change."""
    if (before.kind, before.precision) != (after.kind, after.precision):
        return True
    return _ahead(before, now) != _ahead(after, now)


def _ahead(content: Content, now: datetime) -> dict[str, str]:
    return {start: fb_type for start, fb_type in content.slots.items() if int(start) >= now.timestamp()}


def _key(span: Timespan) -> str:
    return str(int(span.start.timestamp()))
