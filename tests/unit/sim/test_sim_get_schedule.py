import ssl
import time
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import httpx
import pytest

from sekimori.sim.calendars import bait_of
from sekimori.sim.faults import GraphFault, GraphFaultKind
from sekimori.sim.server import Simulator

SATO, SUZUKI = "sato@fabrikam.example", "suzuki@fabrikam.example"
ENTRY = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"


@pytest.fixture
async def graph(simulator, https, fetch_token):
    token = (await fetch_token()).json()["access_token"]

    async def ask(
        schedules=(SATO,), start="2026-11-16T00:00:00", end="2026-11-21T00:00:00", zone="Asia/Tokyo", **more
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {more.pop('token', token)}", **more.pop("headers", {})}
        body = {
            "schedules": list(schedules),
            "startTime": {"dateTime": start, "timeZone": zone},
            "endTime": {"dateTime": end, "timeZone": zone},
            **more.pop("body", {}),
        }
        user = more.pop("user", SATO)
        url = f"{simulator.addresses.graph}/users/{user}/calendar/getSchedule"
        return await https.post(url, json=body, headers=headers, **more)

    return SimpleNamespace(ask=ask, control=simulator.control, bait=bait_of(simulator.world.calendars))


def code(answer: httpx.Response) -> str:
    return answer.json()["error"]["code"]


async def test_items_as_the_vendor_writes_them(graph):
    answer = (await graph.ask()).json()["value"][0]
    first = answer["scheduleItems"][0]
    assert first["start"] == {"dateTime": "2026-11-16T01:00:00.0000000", "timeZone": "UTC"}
    assert len([i for i in answer["scheduleItems"] if i["status"] == "busy"]) == 5
    # Tuesday's two entries overlap and stay two.
    assert len(answer["scheduleItems"]) == 9
    oof = next(i for i in answer["scheduleItems"] if i["status"] == "oof")
    assert (oof["start"]["dateTime"][:16], oof["end"]["dateTime"][:16]) == ("2026-11-17T15:00", "2026-11-18T15:00")


async def test_an_all_day_entry_is_a_day_of_whatever_zone_is_asked_in(graph):
    for zone, midnight in (("UTC", "2026-11-18T00:00"), ("Tokyo Standard Time", "2026-11-17T15:00")):
        answer = (await graph.ask(zone=zone)).json()["value"][0]
        oof = next(i for i in answer["scheduleItems"] if i["status"] == "oof")
        assert oof["start"]["dateTime"][:16] == midnight


async def test_the_view_never_says_working_elsewhere(graph):
    thursday = await graph.ask(start="2026-11-19T08:00:00", end="2026-11-19T19:00:00")
    [answer] = thursday.json()["value"]
    assert {i["status"] for i in answer["scheduleItems"]} == {"workingElsewhere", "busy"}
    assert answer["availabilityView"] == "0" * 16 + "22" + "0" * 4


async def test_the_answer_is_full_of_bait(graph):
    text = (await graph.ask([SATO, SUZUKI, "takahashi@fabrikam.example"])).text
    missing = {word for word in graph.bait if word not in text}
    assert missing == set()


async def test_an_unknown_person_comes_with_http_200_and_null_items(graph):
    answer = await graph.ask([SATO, "nobody@fabrikam.example"])
    assert answer.status_code == 200
    known, unknown = answer.json()["value"]
    assert (known["scheduleId"], unknown["scheduleId"]) == (SATO, "nobody@fabrikam.example")
    assert unknown["error"]["responseCode"] == "5016"
    assert unknown["scheduleItems"] is None


@pytest.mark.parametrize(
    ("question", "status", "error"),
    [
        ({"start": "2026-11-01T00:00:00", "end": "2027-01-02T00:00:00"}, 200, None),
        ({"start": "2026-11-01T00:00:00", "end": "2027-01-03T00:00:00"}, 400, "ErrorTimeIntervalTooBig"),
        ({"start": "2026-11-21T00:00:00", "end": "2026-11-21T00:00:00"}, 400, "ErrorInvalidTimeInterval"),
        ({"schedules": [SATO] * 101}, 400, "ErrorMailboxDataArrayTooBig"),
        ({"zone": "Mars/Olympus"}, 400, "TimeZoneNotSupportedException"),
        ({"zone": "Tokyo Standard Time"}, 200, None),
        ({"body": {"availabilityViewInterval": 4}}, 400, "ErrorInvalidMergedFreeBusyInterval"),
        ({"body": {"availabilityViewInterval": "x"}}, 400, "BadRequest"),
        ({"body": {"startTime": None}}, 400, "BadRequest"),
        ({"start": "yesterday"}, 400, "BadRequest"),
        ({"user": "nobody@fabrikam.example"}, 404, "ErrorInvalidUser"),
        ({"headers": {"Authorization": "Basic abc"}}, 401, "InvalidAuthenticationToken"),
        ({"token": "abc"}, 401, "InvalidAuthenticationToken"),
    ],
)
async def test_limits_and_refusals(graph, question, status, error):
    answer = await graph.ask(**question)
    assert answer.status_code == status
    if error:
        assert code(answer) == error


async def test_a_token_without_the_role_reads_nothing(graph, simulator, https):
    user = (await simulator.control.detonate("service_principal_added")).records[-1]
    assert "Application.ReadWrite.All" in user["properties"]["scopes"].split()
    from sekimori.sim.entra.access_tokens import TokenIssuer

    issuer = TokenIssuer(simulator.tenant_id, simulator.settings.token_clock)
    token = issuer.for_user(user="u", name="admin@fabrikam.example", app="a", scopes=("User.Read",), token_id="t")
    answer = await graph.ask(token=token)
    assert (answer.status_code, code(answer)) == (403, "ErrorAccessDenied")


async def test_an_old_token_is_expired(graph, simulator):
    from sekimori.sim.entra.access_tokens import TokenIssuer

    past = TokenIssuer(simulator.tenant_id, lambda: simulator.settings.token_clock() - timedelta(hours=2))
    token = past.for_user(user="u", name="n", app="a", scopes=("Calendars.Read",), token_id="t")
    answer = await graph.ask(token=token)
    assert answer.status_code == 401
    assert "expired" in answer.json()["error"]["message"]


async def test_the_callers_request_id_is_echoed_and_logged(graph):
    answer = await graph.ask(headers={"client-request-id": ENTRY, "User-Agent": "sekimori/0.1"})
    record = graph.control.records[-1]
    assert answer.headers["client-request-id"] == record["properties"]["clientRequestId"] == ENTRY
    assert answer.headers["request-id"] == record["properties"]["requestId"]
    assert record["properties"]["userAgent"] == "sekimori/0.1"
    assert record["properties"]["responseSizeBytes"] == len(answer.content)
    sign_in = graph.control.records[0]
    assert sign_in["properties"]["uniqueTokenIdentifier"] == record["properties"]["signInActivityId"]


async def test_without_one_it_is_the_operations_own(graph):
    await graph.ask()
    properties = graph.control.records[-1]["properties"]
    assert properties["clientRequestId"] == properties["operationId"] == properties["requestId"]


@pytest.mark.parametrize(
    ("fault", "status", "error"),
    [
        (GraphFault(kind=GraphFaultKind.THROTTLED, retry_after=11), 429, "ApplicationThrottled"),
        (GraphFault(kind=GraphFaultKind.UNAUTHORIZED), 401, "InvalidAuthenticationToken"),
        (GraphFault(kind=GraphFaultKind.FORBIDDEN), 403, "ErrorAccessDenied"),
        (GraphFault(kind=GraphFaultKind.NOT_FOUND), 404, "MailboxNotEnabledForRESTAPI"),
        (GraphFault(kind=GraphFaultKind.SERVER_ERROR, status=504), 504, "UnknownError"),
    ],
)
async def test_error_faults_are_used_up_and_logged(graph, fault, status, error):
    graph.control.fault(fault)
    answer = await graph.ask()
    assert (answer.status_code, code(answer)) == (status, error)
    assert answer.headers.get("Retry-After") == ("11" if status == 429 else None)
    assert graph.control.records[-1]["properties"]["responseStatusCode"] == status
    assert (await graph.ask()).status_code == 200


async def test_faults_in_the_answer_hit_whom_they_name(graph):
    kinds = [GraphFaultKind.PERSON_ERROR, GraphFaultKind.NULL_ITEMS, GraphFaultKind.UNKNOWN_STATUS]
    for kind in [*kinds, GraphFaultKind.PERSON_MISSING]:
        graph.control.fault(GraphFault(kind=kind, mailbox=SATO))
    error, null, unknown, missing = [(await graph.ask([SATO, SUZUKI])).json()["value"] for _ in range(4)]
    assert error[0]["error"]["responseCode"] == "5009"
    assert null[0]["scheduleItems"] is None
    assert "error" not in null[0]
    assert {i["status"] for i in unknown[0]["scheduleItems"]} == {"hybrid"}
    assert [one["scheduleId"] for one in missing] == [SUZUKI]
    for answer in (error, null, unknown):
        assert answer[1]["scheduleItems"][0]["status"] == "busy"


@pytest.mark.parametrize("kind", [GraphFaultKind.TRUNCATED, GraphFaultKind.DROPPED])
async def test_a_connection_that_breaks(graph, kind):
    graph.control.fault(GraphFault(kind=kind))
    with pytest.raises(httpx.RemoteProtocolError):
        await graph.ask()
    assert (await graph.ask()).status_code == 200


async def test_an_answer_that_is_no_json(graph):
    graph.control.fault(GraphFault(kind=GraphFaultKind.NOT_JSON))
    answer = await graph.ask()
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, "text/html")


