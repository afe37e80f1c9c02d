"""Company A's calendars: Google's sign-in and free/busy, and the published feeds, in their vendors' shapes."""

import json
from datetime import UTC, datetime, timedelta

import httpx
import jwt
import pytest

from sekimori.sim.calendars import bait_of
from sekimori.sim.faults import FeedFault, FeedFaultKind, GoogleFault, GoogleFaultKind
from sekimori.sim.partner.google_tokens import AUDIENCE, GRANT
from sekimori.sim.server import free_busy

SATO = "sato@contoso.example"
SCOPE = "https://www.googleapis.com/auth/calendar.freebusy"
WEEK = {"timeMin": "2026-11-16T00:00:00+09:00", "timeMax": "2026-11-21T00:00:00+09:00"}


@pytest.fixture
def assertion(simulator):
    key = json.loads(simulator.addresses.google_key.read_text())

    def make(**changes):
        now = datetime.now(UTC)
        claims = {
            "iss": key["client_email"],
            "scope": SCOPE,
            "aud": AUDIENCE,
            "iat": int(now.timestamp()),
            "exp": int((now + timedelta(hours=1)).timestamp()),
        }
        return jwt.encode(claims | changes, key["private_key"], "RS256", headers={"kid": key["private_key_id"]})

    return make


@pytest.fixture
def sign_in(simulator, https, assertion):
    async def post(grant_type: str = GRANT, **changes) -> httpx.Response:
        form = {"grant_type": grant_type, "assertion": assertion(**changes)}
        return await https.post(simulator.addresses.google_token, data=form)

    return post


@pytest.fixture
def query(simulator, https, sign_in):
    async def ask(*names: str, token: str | None = None, **changes) -> httpx.Response:
        token = token or (await sign_in()).json()["access_token"]
        body = {**WEEK, "items": [{"id": name} for name in names or (SATO,)]} | changes
        headers = {"Authorization": f"Bearer {token}"}
        return await https.post(f"{simulator.addresses.google}/freeBusy", json=body, headers=headers)

    return ask


async def test_times_are_joined_and_nothing_else_is_said(query, simulator):
    answer = (await query()).json()
    assert answer["kind"] == "calendar#freeBusy"
    busy = answer["calendars"][SATO]["busy"]
    assert busy[0] == {"start": "2026-11-16T02:00:00Z", "end": "2026-11-16T03:00:00Z"}
    assert len(busy) == 4
    assert not [word for word in simulator.world.bait() if word in json.dumps(answer, ensure_ascii=False)]


async def test_errors_ride_on_http_200_per_calendar(query):
    answer = await query(SATO, "nobody@contoso.example")
    assert answer.status_code == 200
    assert "errors" not in answer.json()["calendars"][SATO]
    assert answer.json()["calendars"]["nobody@contoso.example"]["errors"][0]["reason"] == "notFound"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"timeMax": "2027-03-01T00:00:00Z"}, "timeRangeTooLong"),
        ({"timeMax": WEEK["timeMin"]}, "timeRangeEmpty"),
        ({"timeMin": "2026-11-16T00:00:00"}, "badRequest"),
        ({"timeMin": None}, "required"),
        ({"items": [{"id": str(number)} for number in range(51)]}, "tooManyCalendarsRequested"),
    ],
)
async def test_a_bad_query_is_400_with_a_reason(query, changes, reason):
    answer = await query(**changes)
    assert (answer.status_code, answer.json()["error"]["errors"][0]["reason"]) == (400, reason)


