"""What a question is once it is understood, or why it was not."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sekimori.core.confidential import Personal
from sekimori.core.timespan import Timespan
from sekimori.desk.domain.hours import Hours


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Whose time, by the name that was typed, and when.

    Attributes:
        name: as it was typed, without titles and particles.
        first: the first local day, ``last`` the last, both inclusive.
        hours: the hours of each of those days that are asked about.
        window: from the first instant asked about to the last.
        others: the names of further people, where common free time is asked for.
        duration: how long a meeting is to be; None where none was named.
    """

    name: Personal[str]
    first: date
    last: date
    hours: Hours
    window: Timespan
    others: tuple[Personal[str], ...] = ()
    duration: timedelta | None = None


class Unclear(StrEnum):
    """Why a question was not understood."""

    NO_PERSON = "no_person"
    NO_TIME = "no_time"
    SEVERAL_TIMES = "several_times"
    SEVERAL_PEOPLE = "several_people"
    """Several people answer to one name."""
    COMMON_TIME = "common_time"
    """Several people are named, where only one can be."""
    TOO_MANY_PEOPLE = "too_many_people"
    EXTRA_WORDS = "extra_words"
    """Some words were not read; the candidates leave them out."""
    AMBIGUOUS = "ambiguous"
    """The words for the time have several meanings."""
    NO_SUCH_DATE = "no_such_date"
    NO_SUCH_TIME = "no_such_time"
    DAYS_DISAGREE = "days_disagree"
    """The date does not fall on the weekday that was named."""
    BACKWARDS = "backwards"
    PAST_MIDNIGHT = "past_midnight"
    EMPTY_TIME = "empty_time"
    TOO_WIDE = "too_wide"
    BAD_DURATION = "bad_duration"
    CLOCK_CHANGE = "clock_change"
    """On that day the clock skips the hours that were named."""
    UNSUPPORTED = "unsupported"
    """Exceptions, repetitions and times counted from this minute are not read."""
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotUnderstood:
    """Nothing is guessed: the reason, and what it could have meant.

    Each candidate is a whole question that has exactly one meaning when it is read.
    """

    reason: Unclear
    candidates: tuple[str, ...] = ()
