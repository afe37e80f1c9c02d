"""A log that is asked by time is read whole and once, in whatever order its records appear within the overlap."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from sekimori.watch.arrival.overlap import FIRST_LOOK, OVERLAP, Item, Page, batch_of, progress_of

START = datetime(2026, 11, 23, tzinfo=UTC)
MINUTES = st.integers(0, 24 * 60)
LATE = st.integers(0, int(OVERLAP.total_seconds() // 60) - 1)


def asked(records, at, position, size):
    """Answer as the vendors do: what happened since, oldest first, one page; the next page is an offset."""
    progress = progress_of(position, at)
    there = sorted((e for e in records if e[1] <= at and e[0] >= progress.since), key=lambda each: each[0])
    first = int(progress.next or 0)
    items = [Item(id=name, at=happened, text=name.encode()) for happened, _, name in there[first : first + size]]
    more = first + size < len(there)
    return Page(items=items, next=str(first + size) if more else None)


@settings(max_examples=60, deadline=None)
@given(
    events=st.lists(st.tuples(MINUTES, LATE), max_size=25),
    looks=st.lists(st.integers(1, 90), min_size=1, max_size=30),
    size=st.integers(1, 6),
    jumps=st.lists(st.integers(-3000, 3000), min_size=31, max_size=31),
)
def test_whatever_is_written_within_the_overlap_is_read_once(events, looks, size, jumps):
    records = [
        (START + timedelta(minutes=at), START + timedelta(minutes=at + late), f"e{number}")
        for number, (at, late) in enumerate(events)
    ]
    position, read, now = "", [], START
    for pause, jump in zip([*looks, 26 * 60], jumps, strict=False):
        now += timedelta(minutes=pause)
        # our own clock may say anything once the log was read for the first time
        told = now + timedelta(minutes=jump) if position else now
        if now > START + FIRST_LOOK - OVERLAP and not position:
            return  # the first look goes back a day only
        present = [e for e in records if e[1] <= now]
        while True:
            page = asked(present, now, position, size)
            batch = batch_of("log", position, page, told)
            assert batch.since == {"log": position}
            read += [line.text.decode() for line in batch.lines]
            position = batch.positions["log"]
            if page.next is None:
                break
    assert sorted(read) == sorted(name for _, _, name in records)
    lines = progress_of(position, now).line
    assert lines == len(read)
