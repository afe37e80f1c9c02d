"""Logs are written in bits, damaged, rotated and re-read; nothing is lost, and nothing is told twice."""

import asyncio
import json
import re
import uuid

import pytest

from sekimori.sim import world


def stolen_sign_in(**changes) -> bytes:
    """Write a sign-in of the watched application from an address that is not declared."""
    identity = str(uuid.uuid4())
    record = {
        "time": "2026-11-20T01:02:03.0000000Z",
        "resourceId": f"/tenants/{world.TENANT}/providers/Microsoft.aadiam",
        "operationName": "Sign-in activity",
        "operationVersion": "1.0",
        "category": "ServicePrincipalSignInLogs",
        "tenantId": world.TENANT,
        "resultType": "0",
        "callerIpAddress": "198.51.100.7",
        "correlationId": identity,
        "Level": 4,
        "properties": {
            "id": identity,
            "createdDateTime": "2026-11-20T01:02:03.0000000Z",
            "appId": world.APP,
            "ipAddress": "198.51.100.7",
            "status": {"errorCode": 0},
            "servicePrincipalId": world.SERVICE_PRINCIPAL,
            "servicePrincipalName": world.APP_NAME,
            "resourceDisplayName": "Microsoft Graph",
        },
    }
    return json.dumps(record | changes).encode()


def sign_ins(alerts) -> list:
    return [alert for alert in alerts if "service_principal_sign_in" in str(alert.blocks)]


def place_of(finding) -> int:
    return int(finding["place"].removeprefix("logs/busy.ndjson:"))


async def told(bot, findings: int) -> list:
    """Wait for the watch; return the alerts on sign-ins, which together say that there were so many."""
    alerts = sign_ins(await bot.watched())
    counts = [re.findall(r"(\d+) 件 \(", str(alert.blocks)) or ["1"] for alert in alerts]
    assert sum(int(count[0]) for count in counts) == findings
    return alerts


async def test_half_a_line_is_waited_for_and_read_once_it_is_whole(sekimori):
    async with sekimori() as bot:
        line = stolen_sign_in()
        with (bot.stage.logs / "late.ndjson").open("ab", buffering=0) as file:
            file.write(line[:200])
            await asyncio.sleep(0.5)
            assert bot.alerts() == []
            file.write(line[200:])
            await asyncio.sleep(0.5)
            assert bot.alerts() == []
            file.write(b"\n")
        assert len(await told(bot, 1)) == 1
        assert "record.not_read" not in bot.stage.output.getvalue()


async def test_half_a_line_is_completed_while_the_watch_is_down(stage):
    async with stage() as made:
        line, path = stolen_sign_in() + b"\n", made.logs / "late.ndjson"
        async with made.serving() as bot:
            path.write_bytes(stolen_sign_in() + b"\n" + line[:300])
            assert len(await told(bot, 1)) == 1
        with path.open("ab") as file:
            file.write(line[300:])
        async with made.serving() as bot:
            assert len(await told(bot, 2)) == 1


UNREADABLE = {
    "not JSON": b"<html>502 Bad Gateway</html>",
    "half a record": stolen_sign_in()[:150],
    "two halves run together": stolen_sign_in()[:150] + stolen_sign_in()[150:300],
    "bytes that are no text": b"\xff\xfe\x00\x80",
    "zeros, as a disk leaves them after a power cut": b"\x00" * 512,
    "a number": b"42",
    "an object of nobody's": b'{"hello": "world"}',
    "brackets without end": b"[" * 100_000,
    "a category that is no text": stolen_sign_in(category=["ServicePrincipalSignInLogs"]),
    "properties that are a list": stolen_sign_in(properties=[1, 2]),
    "a time that is a number": stolen_sign_in(time=7, properties={"id": 5, "appId": {}}),
    "records that are text": b'{"records": "none"}',
    "records of all sorts": b'{"records": [1, null, "x", {}]}',
}


@pytest.mark.parametrize("line", UNREADABLE.values(), ids=UNREADABLE)
async def test_a_line_nobody_can_read_stands_between_good_ones(sekimori, line):
    async with sekimori() as bot:
        path = bot.stage.logs / "damaged.ndjson"
        path.write_bytes(stolen_sign_in() + b"\n" + line + b"\n\n" + stolen_sign_in() + b"\n")
        alerts = await bot.watched()
        first, last = sign_ins(alerts)[0], sign_ins(alerts)[-1]
        assert "damaged.ndjson:1" in str(first.blocks)
        assert "damaged.ndjson:4" in str(last.blocks)


async def test_a_line_nobody_can_read_is_logged_with_its_place_and_without_its_words(sekimori):
    async with sekimori() as bot:
        (bot.stage.logs / "damaged.ndjson").write_bytes(b'\n{"subject": "hush-hush"\n')
        await bot.watched()
        log = bot.stage.output.getvalue()
        assert '"line": 2' in log
        assert "record.not_read" in log
        assert "hush-hush" not in log


async def test_a_log_that_is_rotated_is_read_on(sekimori):
    async with sekimori() as bot:
        path = bot.stage.logs / "rotated.ndjson"
        path.write_bytes(stolen_sign_in() + b"\n")
        assert len(await told(bot, 1)) == 1
        path.rename(path.with_suffix(".1"))
        path.write_bytes(stolen_sign_in() + b"\n")
        assert len(await told(bot, 2)) == 1


async def test_a_log_that_is_cut_is_read_from_its_start(sekimori):
    async with sekimori() as bot:
        path, again = bot.stage.logs / "cut.ndjson", stolen_sign_in() + b"\n"
        path.write_bytes(again + stolen_sign_in() + b"\n")
        assert len(await told(bot, 2)) == 1
        path.write_bytes(again)
        assert len(await told(bot, 2)) == 1
        with path.open("ab") as file:
            file.write(stolen_sign_in() + b"\n")
        assert len(await told(bot, 3)) == 1


async def test_the_same_event_in_two_logs_is_told_once(sekimori):
    async with sekimori() as bot:
        line = stolen_sign_in() + b"\n"
        (bot.stage.logs / "one.ndjson").write_bytes(line)
        (bot.stage.logs / "two.ndjson").write_bytes(line + line)
        assert len(await told(bot, 1)) == 1


async def test_the_watch_is_restarted_in_the_middle_and_nothing_is_lost_or_doubled(stage):
    written = 60
    async with stage() as made:
        path = made.logs / "busy.ndjson"

        async def write() -> None:
            for number in range(written):
                line = stolen_sign_in() + b"\n"
                with path.open("ab", buffering=0) as file:
                    file.write(line[:100])
                    await asyncio.sleep(0.005)
                    file.write(line[100:])
                await asyncio.sleep(0.005 if number % 10 else 0.05)

        writing = asyncio.create_task(write())
        for lifetime in (0.05, 0.3, 0.1, 0.35, 0.2):
            async with made.serving():
                await asyncio.sleep(lifetime)
        await writing
        async with made.serving() as bot:
            assert len(await told(bot, written)) == 1
        assert made.findings().count("service_principal_sign_in") == written
        assert sorted(place_of(text) for text in made.kept("service_principal_sign_in")) == list(range(1, written + 1))


async def test_what_happened_while_the_watch_was_down_is_told_when_it_is_back(stage):
    async with stage() as made:
        for technique in ("unrecorded_graph_call", "permission_requested"):
            await made.sim.control.detonate(technique)
        async with made.serving() as bot:
            assert await bot.watched()
        assert {"graph_call_without_entry", "permission_requested"} <= set(made.findings())
