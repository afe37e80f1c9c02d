"""The control as a page or another process uses it."""

import pytest


async def test_saying_something(http, receiver, simulator):
    body = {"user": "U0SEC", "channel": "C0SHARED", "text": "<@U0BOT> hi"}
    answer = await http.post("/sim/say", json=body)
    assert answer.json() == {"ts": simulator.control.messages[0].ts, "statuses": [200]}


async def test_pressing_and_closing(http, receiver, slack):
    button = {"type": "button", "text": {"type": "plain_text", "text": "go"}, "action_id": "go"}
    blocks = [{"type": "actions", "elements": [button]}]
    posted = await slack.chat_postMessage(channel="C0SHARED", text="x", blocks=blocks)
    answer = await http.post("/sim/press", json={"user": "U0SEC", "ts": posted["ts"], "action_id": "go"})
    assert answer.json() == {"status": 200}
    assert (await http.post("/sim/close-view", json={"user": "U0SEC"})).json() == {"ok": True}
    assert (await http.post("/sim/press-view", json={"user": "U0SEC", "action_id": "go"})).status_code == 403
    assert (await http.post("/sim/submit", json={"user": "U0SEC"})).status_code == 403


async def test_faults(http, slack, simulator):
    await http.post("/sim/faults/slack", json={"method": "auth.test", "error": "fatal_error"})
    await http.post("/sim/faults/graph", json={"kind": "throttled", "retry_after": 3})
    await http.post("/sim/faults/token", json={"kind": "server_error"})
    assert (await http.get(simulator.addresses.slack_api)).status_code == 404
    assert (await http.delete("/sim/faults")).json() == {"ok": True}
    assert (await slack.auth_test())["ok"]
    for target, body in [("graph", {"kind": "magic"}), ("moon", {}), ("slack", {"colour": "red"})]:
        assert (await http.post(f"/sim/faults/{target}", json=body)).status_code == 400


async def test_techniques_and_records(http, simulator):
    done = (await http.post("/sim/techniques/unrecorded_graph_call", json={})).json()
    assert [record["category"] for record in done["records"]] == [
        "ServicePrincipalSignInLogs",
        "MicrosoftGraphActivityLogs",
    ]
    assert (await http.get("/sim/records", params={"after": "1"})).json() == done["records"][1:]
    assert (await http.post("/sim/techniques/magic", json={})).status_code == 404


async def test_where_events_go(http, simulator):
    await http.post("/sim/events-url", json={"url": "http://127.0.0.1:1/slack/events"})
    assert simulator.control.events_url == "http://127.0.0.1:1/slack/events"


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded"])
async def test_a_page_of_another_site_cannot_use_it(http, kind):
    answer = await http.post("/sim/say", content=b"{}", headers={"Content-Type": kind})
    assert answer.status_code == 415


async def test_nor_can_a_name_that_only_points_here(http):
    for path in ("/", "/sim/state?as=U0SEC"):
        assert (await http.get(path, headers={"Host": "attacker.example"})).status_code == 400


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"{}", 400),
        (b'{"user": "U0SEC", "channel": "C0SECURITY", "text": "x"}', 403),
        (b'{"user": "U0SEC", "channel": "C0SHARED", "text": "x", "delivered_in": "nowhere"}', 400),
    ],
)
async def test_wrong_calls(http, body, status):
    answer = await http.post("/sim/say", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == status
    assert answer.json()["ok"] is False
