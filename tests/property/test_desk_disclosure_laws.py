"""Laws of disclosure: less precision never shows more, nothing of the past, nothing outside the hours."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from sekimori.core.timespan import Timespan
from sekimori.desk.domain.disclosure import STEP, Precision, Schedule, Terms, disclose
from sekimori.desk.domain.free_busy import BusyPeriod, FbType, FreeBusy, all_unknown
from sekimori.desk.domain.hours import Hours

START = datetime(2026, 3, 27, tzinfo=UTC)  # Berlin changes its clocks on the 29th
WINDOW = Timespan(START, START + timedelta(days=5))

minutes = st.integers(min_value=-300, max_value=5 * 1440 + 300)
zones = st.sampled_from([ZoneInfo("Asia/Tokyo"), ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kathmandu")])
hours = st.sampled_from(
    [Hours(), Hours(opens=480, closes=1200), Hours(opens=495, closes=1155), Hours(opens=60, closes=200)]
)
precisions = st.sampled_from(list(Precision))


@st.composite
def periods(draw: st.DrawFn) -> BusyPeriod:
    first = draw(minutes)
    span = Timespan(START + timedelta(minutes=first), START + timedelta(minutes=first + draw(st.integers(1, 2000))))
    return BusyPeriod(span=span, fb_type=draw(st.sampled_from(list(FbType))))


@st.composite
def known(draw: st.DrawFn) -> FreeBusy:
    return FreeBusy(window=WINDOW, periods=tuple(draw(st.lists(periods(), max_size=12))))


terms_of = st.builds(Terms, precision=st.just(Precision.TYPED), hours=hours, zone=zones)
nows = minutes.map(lambda m: START + timedelta(minutes=m))


def told(free_busy: FreeBusy, terms: Terms, precision: Precision, now: datetime) -> Schedule:
    chosen = Terms(precision=precision, hours=terms.hours, zone=terms.zone)
    return disclose(free_busy, chosen, window=WINDOW, now=now)


def as_free_busy(schedule: Schedule) -> FreeBusy:
    return FreeBusy(
        window=WINDOW, periods=tuple(BusyPeriod(span=slot.span, fb_type=slot.fb_type) for slot in schedule.slots)
    )


@given(known(), terms_of, precisions, precisions, nows)
def test_less_precision_never_shows_more(free_busy, terms, one, other, now) -> None:
    """What a lower level shows can be worked out from what a higher level shows."""
    less, more = min(one, other), max(one, other)
    from_the_whole = told(free_busy, terms, less, now)
    from_what_was_shown = told(as_free_busy(told(free_busy, terms, more, now)), terms, less, now)
    assert from_the_whole == from_what_was_shown


@given(known(), known(), terms_of, precisions, nows)
def test_nothing_of_the_past_is_shown(free_busy, other, terms, precision, now) -> None:
    """Two histories with one future look alike."""

    def future(of: FreeBusy) -> tuple[BusyPeriod, ...]:
        if now >= WINDOW.end:
            return ()
        rest = Timespan(max(now, WINDOW.start), WINDOW.end)
        cut = ((p.span.intersection(rest), p.fb_type) for p in of.periods)
        return tuple(BusyPeriod(span=span, fb_type=fb_type) for span, fb_type in cut if span)

    def past(of: FreeBusy) -> tuple[BusyPeriod, ...]:
        ended = ((p.span.start, min(p.span.end, now), p.fb_type) for p in of.periods)
        return tuple(BusyPeriod(span=Timespan(a, b), fb_type=fb_type) for a, b, fb_type in ended if a < b)

    mixed = FreeBusy(window=WINDOW, periods=(*past(other), *future(free_busy)))
    assert told(mixed, terms, precision, now) == told(free_busy, terms, precision, now)


@given(known(), terms_of, precisions, nows)
def test_slots_lie_within_the_hours_and_do_not_overlap(free_busy, terms, precision, now) -> None:
    schedule = told(free_busy, terms, precision, now)
    slots = schedule.slots
    assert all(a.span.end <= b.span.start for a, b in pairwise(slots))
    for day in schedule.days:
        open_hours = terms.hours.on(day.date, terms.zone)
        assert all(open_hours and open_hours.start <= s.span.start and s.span.end <= open_hours.end for s in day.slots)


@given(known(), terms_of, nows)
def test_busy_time_within_the_hours_is_never_shown_as_free(free_busy, terms, now) -> None:
    for precision in (Precision.DAY_PART, Precision.BUSY_ONLY, Precision.TYPED):
        schedule = told(free_busy, terms, precision, now)
        for period in free_busy.periods:
            if period.fb_type in {FbType.BUSY, FbType.OUT_OF_OFFICE, FbType.UNKNOWN}:
                ahead = period.span.end > now
                touched = [s for s in schedule.slots if ahead and _touches(s.span, period.span, now)]
                assert all(s.fb_type is not FbType.FREE for s in touched)


def _touches(slot: Timespan, period: Timespan, now: datetime) -> bool:
    start = max(period.start, now, WINDOW.start)
    end = min(period.end, WINDOW.end)
    return start < end and slot.overlaps(Timespan(start, end))


@given(terms_of, nows, st.sampled_from([Precision.DAY_PART, Precision.BUSY_ONLY, Precision.TYPED]))
def test_where_nothing_is_known_nothing_is_free(terms, now, precision) -> None:
    schedule = told(all_unknown(WINDOW), terms, precision, now)
    assert {slot.fb_type for slot in schedule.slots} <= {FbType.UNKNOWN}


@given(known(), terms_of, nows, st.integers(min_value=1, max_value=4))
def test_two_halves_of_a_window_say_what_the_whole_says(free_busy, terms, now, days) -> None:
    middle = datetime.combine((START + timedelta(days=days)).date(), datetime.min.time(), terms.zone).astimezone(UTC)
    halves = [Timespan(WINDOW.start, middle), Timespan(middle, WINDOW.end)]
    chosen = Terms(precision=Precision.TYPED, hours=terms.hours, zone=terms.zone)
    parts = [disclose(free_busy, chosen, window=half, now=now) for half in halves]
    whole = disclose(free_busy, chosen, window=WINDOW, now=now)
    assert [s for part in parts for s in part.slots] == list(whole.slots)


def test_a_step_is_half_an_hour() -> None:
    assert timedelta(minutes=30) == STEP
