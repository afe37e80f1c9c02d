"""Rules and declarations are taken over while the watch runs; broken ones are refused, and the old ones stay."""

import asyncio
import json
import uuid

import pytest

from sekimori.sim import world

RULE = """title: A word that nobody says
id: 11111111-2222-4333-8444-000000000001
name: spoken_word
status: test
description: The word.
logsource: {{product: azure, service: auditlogs}}
detection:
  selection:
    category: AuditLogs
    operationName: {word}
  condition: selection
level: high
"""
SPOKEN = "11111111-2222-4333-8444-000000000001"
SOURCES = "\n[[watch.sources]]"


def spoken(word: str) -> bytes:
    identity = str(uuid.uuid4())
    properties = {"id": identity, "activityDateTime": "2026-11-20T01:02:03Z", "result": "success"}
    record = {"time": "2026-11-20T01:02:03Z", "category": "AuditLogs", "operationName": word, "properties": properties}
    return json.dumps(record).encode() + b"\n"


def sign_in(address: str) -> bytes:
    identity = str(uuid.uuid4())
    properties = {"id": identity, "appId": world.APP, "ipAddress": address, "status": {"errorCode": 0}}
    record = {
        "time": "2026-11-20T01:02:03Z",
        "category": "ServicePrincipalSignInLogs",
        "operationName": "Sign-in activity",
        "resultType": "0",
        "callerIpAddress": address,
        "properties": properties,
    }
    return json.dumps(record).encode() + b"\n"


@pytest.fixture(autouse=True)
def often(monkeypatch):
    monkeypatch.setattr("sekimori.watch.reloading.PAUSE", 0.05)


async def told(made, words: str, times: int = 1) -> None:
    async with asyncio.timeout(10):
        while made.output.getvalue().count(words) < times:  # noqa: ASYNC110 - it is a log
            await asyncio.sleep(0.02)


async def test_a_rule_is_changed_broken_and_mended_while_the_watch_runs(stage):
    async with stage({SOURCES: '[watch]\nrules_folder = "own"\n' + SOURCES}) as made:
        rule, log = made.folder / "own" / "word.yml", made.logs / "spoken.ndjson"
        rule.parent.mkdir()
        rule.write_text(RULE.format(word="rhubarb"))
        async with made.serving() as bot:
            log.write_bytes(spoken("rhubarb") + spoken("custard"))
            await bot.watched()
            assert made.findings().count(SPOKEN) == 1
            rule.write_text(RULE.format(word="custard"))
            await told(made, "rules.reloaded")
            log.write_bytes(log.read_bytes() + spoken("custard") + spoken("rhubarb"))
            await bot.watched()
            assert made.findings().count(SPOKEN) == 2
            rule.write_text("title: [broken\n")
            await told(made, "rules.reload_refused")
            log.write_bytes(log.read_bytes() + spoken("custard"))
            await bot.watched()
            assert made.findings().count(SPOKEN) == 3
            rule.write_text(RULE.format(word="rhubarb"))
            await told(made, "rules.reloaded", times=2)


async def test_a_declared_network_counts_at_once_and_a_broken_manifest_changes_nothing(stage):
    async with stage() as made:
        text, log = made.manifest.read_text("utf-8"), made.logs / "late.ndjson"
        assert '"203.0.113.10/32"' in text
        async with made.serving() as bot:
            made.manifest.write_text(text.replace("[identity]", "[identiti]"), "utf-8")
            await told(made, "rules.reload_refused")
            log.write_bytes(sign_in("192.0.2.9"))
            await bot.watched()
            assert made.findings().count("service_principal_sign_in") == 1
            changed = text.replace('"203.0.113.10/32"', '"203.0.113.10/32", "192.0.2.0/24"')
            made.manifest.write_text(changed.replace('name = "', 'name = "New '), "utf-8")
            await told(made, "rules.reloaded")
            await told(made, "manifest.needs_restart")
            log.write_bytes(log.read_bytes() + sign_in("192.0.2.10"))
            await bot.watched()
            assert made.findings().count("service_principal_sign_in") == 1
