"""Law: what is raised hangs on the set of events, not on their order, their number, or where the batches end."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekimori.watch.domain.sigma.correlation import Bounds
from sekimori.watch.domain.state.cells import DAY, Evidence, Observation
from sekimori.watch.domain.state.engine import Engine
from sekimori.watch.domain.state.memory import Memory
from sekimori.watch.domain.state.sightings import FirstSeen
from sekimori.watch.domain.state.unless import Unless
from sekimori.watch.domain.state.windows import Windowed

MINUTE = 60_000
LATENESS = 15 * MINUTE
KEEPERS = {
    "count": Windowed(rule="count", span=10 * MINUTE, bounds=Bounds(3)),
    "few": Windowed(rule="few", span=10 * MINUTE, bounds=Bounds(2, 3)),
    "both": Windowed(rule="both", span=7 * MINUTE, bounds=Bounds(2)),
    "order": Windowed(rule="order", span=10 * MINUTE, bounds=Bounds(1), steps=2, differs=True),
    "crowd": Windowed(
        rule="crowd", span=20 * MINUTE, bounds=Bounds(1), steps=2, differs=True, crowds={0: (2, 10 * MINUTE)}
    ),
    "three": Windowed(rule="three", span=20 * MINUTE, bounds=Bounds(1), steps=3),
    "first": FirstSeen(rule="first", memory=2, learning=1),
    "undone": Unless(rule="undone", within=30 * MINUTE, before=5 * MINUTE, once=DAY),
}


def of(rule: str, number: int, minute: int, value: str, step: int) -> Observation:
    at = minute * MINUTE * (60 if rule == "first" else 1)
    named = {"count": f"e{number}", "both": str(step % 2)}
    return Observation(
        rule=rule,
        group='["g"]',
        step=step % 3 if rule == "three" else step % 2,
        value=named.get(rule, value),
        at=at,
        event=f"e{number}",
        evidence=Evidence({"properties": {"id": f"e{number}"}}),
    )


@st.composite
def arrivals(draw: st.DrawFn, rule: str) -> tuple[list[Observation], list[Observation], list[int]]:
    """Events in the order of their time, in an order of arrival within the bound and with repetitions, and batches."""
    parts = st.tuples(st.integers(0, 120), st.sampled_from(["a", "b", "c"]), st.integers(0, 2))
    drawn = draw(st.lists(parts, min_size=1, max_size=24))
    events = [of(rule, n, minute, value, step) for n, (minute, value, step) in enumerate(sorted(drawn))]
    twice = [each for each in events if draw(st.integers(0, 3)) == 0]
    late = {id(each): draw(st.integers(0, LATENESS)) for each in events}
    arriving = sorted([*events, *twice], key=lambda each: (each.at + late[id(each)], draw(st.integers(0, 99))))
    sizes = draw(st.lists(st.integers(1, 5), min_size=1, max_size=40))
    return events, arriving, sizes


def batch(events: list[Observation]) -> set[str]:
    memory = Memory(Engine(KEEPERS.values()))
    return {each.identity for each in [*memory.take(events), *memory.end()]}


def stream(events: list[Observation], sizes: list[int]) -> set[str]:
    engine, cells, due, latest = Engine(KEEPERS.values()), {}, {}, 0
    raised: set[str] = set()

    def turned(part: list[Observation], watermark: int) -> None:
        ready = [key for key, at in due.items() if at <= watermark]
        needed = engine.needed(part, ready)
        found = engine.turn(part, {key: cells[key] for key in needed if key in cells}, watermark, ready)
        raised.update(each.identity for each in found.raised)
        for kept in found.kept:
            cells[kept.key] = kept.text
            due.pop(kept.key, None)
            if kept.due is not None:
                due[kept.key] = kept.due
        for key in [kept.key for kept in found.kept if kept.expires < watermark]:
            del cells[key]

    place = 0
    while events[place:]:
        size = sizes[place % len(sizes)]
        part, place = events[place : place + size], place + size
        latest = max([latest, *(each.at for each in part)])
        turned(part, latest - LATENESS)
    turned([], latest)
    return raised


@pytest.mark.parametrize("rule", sorted(KEEPERS))
@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_any_order_of_arrival_raises_what_the_whole_log_raises(rule, data):
    events, arriving, sizes = data.draw(arrivals(rule))
    assert stream(arriving, sizes) == batch(events)


def test_a_value_that_comes_again_does_not_hide_another_from_the_next_window():
    events = [of("both", n, minute, "", step) for n, (minute, step) in enumerate([(49, 1), (52, 0), (56, 0)])]
    assert len(batch(events)) == 2
    assert stream([events[0], events[2], events[1]], [1]) == batch(events)
