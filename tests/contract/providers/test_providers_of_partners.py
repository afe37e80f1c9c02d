"""What is peculiar to Google and to published feeds, over real HTTPS against the simulator."""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sekimori.core.confidential import Personal, Secret
from sekimori.core.ids import PersonId
from sekimori.core.timespan import Timespan
from sekimori.desk.domain.free_busy import FbType
from sekimori.desk.domain.ports import Problem
from sekimori.desk.providers.google.account import service_account
from sekimori.desk.providers.google.provider import open_google
from sekimori.desk.providers.ics.address import feed_address
from sekimori.desk.providers.ics.provider import open_ics
from sekimori.sim.faults import FeedFault, FeedFaultKind, GoogleFault, GoogleFaultKind
from sekimori.sim.server import Simulator, free_busy
from sekimori.sim.settings import SimulatorSettings

SATO = PersonId("sato")
NOW = datetime(2026, 11, 18, 1, 0, tzinfo=UTC)
START = datetime(2026, 11, 30, tzinfo=ZoneInfo("Asia/Tokyo"))
AT_A, SUZUKI_AT_A = "sato@contoso.example", "suzuki@contoso.example"


@pytest.fixture
async def sim(tmp_path):
    settings = SimulatorSettings(folder=tmp_path, clock=lambda: NOW, token_clock=lambda: datetime.now(UTC), seed=7)
    async with Simulator.start(settings) as running:
        yield running


@pytest.fixture
async def google(sim):
    provider = open_google(
        account=service_account(Secret(sim.addresses.google_key.read_bytes())),
        address=sim.addresses.google,
        token_address=sim.addresses.google_token,
        calendars={SATO: (Personal(AT_A), Personal(SUZUKI_AT_A)), PersonId("x"): (Personal("x@contoso.example"),)},
        clock=lambda: datetime.now(UTC),
        ca_bundle=str(sim.addresses.ca_bundle),
    )
    yield provider
    await provider.close()


@pytest.fixture
async def feeds(sim):
    events, times = (address(sim.addresses.feeds[AT_A]) for address in (str, free_busy))
    other = sim.addresses.feeds[SUZUKI_AT_A]
    provider = open_ics(
        feeds={
            SATO: [feed_address(Secret(url), reference="env:FEED") for url in (events, times)],
            PersonId("suzuki"): [feed_address(Secret(other), reference="env:FEED")],
        },
        zone=ZoneInfo("Asia/Tokyo"),
        clock=lambda: NOW,
        ca_bundle=str(sim.addresses.ca_bundle),
    )
    yield provider
    await provider.close()


def days(number: float) -> Timespan:
    return Timespan(START, START + timedelta(days=number))


async def test_one_call_asks_google_about_all_calendars_of_a_person(sim, google, notes) -> None:
    found = (await google.free_busy(SATO, days(7), notes)).free_busy
    assert len(found.periods) == 4 + 2
    (call,) = sim.control.google_calls
    asked = json.loads(call.body)
    assert [item["id"] for item in asked["items"]] == [AT_A, SUZUKI_AT_A]
    assert (asked["timeMin"], asked["timeZone"]) == ("2026-11-29T15:00:00Z", "UTC")
    assert call.headers["x-goog-request-reason"] == "entry-2"
    assert notes.of("token") == ["None google"]
    assert call.headers["user-agent"].startswith("sekimori/")


async def test_a_calendar_not_shared_with_us_is_not_found(google, notes) -> None:
    assert (await google.free_busy(PersonId("x"), days(7), notes)).problem is Problem.NOT_FOUND


async def test_a_window_that_google_finds_too_long_is_halved(sim, google, notes) -> None:
    whole = await google.free_busy(SATO, days(30), notes)
    sim.control.fault(GoogleFault(kind=GoogleFaultKind.RANGE_TOO_LONG, times=2))
    halved = await google.free_busy(SATO, days(30), notes)
    assert halved.problem is None
    assert set(halved.free_busy.periods) == set(whole.free_busy.periods)
    assert [call.status for call in sim.control.google_calls] == [200, 400, 400, 200, 200, 200]


async def test_what_google_did_not_answer_about_is_unknown(sim, google, notes) -> None:
    sim.control.fault(GoogleFault(kind=GoogleFaultKind.SHORTENED))
    finding = await google.free_busy(SATO, days(7), notes)
    (unknown,) = [period for period in finding.free_busy.periods if period.fb_type is FbType.UNKNOWN]
    assert unknown.span == Timespan(START + timedelta(days=1), START + timedelta(days=7))


async def test_too_many_calls_as_google_says_it_are_waited_for(sim, google, notes) -> None:
    sim.control.fault(GoogleFault(kind=GoogleFaultKind.RATE_LIMITED))
    assert (await google.free_busy(SATO, days(7), notes)).problem is None
    assert [call.status for call in sim.control.google_calls] == [403, 200]


async def test_feeds_lie_over_each_other_and_each_download_is_recorded(sim, feeds, notes) -> None:
    finding = await feeds.free_busy(SATO, days(7), notes)
    assert finding.problem is None
    assert len(finding.free_busy.periods) == 2 * 4
    assert len(sim.control.feed_calls) == len(notes.of("intent")) == 2
    assert {line.split(" ")[1] for line in notes.of("intent")} == {"calendar/feed"}


async def test_one_feed_that_fails_hides_nothing_of_the_other(sim, feeds, notes) -> None:
    sim.control.fault(FeedFault(kind=FeedFaultKind.NOT_FOUND))
    finding = await feeds.free_busy(SATO, days(7), notes)
    assert finding.problem is Problem.NOT_FOUND
    assert {period.fb_type for period in finding.free_busy.periods} == {FbType.UNKNOWN, FbType.BUSY, FbType.TENTATIVE}


async def test_a_redirect_is_not_followed_even_to_the_same_place(sim, feeds, notes) -> None:
    sim.control.fault(FeedFault(kind=FeedFaultKind.REDIRECT, location=sim.addresses.feeds[AT_A]))
    finding = await feeds.free_busy(PersonId("suzuki"), days(7), notes)
    assert finding.problem is Problem.REFUSED_REQUEST
    assert [call.status for call in sim.control.feed_calls] == [302]
