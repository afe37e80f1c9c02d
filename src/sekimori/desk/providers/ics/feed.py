"""Reads a feed: what it says of a window, and where it says nothing for certain."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import icalendar

from sekimori.core.timespan import Timespan
from sekimori.desk.domain.free_busy import FreeBusy
from sekimori.desk.domain.ports import Finding, Problem
from sekimori.desk.providers.ics.events import event_periods
from sekimori.desk.providers.ics.lines import FeedUnreadable, Part, calendars_of
from sekimori.desk.providers.ics.normal import normal_text
from sekimori.desk.providers.ics.published import covered, published_periods
from sekimori.desk.providers.ics.relevant import relevant
from sekimori.desk.windows import uncovered, unknown

PATIENCE: Final = 10.0
"""Seconds that reading one feed may take."""
FREE_BUSY_KEEPS: Final = timedelta(days=2)
"""A free/busy is made anew every hour or so; one this old is no longer made."""
EVENTS_KEEP: Final = timedelta(days=30)
"""Some publishers stamp an event when it changes, not when the feed is made: a quiet month is no proof, more is."""

_STAMPS: Final = {"DTSTAMP", "LAST-MODIFIED", "CREATED"}
_INSTANT: Final = re.compile(r"\d{8}T\d{6}Z")


class _Stale(Exception):  # noqa: N818 - the name says what happened
    """The feed is no longer made."""


class _TooSlow(Exception):  # noqa: N818 - the name says what happened
    """Reading took longer than anybody waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How feeds are read: where times without a zone are meant, what time it is, and what measures patience."""

    zone: ZoneInfo
    now: datetime
    timer: Callable[[], float]

    def read(self, body: bytes, window: Timespan) -> Finding:
        """Read a feed over a window; whatever is not certain is unknown. Takes as long as the feed is large."""
        try:
            return self._found(body, window)
        except _Stale:
            return unknown(window, Problem.STALE)
        except _TooSlow:
            return unknown(window, Problem.TIMED_OUT)
        except (FeedUnreadable, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError):
            # The parser and the expansion raise many things; a feed that makes them do so is not understood.
            return unknown(window, Problem.UNREADABLE)

    def _found(self, body: bytes, window: Timespan) -> Finding:
        until = self.timer() + PATIENCE

        def pause() -> None:
            if self.timer() > until:
                raise _TooSlow

        calendars = calendars_of(body)
        self._check(calendars)
        pause()
        text = normal_text([_about(calendar, window) for calendar in calendars], zone=self.zone.key)
        (calendar,) = icalendar.Calendar.from_ical(text, multiple=True)
        pause()
        events, published = calendar.walk("VEVENT"), calendar.walk("VFREEBUSY")
        periods = [*event_periods(events, window=window, zone=self.zone, pause=pause)]
        beyond = _beyond(published, window) if published else ()
        periods += [period for component in published for period in published_periods(component, window=window)]
        free_busy = FreeBusy(window=window, periods=(*periods, *beyond))
        return Finding(free_busy=free_busy, problem=Problem.UNREADABLE if beyond else None)

    def _check(self, calendars: list[Part]) -> None:
        events, published = _parts(calendars, "VEVENT"), _parts(calendars, "VFREEBUSY")
        if not events and not published:
            # Nothing at all, not even something past, is what a feed holds that lost its calendar.
            raise FeedUnreadable("the feed is empty")
        if self._stale(events, EVENTS_KEEP) or self._stale(published, FREE_BUSY_KEEPS):
            raise _Stale

    def _stale(self, parts: list[Part], keeps: timedelta) -> bool:
        stamps = [line.value for part in parts for line in part.lines if line.name in _STAMPS]
        newest = max((stamp for stamp in stamps if _INSTANT.fullmatch(stamp)), default=None)
        return newest is not None and newest < f"{self.now.astimezone(UTC) - keeps:%Y%m%dT%H%M%SZ}"


def _parts(calendars: list[Part], kind: str) -> list[Part]:
    return [part for calendar in calendars for part in calendar.parts if part.kind == kind]


def _about(calendar: Part, window: Timespan) -> Part:
    others = [part for part in calendar.parts if part.kind != "VEVENT"]
    return replace(calendar, parts=[*others, *relevant(_parts([calendar], "VEVENT"), window)])


def _beyond(published: list[Any], window: Timespan) -> Any:
    return uncovered(window, [span for span in map(covered, published) if span is not None])
