"""Pasted times held against a schedule."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sekimori.core.timespan import Timespan
from sekimori.desk.domain.coordinated import Marked, Side, Whose
from sekimori.desk.domain.disclosure import Day, Precision, Schedule, Terms, disclose
from sekimori.desk.domain.free_busy import BusyPeriod, FbType, FreeBusy
from sekimori.desk.domain.pasted import PastedTime, mark
from sekimori.desk.domain.policy import PersonTerms


def still_ahead(times: Iterable[PastedTime], zone: ZoneInfo, now: datetime) -> Timespan | None:
    """Return the window from the first to the last of the times that are not over; None where there are none."""
    spans = [span for time in times if (span := time.span(zone)) and span.end > now]
    return Timespan(min(span.start for span in spans), max(span.end for span in spans)) if spans else None


def placed(times: Iterable[PastedTime], person: PersonTerms, zone: ZoneInfo) -> tuple[Marked, ...]:
    """Place times, still without marks; a whole or half day ends where the person's hours do."""
    return tuple(Marked(time=time, span=time.span(zone, person.hours)) for time in times)


def marked(pieces: Iterable[Marked], known: FreeBusy, buffer: timedelta) -> tuple[Marked, ...]:
    """Mark the pieces by what is known; what is not a time, or is over, keeps no mark."""
    return tuple(_marked(piece, known, buffer) for piece in pieces)


def _marked(piece: Marked, known: FreeBusy, buffer: timedelta) -> Marked:
    now = known.window.start
    if piece.span is None or piece.span.end <= now:
        return piece
    ahead = Timespan(max(piece.span.start, now), piece.span.end)
    (fb_type,) = mark([ahead], known, buffer=buffer)
    return Marked(time=piece.time, span=piece.span, fb_type=fb_type)


def taken(pieces: Sequence[Marked], window: Timespan) -> FreeBusy:
    """Make a calendar of the pasted times."""
    spans = (piece.span for piece in pieces)
    return FreeBusy(window=window, periods=tuple(BusyPeriod(span=s, fb_type=FbType.BUSY) for s in spans if s))


def pasted_side(person: PersonTerms, theirs: FreeBusy, zone: ZoneInfo, now: datetime) -> Side:
    """Lay the pasted times out beside the person's schedule; of all other times nothing is known, and none shown."""
    terms = Terms(precision=Precision.TYPED, hours=person.hours, zone=zone)
    schedule = disclose(theirs, terms, window=theirs.window, now=now)
    days = (Day(date=d.date, slots=tuple(s for s in d.slots if s.fb_type is FbType.BUSY)) for d in schedule.days)
    return Side(person=person, whose=Whose.THEIRS, schedule=Schedule(zone=zone, days=tuple(days)))
