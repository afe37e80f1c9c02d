"""A forwarder that ships to Datadog ships here as well: accepted means committed, and sent twice is found once."""

import asyncio
import gzip
import json
import zlib

import pytest
import zstandard

from sekimori.sim import world

KEY = "0123456789abcdef0123456789abcdef"


def stolen(identity: str) -> dict:
    return {
        "time": "2026-11-20T01:02:03.0000000Z",
        "operationName": "Sign-in activity",
        "category": "ServicePrincipalSignInLogs",
        "resultType": "0",
        "callerIpAddress": "198.51.100.7",
        "correlationId": identity,
        "properties": {"id": identity, "appId": world.APP, "ipAddress": "198.51.100.7", "status": {"errorCode": 0}},
    }


def encoded(*names: str) -> bytes:
    return json.dumps([stolen(name) for name in names]).encode()


async def test_a_body_is_taken_in_every_form_and_encoding_that_senders_use(door):
    forms = [
        (encoded("list-1", "list-2"), {}),
        (json.dumps(stolen("object")).encode(), {}),
        (json.dumps(stolen("pretty"), indent=2).encode(), {}),
        (b"\n".join(json.dumps(stolen(f"line-{n}")).encode() for n in (1, 2)), {"Content-Type": "text/plain"}),
        (json.dumps({"records": [stolen("batch")]}).encode(), {}),
        (json.dumps([{"message": json.dumps(stolen("message")), "ddsource": "azure"}]).encode(), {}),
        (json.dumps([stolen("tagged") | {"ddsource": "azure", "ddtags": "env:prod"}]).encode(), {}),
        (gzip.compress(encoded("gzip")), {"Content-Encoding": "gzip"}),
        (gzip.compress(encoded("one")) + gzip.compress(b"\n"), {"Content-Encoding": "gzip"}),
        (zlib.compress(encoded("deflate")), {"Content-Encoding": "deflate"}),
        (zlib.compress(encoded("bare"), wbits=-15), {"Content-Encoding": "deflate"}),
        (zstandard.compress(encoded("zstd")), {"Content-Encoding": "zstd"}),
    ]
    async with door() as made:
        for body, headers in forms:
            answer = await made.post(body, **headers)
            assert (answer.status_code, answer.json()) == (202, {}), headers
        names = {"list-1", "list-2", "object", "pretty", "line-1", "line-2", "batch", "message", "tagged", "gzip"}
        assert set(made.found()) == names | {"one", "deflate", "bare", "zstd"}
        assert made.counted("unreadable_total", source="http:intake") == 0


async def test_what_was_answered_is_committed_and_what_comes_again_is_found_once(door):
    async with door() as made:
        for _ in range(3):
            assert (await made.post(encoded("s1", "s2"))).status_code == 202
            assert made.found() == ["s1", "s2"]
        assert made.counted("alerts_total") == made.counted("findings_total", rule=RULE, level=LEVEL) / 3


RULE, LEVEL = "service_principal_sign_in", "high"


async def test_many_requests_share_one_commit(door):
    async with door(watched=False) as made:
        posts = [asyncio.create_task(made.post(encoded(f"s{number}"))) for number in range(40)]
        while made.collector._gathering.waiting < 40:  # noqa: ASYNC110 - requests arrive when they do
            await asyncio.sleep(0.01)
        assert made.found() == []
        made.watch()
        assert {(await post).status_code for post in posts} == {202}
        assert made.counted("batches_total", source="http:intake") == 1
        assert len(made.found()) == 40


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/api/v2/logs", {"DD-API-KEY": KEY}),
        (f"/api/v2/logs?dd-api-key={KEY}", {}),
        (f"/v1/input/{KEY}", {}),
        ("/v1/input", {"DD-API-KEY": "old"}),
    ],
)
async def test_a_key_is_shown_in_any_of_the_usual_places(door, path, headers):
    async with door() as made:
        answer = await made.http.post(path, content=encoded("s1"), headers=headers)
        assert answer.status_code == 202


async def test_event_grid_asks_whether_the_address_is_ours_and_then_delivers(door):
    question = {
        "id": "e0",
        "eventType": "Microsoft.EventGrid.SubscriptionValidationEvent",
        "data": {"validationCode": "512d38b6", "validationUrl": "https://example.com/validate"},
    }
    grid = {"id": "e1", "eventType": "Microsoft.Insights.Log", "subject": "/x", "data": stolen("grid")}
    cloud = {"specversion": "1.0", "id": "e2", "type": "log", "source": "/x", "data": {"records": [stolen("cloud")]}}
    key = {"aeg-sas-key": KEY}
    async with door() as made:
        answer = await made.http.post("/api/event-grid", json=[question], headers=key)
        assert (answer.status_code, answer.json()) == (200, {"validationResponse": "512d38b6"})
        asked = await made.http.options(f"/api/event-grid?code={KEY}", headers={"WebHook-Request-Origin": "grid"})
        assert (asked.status_code, asked.headers["webhook-allowed-origin"]) == (200, "grid")
        assert (await made.http.post("/api/event-grid", json=[grid], headers=key)).status_code == 200
        assert (await made.http.post("/api/event-grid", json=cloud, headers=key)).status_code == 200
        assert (await made.http.post("/api/event-grid", json=[question])).status_code == 403
        assert made.found() == ["cloud", "grid"]


async def test_empty_bodies_are_taken_and_come_to_nothing(door):
    async with door() as made:
        for body in (b"", b"[]", b"\n\n", b'{"records":[]}'):
            assert (await made.post(body)).status_code == 202
        assert made.found() == []