async def test_without_a_token_of_its_own_google_says_nothing(query):
    answer = await query(token="ya29.made-up")
    assert (answer.status_code, answer.json()["error"]["errors"][0]["reason"]) == (401, "authError")


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "somebody@contoso.example"},
        {"aud": "https://other.example/token"},
        {"exp": 1},
        {"exp": int(datetime.now(UTC).timestamp()) + 9000},
        {"scope": "https://www.googleapis.com/auth/drive"},
        {"grant_type": "client_credentials"},
    ],
)
async def test_an_assertion_that_is_not_right_gets_no_token(sign_in, changes):
    answer = await sign_in(**changes)
    assert answer.status_code == 400
    assert "access_token" not in answer.json()


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (GoogleFault(kind=GoogleFaultKind.THROTTLED, retry_after=9), 429),
        (GoogleFault(kind=GoogleFaultKind.RATE_LIMITED), 403),
        (GoogleFault(kind=GoogleFaultKind.UNAUTHORIZED), 401),
        (GoogleFault(kind=GoogleFaultKind.FORBIDDEN), 403),
        (GoogleFault(kind=GoogleFaultKind.NOT_FOUND), 404),
        (GoogleFault(kind=GoogleFaultKind.SERVER_ERROR, status=500), 500),
        (GoogleFault(kind=GoogleFaultKind.RANGE_TOO_LONG), 400),
    ],
)
async def test_googles_faults_are_used_up(query, simulator, fault, status):
    simulator.control.fault(fault)
    assert (await query()).status_code == status
    assert (await query()).status_code == 200
    assert [call.status for call in simulator.control.google_calls] == [status, 200]


async def test_a_feed_holds_everything_and_the_free_busy_beside_it_times_alone(simulator, https):
    feed = simulator.addresses.feeds[SATO]
    events, times = (await https.get(feed)).text, (await https.get(free_busy(feed))).text
    unfolded = events.replace("\r\n ", "")
    seeded = bait_of({SATO: simulator.world.partner_calendars[SATO]})
    assert [word for word in seeded if word not in unfolded] == []
    # A published free/busy names whose it is, and nothing of what is in it.
    assert [word for word in seeded if word in times.replace("\r\n ", "")] == ["vp@contoso.example"]
    assert max(len(line.encode()) for line in events.split("\r\n")) <= 75
    assert "FREEBUSY;FBTYPE=BUSY:20261120T070000Z/20261120T090000Z" in times
    assert simulator.settings.folder.joinpath("sato.feed").read_text() == feed
    assert [call.status for call in simulator.control.feed_calls] == [200, 200]


async def test_an_address_that_was_not_published_is_not_found(simulator, https):
    feed = simulator.addresses.feeds[SATO]
    assert (await https.get(feed.replace("calendar.ics", "other.ics"))).status_code == 404
    assert (await https.get(f"{simulator.addresses.login}/feeds/guess/calendar.ics")).status_code == 404


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (FeedFault(kind=FeedFaultKind.THROTTLED), 429),
        (FeedFault(kind=FeedFaultKind.UNAUTHORIZED), 401),
        (FeedFault(kind=FeedFaultKind.FORBIDDEN), 403),
        (FeedFault(kind=FeedFaultKind.NOT_FOUND), 404),
        (FeedFault(kind=FeedFaultKind.GONE), 410),
        (FeedFault(kind=FeedFaultKind.SERVER_ERROR), 503),
        (FeedFault(kind=FeedFaultKind.REDIRECT), 302),
        (FeedFault(kind=FeedFaultKind.NOT_A_CALENDAR), 200),
        (FeedFault(kind=FeedFaultKind.HUGE), 200),
    ],
)
async def test_the_feeds_faults_are_used_up(simulator, https, fault, status):
    feed = simulator.addresses.feeds[SATO]
    simulator.control.fault(fault)
    spoiled, good = await https.get(feed), await https.get(feed)
    assert (spoiled.status_code, good.status_code) == (status, 200)
    assert good.text.endswith("END:VCALENDAR\r\n")


async def test_faults_come_over_http_too(http, simulator, https):
    await http.post("/sim/faults/feed", json={"kind": "gone"})
    await http.post("/sim/faults/google", json={"kind": "sign_in_refused"})
    assert (await https.get(simulator.addresses.feeds[SATO])).status_code == 410
    answer = await https.post(simulator.addresses.google_token, data={"grant_type": GRANT, "assertion": "x"})
    assert answer.status_code == 400
