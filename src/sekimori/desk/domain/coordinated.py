"""What the questions about several calendars are answered with."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sekimori.audit.entry import Entry
from sekimori.core.timespan import Timespan
from sekimori.desk.domain.choice import Choice
from sekimori.desk.domain.common_time import CommonTime
from sekimori.desk.domain.disclosure import Schedule
from sekimori.desk.domain.free_busy import FbType
from sekimori.desk.domain.overlay import Collision
from sekimori.desk.domain.pasted import PastedTime
from sekimori.desk.domain.policy import Allow, Language, PersonTerms, Standing
from sekimori.desk.domain.ports import Problem
from sekimori.desk.domain.working_time import WorkingTime


class Whose(StrEnum):
    """Which of somebody's calendars a side is."""

    OURS = "ours"
    THEIRS = "theirs"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One calendar among those laid over each other, as far as it may be shown."""

    person: PersonTerms
    whose: Whose
    schedule: Schedule
    problem: Problem | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlaid:
    """Calendars laid over each other, what they have free in common, and the record.

    Attributes:
        window: what was asked about, without what is over.
        days: the local days that are shown.
        sides: at least one, in the order in which they were asked for.
        records: the outcomes that were recorded, one for each person asked about.
        common: the time all sides have free, long enough for ``duration``, by the rules of ``working``.
    """

    standing: Standing
    window: Timespan
    days: tuple[date, ...]
    sides: tuple[Side, ...]
    common: CommonTime
    duration: timedelta
    working: WorkingTime
    records: tuple[Entry, ...]
    at: datetime

    @property
    def record(self) -> Entry:
        """The last of the outcomes, by which the answer is found in the log."""
        return self.records[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class TogetherShown:
    """Common free time of the people asked about; a side for each."""

    overlay: Overlaid


@dataclass(frozen=True, slots=True, kw_only=True)
class CollisionsShown:
    """Where one person's calendars here and elsewhere collide; a side for each of the two."""

    overlay: Overlaid
    collisions: tuple[Collision, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """One pasted piece, and what our calendar says of it; no type where it was not understood or is over."""

    time: PastedTime
    span: Timespan | None = None
    fb_type: FbType | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PastedShown:
    """Pasted times, each with its mark, in the order in which they were pasted; the second side is they."""

    overlay: Overlaid
    collisions: tuple[Collision, ...]
    marks: tuple[Marked, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotConnected:
    """The person has no calendar elsewhere: the requester is asked to type or paste the times from there."""

    allow: Allow
    choice: Choice
    record: Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingRead:
    """None of the pasted lines is a time that is still to come."""

    language: Language
    times: tuple[PastedTime, ...]


Coordinated = TogetherShown | CollisionsShown | PastedShown | NotConnected | NothingRead
