"""Laws of collisions and common free time."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from sekimori.core.confidential import Personal
from sekimori.core.timespan import Timespan, merged
from sekimori.desk.domain.common_time import CommonTime, common_free
from sekimori.desk.domain.disclosed import as_told
from sekimori.desk.domain.disclosure import Precision, Terms, disclose
from sekimori.desk.domain.free_busy import BusyPeriod, FbType, FreeBusy, joined
from sekimori.desk.domain.hours import Hours
from sekimori.desk.domain.overlay import Collision, CollisionKind, collisions
from sekimori.desk.domain.pasted import mark, read_times
from sekimori.desk.domain.timeline import OPEN, laid_over
from sekimori.desk.domain.working_time import WorkingTime

TOKYO = ZoneInfo("Asia/Tokyo")
START = datetime(2026, 11, 30, tzinfo=TOKYO).astimezone(UTC)
WINDOW = Timespan(START, START + timedelta(days=4))
STEP = timedelta(minutes=15)

steps = st.integers(min_value=-20, max_value=4 * 96 + 20)
durations = st.sampled_from([STEP * n for n in (1, 2, 3, 4, 8, 12)])
buffers = st.sampled_from([timedelta(), STEP, 2 * STEP])


@st.composite
def periods(draw: st.DrawFn) -> BusyPeriod:
    start = START + STEP * draw(steps)
    return BusyPeriod(
        span=Timespan(start, start + STEP * draw(st.integers(1, 60))), fb_type=draw(st.sampled_from(list(FbType)))
    )


@st.composite
def calendars(draw: st.DrawFn) -> FreeBusy:
    return FreeBusy(window=WINDOW, periods=tuple(draw(st.lists(periods(), max_size=10))))


workings = st.builds(
    WorkingTime,
    zone=st.just(TOKYO),
    hours=st.sampled_from([Hours(opens=540, closes=1080), Hours(opens=600, closes=780)]),
    lunch=st.sampled_from([None, Hours(opens=720, closes=780)]),
    days_off=st.sampled_from([frozenset(), frozenset({1})]),
    buffer=buffers,
)


def common(people: list[FreeBusy], duration: timedelta, working: WorkingTime, window: Timespan = WINDOW) -> CommonTime:
    return common_free(people, window=window, duration=duration, working=working)


def inside(span: Timespan, spans: tuple[Timespan, ...]) -> bool:
    return any(other.start <= span.start and span.end <= other.end for other in spans)


def possible(found: CommonTime) -> tuple[Timespan, ...]:
    return merged([*found.free, *(piece.span for piece in found.uncertain)])


def cut(found: tuple[Collision, ...], half: Timespan) -> list[Collision]:
    pieces = ((c, c.span.intersection(half)) for c in found)
    return [Collision(span=span, ours=c.ours, theirs=c.theirs, kind=c.kind) for c, span in pieces if span]


@given(calendars(), calendars(), buffers)
def test_collisions_are_symmetrical(ours, theirs, buffer) -> None:
    swapped = [(c.span, c.theirs, c.ours, c.kind) for c in collisions(theirs, ours, buffer=buffer)]
    assert [(c.span, c.ours, c.theirs, c.kind) for c in collisions(ours, theirs, buffer=buffer)] == swapped


@given(calendars(), calendars(), buffers)
def test_what_is_unknown_is_never_a_certain_collision(ours, theirs, buffer) -> None:
    for collision in collisions(ours, theirs, buffer=buffer):
        assert (FbType.UNKNOWN in (collision.ours, collision.theirs)) == (collision.kind is CollisionKind.UNKNOWN)
        assert not OPEN & {collision.ours, collision.theirs}


@given(calendars(), calendars(), buffers)
def test_a_buffer_only_adds_what_is_close(ours, theirs, buffer) -> None:
    found = collisions(ours, theirs, buffer=buffer)
    assert tuple(c for c in found if c.kind is not CollisionKind.CLOSE) == collisions(ours, theirs)


@given(calendars(), calendars())
def test_every_instant_of_two_busy_calendars_is_in_a_collision(ours, theirs) -> None:
    found = collisions(ours, theirs)
    for stretch in laid_over((ours, theirs), WINDOW):
        if stretch.types == (FbType.BUSY, FbType.BUSY):
            assert inside(stretch.span, tuple(c.span for c in found if c.kind is CollisionKind.CERTAIN))


@given(calendars(), calendars(), st.integers(1, 4 * 96 - 1))
def test_collisions_of_two_halves_are_those_of_the_whole(ours, theirs, step) -> None:
    middle = START + STEP * step
    for half in (Timespan(WINDOW.start, middle), Timespan(middle, WINDOW.end)):
        parts = (FreeBusy(window=half, periods=tuple(clipped(of, half))) for of in (ours, theirs))
        assert list(collisions(*parts)) == cut(collisions(ours, theirs), half)


@given(calendars(), calendars(), st.integers(1, 4 * 96 - 1))
def test_windows_that_were_split_and_joined_collide_as_the_whole(ours, theirs, step) -> None:
    middle = START + STEP * step
    halves = (Timespan(WINDOW.start, middle), Timespan(middle, WINDOW.end))
    split = joined(tuple(FreeBusy(window=half, periods=tuple(clipped(ours, half))) for half in halves))
    whole = FreeBusy(window=WINDOW, periods=tuple(clipped(ours, WINDOW)))
    clean = FreeBusy(window=WINDOW, periods=tuple(clipped(theirs, WINDOW)))
    assert collisions(split, clean) == collisions(whole, clean)


def clipped(free_busy: FreeBusy, window: Timespan):
    for period in free_busy.periods:
        if span := period.span.intersection(window):
            yield BusyPeriod(span=span, fb_type=period.fb_type)


@given(st.lists(calendars(), min_size=1, max_size=3), durations, workings)
def test_what_is_unknown_or_taken_is_never_free(people, duration, working) -> None:
    found = common(people, duration, working)
    for span in found.free:
        assert span.duration >= duration
        assert inside(span, working.within(WINDOW))
        for stretch in laid_over(people, span):
            assert set(stretch.types) <= OPEN
    for piece in found.uncertain:
        for stretch in laid_over(people, piece.span):
            assert not {FbType.BUSY, FbType.OUT_OF_OFFICE} & set(stretch.types)
            assert FbType.UNKNOWN not in stretch.types or piece.fb_type is FbType.UNKNOWN


@given(st.lists(calendars(), min_size=1, max_size=3), durations, durations, workings)
def test_a_shorter_duration_never_has_less(people, one, other, working) -> None:
    shorter, longer = (common(people, duration, working) for duration in sorted((one, other)))
    assert all(inside(span, shorter.free) for span in longer.free)
    assert all(inside(span, possible(shorter)) for span in possible(longer))


@given(st.lists(calendars(), min_size=1, max_size=3), calendars(), durations, workings)
def test_one_more_person_never_adds_free_time(people, another, duration, working) -> None:
    fewer, more = common(people, duration, working), common([*people, another], duration, working)
    assert all(inside(span, fewer.free) for span in more.free)
    assert all(inside(span, possible(fewer)) for span in possible(more))


@given(st.lists(calendars(), min_size=1, max_size=3), durations, workings, st.randoms(use_true_random=False))
def test_the_order_of_people_does_not_matter(people, duration, working, random) -> None:
    shuffled = random.sample(people, len(people))
    assert common(people, duration, working) == common(shuffled, duration, working)


@given(st.lists(calendars(), min_size=1, max_size=3), durations, workings, st.integers(1, 3))
def test_two_windows_that_meet_at_midnight_say_what_the_whole_says(people, duration, working, days) -> None:
    middle = START + timedelta(days=days)
    halves = [
        common(people, duration, working, window=half)
        for half in (Timespan(WINDOW.start, middle), Timespan(middle, WINDOW.end))
    ]
    whole = common(people, duration, working)
    assert whole.free == tuple(span for half in halves for span in half.free)
    assert whole.uncertain == tuple(piece for half in halves for piece in half.uncertain)


precisions = st.sampled_from([Precision.DAY_PART, Precision.BUSY_ONLY, Precision.TYPED])


@given(calendars(), calendars(), durations, workings, precisions, steps)
def test_nothing_says_more_than_the_schedules_that_may_be_shown(
    ours, theirs, duration, working, precision, step
) -> None:
    """Whoever is shown the disclosed schedules could work everything out alone."""
    terms = Terms(precision=precision, hours=Hours(opens=480, closes=1200), zone=TOKYO)
    now = min(START + STEP * step, WINDOW.end - STEP)

    def told(calendar: FreeBusy) -> FreeBusy:
        return as_told(disclose(calendar, terms, window=WINDOW, now=now), precision, WINDOW)

    def told_twice(calendar: FreeBusy) -> FreeBusy:
        shown = disclose(calendar, terms, window=WINDOW, now=now)
        seen = tuple(BusyPeriod(span=slot.span, fb_type=slot.fb_type) for slot in shown.slots)
        return told(FreeBusy(window=WINDOW, periods=seen))

    spans = working.within(WINDOW)
    assert collisions(told(ours), told(theirs)) == collisions(told_twice(ours), told_twice(theirs))
    assert common([told(ours), told(theirs)], duration, working) == common(
        [told_twice(ours), told_twice(theirs)], duration, working
    )
    assert mark(spans, told(ours)) == mark(spans, told_twice(ours))


@given(calendars(), precisions)
def test_what_is_taken_or_unknown_is_never_marked_free(calendar, precision) -> None:
    terms = Terms(precision=precision, hours=Hours(), zone=TOKYO)
    known = as_told(disclose(calendar, terms, window=WINDOW, now=WINDOW.start), precision, WINDOW)
    spans = [period.span for period in calendar.periods if period.fb_type not in OPEN]
    assert not OPEN & set(mark(spans, known))


@given(st.text(max_size=300) | st.text(alphabet="0123456789/:-~,月日火 ampm\n午前後", max_size=120))
def test_any_text_is_read_and_nothing_is_both_understood_and_not(text) -> None:
    for time in read_times(Personal(text), today=date(2026, 11, 24), zone=TOKYO):
        assert (time.day is None) == (time.unread is not None)
        assert (time.span(TOKYO) is None) == (time.day is None)
        assert time.words.reveal().isprintable()
