"""What every calendar provider keeps to, whichever vendor is behind it: over real HTTPS, against the simulator."""

import logging
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sekimori.audit.log import AuditUnavailable
from sekimori.catalogue import discover_modules
from sekimori.core.ids import PersonId
from sekimori.core.timespan import Timespan
from sekimori.desk.domain.free_busy import BusyPeriod, FbType, FreeBusy, all_unknown
from sekimori.desk.domain.ports import FreeBusyProvider, Problem
from sekimori.sim.faults import FeedFault, FeedFaultKind, GoogleFault, GoogleFaultKind, GraphFault, GraphFaultKind

SATO = PersonId("sato")
TOKYO, BERLIN = ZoneInfo("Asia/Tokyo"), ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 11, 30, tzinfo=TOKYO)
WEEK = Timespan(MONDAY, MONDAY + timedelta(days=7))
ONCE = {
    "outlook": (GraphFault(kind=GraphFaultKind.UNAUTHORIZED), GraphFault(kind=GraphFaultKind.THROTTLED, retry_after=7)),
    "google": (
        GoogleFault(kind=GoogleFaultKind.UNAUTHORIZED),
        GoogleFault(kind=GoogleFaultKind.THROTTLED, retry_after=7),
    ),
    "ics": (None, FeedFault(kind=FeedFaultKind.THROTTLED, retry_after=7)),
}


def spans(free_busy: FreeBusy) -> list[BusyPeriod]:
    return sorted(free_busy.periods, key=lambda period: period.span)


def test_every_provider_of_the_folder_is_held_to_this(ways) -> None:
    assert {way.provider for way in ways.values()} == set(discover_modules("sekimori.desk.providers"))


async def test_it_says_its_name(set_up) -> None:
    async with set_up() as stage:
        provider: FreeBusyProvider = stage.provider
        assert provider.name == stage.way.provider


async def test_each_status_is_what_it_is_or_nothing(set_up, notes, entry) -> None:
    async with set_up() as stage:
        for status, fb_type in stage.way.types.items():
            stage.put(entry(MONDAY + timedelta(hours=10), hours=1, status=status))
            finding = await stage.provider.free_busy(SATO, WEEK, notes)
            assert finding.problem is None, status
            expected = Timespan(MONDAY + timedelta(hours=10), MONDAY + timedelta(hours=11))
            assert [(p.span, p.fb_type) for p in finding.free_busy.periods] == [(expected, fb_type)] * bool(fb_type)


async def test_overlaps_stay_busy_and_the_window_cuts(set_up, notes, entry) -> None:
    async with set_up() as stage:
        stage.put(
            entry(MONDAY - timedelta(hours=2), hours=3),
            entry(MONDAY + timedelta(hours=9), hours=3),
            entry(MONDAY + timedelta(hours=11), hours=2),
            entry(WEEK.end - timedelta(hours=1), hours=5),
        )
        found = (await stage.provider.free_busy(SATO, WEEK, notes)).free_busy
        assert found.window == WEEK
        assert all(WEEK.start <= p.span.start and p.span.end <= WEEK.end for p in found.periods)
        busy = {
            p.span.start + timedelta(minutes=30 * n)
            for p in found.periods
            for n in range(48)
            if p.span.start + timedelta(minutes=30 * n) < p.span.end
        }
        hours = [0, 0.5, 9, 9.5, 10, 10.5, 11, 11.5, 12, 12.5, 7 * 24 - 1, 7 * 24 - 0.5]
        assert busy == {(MONDAY + timedelta(hours=hour)).astimezone(UTC) for hour in hours}