async def test_a_timeout_is_logged_though_nobody_waits_for_it(graph):
    graph.control.fault(GraphFault(kind=GraphFaultKind.TIMEOUT, seconds=20))
    with pytest.raises(httpx.ReadTimeout):
        await graph.ask(timeout=0.2)
    assert graph.control.records[-1]["category"] == "MicrosoftGraphActivityLogs"


async def test_a_cleared_fault_hits_nobody(graph):
    graph.control.fault(GraphFault(kind=GraphFaultKind.FORBIDDEN, times=5))
    graph.control.clear_faults()
    assert (await graph.ask()).status_code == 200


async def test_calls_are_kept_as_they_came(graph):
    await graph.ask(headers={"client-request-id": ENTRY})
    [call] = graph.control.graph_calls
    assert (call.method, call.status, call.headers["client-request-id"]) == ("POST", 200, ENTRY)
    assert SATO.encode() in call.body


@pytest.fixture
def scoped(settings):
    return replace(settings, calendar_scope=frozenset({SATO}))


async def test_exchange_lets_the_app_open_some_mailboxes_and_learn_times_of_others(scoped, clock):
    async with Simulator.start(scoped) as simulator:
        trust = ssl.create_default_context(cafile=simulator.addresses.ca_bundle)
        async with httpx.AsyncClient(verify=trust, trust_env=False, timeout=5) as https:
            token = await app_token(simulator, https)
            zoned = {"timeZone": "UTC"}
            body = {
                "schedules": [SATO, SUZUKI],
                "startTime": {"dateTime": "2026-11-16T00:00:00", **zoned},
                "endTime": {"dateTime": "2026-11-21T00:00:00", **zoned},
            }
            answers = [
                await https.post(
                    f"{simulator.addresses.graph}/users/{user}/calendar/getSchedule",
                    json=body,
                    headers={"Authorization": f"Bearer {token}"},
                )
                for user in (SATO, SUZUKI)
            ]
    own, other = answers[0].json()["value"]
    assert "subject" in own["scheduleItems"][0]
    assert set(other["scheduleItems"][0]) == {"status", "start", "end"}
    assert (answers[1].status_code, code(answers[1])) == (403, "ErrorAccessDenied")


async def app_token(simulator, https) -> str:
    form = {
        "grant_type": "client_credentials",
        "client_id": simulator.app_id,
        "client_secret": simulator.client_secret,
        "scope": "https://graph.microsoft.com/.default",
    }
    url = f"{simulator.addresses.login}/{simulator.tenant_id}/oauth2/v2.0/token"
    return (await https.post(url, data=form)).json()["access_token"]


async def test_a_call_says_how_long_the_simulator_had_it(graph):
    graph.control.fault(GraphFault(kind=GraphFaultKind.TIMEOUT, seconds=0.1))
    before = time.monotonic()
    await graph.ask()
    [call] = graph.control.graph_calls
    assert before <= call.handling.began
    assert 0.1 <= call.handling.ended - call.handling.began <= time.monotonic() - before
