"""``[[people]]``: whose time may be asked, and where else their calendars are."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from msgspec import Meta

from sekimori.manifest import formats as of
from sekimori.manifest.tables.table import Table


class Precision(StrEnum):
    """How much of a calendar is shown, least first.

    ``none``: nothing; ``day_part``: morning and afternoon; ``busy_only``: times, busy or not; ``typed``: times and
    the kind of busy (tentative, out of office).
    """

    NONE = "none"
    DAY_PART = "day_part"
    BUSY_ONLY = "busy_only"
    TYPED = "typed"


class CalendarKeeper(StrEnum):
    """Who keeps a further calendar of a person: Google, or whoever publishes it as a feed."""

    GOOGLE = "google"
    ICS = "ics"


class Google(Table, frozen=True, kw_only=True):
    """``[google]``: the service account that calendars at Google are shared with, by its key file."""

    service_account: of.Reference


class AlsoCalendar(Table, frozen=True, kw_only=True):
    """Another calendar of the same person.

    ``calendar`` is the calendar's mail address at Google, or where a feed's address is kept (``env:…``, ``file:…``):
    whoever knows that address can read the calendar.
    """

    provider: CalendarKeeper
    calendar: of.Text


class Person(Table, frozen=True, kw_only=True):
    """``[[people]]``: somebody whose time may be asked; ``until`` is the last day, in the service's time zone.

    What the person narrowed in Slack before ``lift_narrowings_before`` counts no more: the reviewed way to widen again.
    """

    id: of.PersonKey
    names: Annotated[tuple[of.Text, ...], Meta(min_length=1)]
    mailbox: of.Mailbox
    precision: Precision = Precision.BUSY_ONLY
    horizon_days: of.Days = 42
    hours: of.Hours = "08:00-20:00"
    until: date | None = None
    slack_user: of.User | None = None
    lift_narrowings_before: datetime | None = None
    also: tuple[AlsoCalendar, ...] = ()

    @property
    def minutes(self) -> tuple[int, int]:
        """The hours of the day that are shown, as minutes since midnight, half-open."""
        return of.minutes_of(self.hours)

    def __repr__(self) -> str:
        return f"Person(id={self.id!r})"  # names and addresses stay out of logs