async def test_trouble_is_unknown_from_end_to_end_and_says_why(set_up, entry, full) -> None:
    async with set_up() as stage:
        stage.put(entry(MONDAY + timedelta(hours=10), hours=1))
        for name, (fault, problem) in stage.way.trouble.items():
            notes, before = full(9999), stage.calls
            stage.sim.control.fault(fault)
            async with stage.impatient() as provider:
                finding = await provider.free_busy(SATO, WEEK, notes)
            stage.sim.control.clear_faults()
            assert finding.problem is problem, name
            assert all(period.fb_type is FbType.UNKNOWN for period in finding.free_busy.periods), name
            assert sum((p.span.duration for p in finding.free_busy.periods), timedelta()) == WEEK.duration, name
            assert len(notes.of("intent")) == len(notes.of("outcome")), name
            assert stage.calls - before <= len(notes.of("intent")), name
        good = await stage.provider.free_busy(SATO, WEEK, full(9999))
        assert (good.problem, len(good.free_busy.periods)) == (None, 1)


async def test_a_server_nobody_vouches_for_is_not_believed(set_up, notes) -> None:
    async with set_up(trusted=False) as stage:
        finding = await stage.provider.free_busy(SATO, WEEK, notes)
        assert finding.free_busy == all_unknown(WEEK)
        assert finding.problem is (Problem.NOT_SIGNED_IN if stage.way.signs_in else Problem.UNAVAILABLE)
        assert stage.calls == 0


async def test_the_vendor_says_how_long_to_wait(set_up, notes) -> None:
    async with set_up() as stage:
        stage.sim.control.fault(ONCE[stage.way.provider][1])
        assert (await stage.provider.free_busy(SATO, WEEK, notes)).problem is None
        assert stage.slept == [7.0]
        assert [line.rpartition(" ")[2] for line in notes.of("intent")] == ["1", "2"]


async def test_a_token_that_is_no_longer_taken_is_renewed_once(set_up, notes) -> None:
    async with set_up() as stage:
        if not stage.way.signs_in:
            return
        stage.sim.control.fault(ONCE[stage.way.provider][0])
        assert (await stage.provider.free_busy(SATO, WEEK, notes)).problem is None
        assert len(notes.of("token")) == 2
        assert stage.slept in ([], [0.0])


async def test_a_token_is_kept_and_recorded_before_its_first_use(set_up, notes) -> None:
    async with set_up() as stage:
        for _ in range(3):
            await stage.provider.free_busy(SATO, WEEK, notes)
        kinds = [kind for kind, _ in notes.lines]
        assert kinds == ["token"] * stage.way.signs_in + ["intent", "outcome"] * 3


async def test_no_call_is_made_that_is_not_recorded(set_up, full) -> None:
    async with set_up() as stage:
        for room in range(2 if stage.way.signs_in else 1):
            with pytest.raises(AuditUnavailable):
                await stage.provider.free_busy(SATO, WEEK, full(room))
        assert stage.calls == 0


async def test_a_person_it_does_not_know_is_unknown_and_nobody_is_asked(set_up, notes) -> None:
    async with set_up() as stage:
        finding = await stage.provider.free_busy(PersonId("suzuki"), WEEK, notes)
        assert (finding.free_busy, finding.problem) == (all_unknown(WEEK), Problem.NOT_ASKED)
        assert (stage.calls, notes.lines) == (0, [])


async def test_a_window_over_the_limit_is_asked_in_pieces_and_equals_its_parts(set_up, notes, entry, full) -> None:
    async with set_up() as stage:
        limit, long = stage.way.limit, timedelta(days=100)
        window = Timespan(MONDAY, MONDAY + long)
        seam = MONDAY + (limit or timedelta(days=60))
        stage.put(
            *(entry(MONDAY + timedelta(days=day, hours=10), hours=2) for day in range(0, 100, 3)),
            entry(seam - timedelta(hours=3), hours=6),
        )
        whole = (await stage.provider.free_busy(SATO, window, notes)).free_busy
        assert whole.window == window
        assert len(notes.of("intent")) == (2 if limit else 1)
        for first in range(0, 98, 7):
            part = Timespan(MONDAY + timedelta(days=first), MONDAY + timedelta(days=first + 7))
            asked = (await stage.provider.free_busy(SATO, part, full(9999))).free_busy
            assert halves(asked, part) == halves(whole, part), first


def halves(free_busy: FreeBusy, window: Timespan) -> dict[datetime, set[FbType]]:
    """Say for each half hour of a window what it is."""
    found: dict[datetime, set[FbType]] = {}
    for period in free_busy.periods:
        at = window.start
        while at < window.end:
            if period.span.start <= at < period.span.end:
                found.setdefault(at, set()).add(period.fb_type)
            at += timedelta(minutes=30)
    return found


async def test_what_lies_beyond_its_reach_is_unknown_not_free(set_up, notes) -> None:
    async with set_up() as stage:
        stage.put()
        far = Timespan(MONDAY, MONDAY + timedelta(days=55))
        finding = await stage.provider.free_busy(SATO, far, notes)
        if stage.way.reach is None:
            assert (finding.free_busy.periods, finding.problem) == ((), None)
            return
        (beyond,) = finding.free_busy.periods
        end = stage.sim.settings.clock() + stage.way.reach
        assert (beyond.fb_type, beyond.span) == (FbType.UNKNOWN, Timespan(end, far.end))
        assert finding.problem is Problem.UNREADABLE


async def test_all_day_is_a_day_of_the_owners_and_no_other(set_up, notes, entry) -> None:
    async with set_up() as stage:
        stage.put(entry(MONDAY + timedelta(days=2), hours=24, status="oof", all_day=True))
        (day,) = (await stage.provider.free_busy(SATO, WEEK, notes)).free_busy.periods
        assert day.span == Timespan(MONDAY + timedelta(days=2), MONDAY + timedelta(days=3))


@pytest.mark.parametrize(
    ("sunday", "length"),
    [(datetime(2027, 3, 28, tzinfo=BERLIN), 23), (datetime(2026, 10, 25, tzinfo=BERLIN), 25)],
    ids=["forward", "back"],
)
async def test_the_clocks_change_and_times_stay_right(set_up, notes, entry, sunday: datetime, length: int) -> None:
    async with set_up(now=sunday.astimezone(UTC) - timedelta(days=5), timezone="Europe/Berlin") as stage:
        morning = [entry((sunday + timedelta(days=day)).replace(hour=9), hours=1) for day in (-1, 0, 1)]
        midnight, next_day = sunday.astimezone(UTC), (sunday + timedelta(days=1)).astimezone(UTC)
        whole = entry(midnight, hours=(next_day - midnight) / timedelta(hours=1), status="oof", all_day=True)
        window = Timespan(sunday - timedelta(days=1), sunday + timedelta(days=2))
        stage.put(*morning)
        found = spans((await stage.provider.free_busy(SATO, window, notes)).free_busy)
        assert [p.span.start for p in found] == [entry_.start for entry_ in morning]
        stage.put(whole)
        (day,) = (await stage.provider.free_busy(SATO, window, notes)).free_busy.periods
        assert (day.span.start, day.span.duration) == (midnight, timedelta(hours=length))


async def test_nothing_survives_but_times_and_types(set_up, notes, entry, caplog) -> None:
    with caplog.at_level(logging.DEBUG):
        async with set_up() as stage:
            stage.put(*(entry(MONDAY + timedelta(hours=hour), hours=1) for hour in (9, 11, 13)))
            finding = await stage.provider.free_busy(SATO, WEEK, notes)
            assert len(finding.free_busy.periods) == 3
            secret = stage.sim.addresses.feeds["sato@contoso.example"].split("/")[-2]
            ours = [record for record in caplog.records if not record.name.startswith(("asyncio", "sekimori.sim"))]
            said = repr(finding) + repr(notes.lines) + repr(stage.provider) + repr([r.getMessage() for r in ours])
    assert "Timespan" in said
    for bait in ("BAIT", "northwind", "sato@", secret):
        assert bait.lower() not in said.lower(), bait
