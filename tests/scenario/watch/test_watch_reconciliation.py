"""With every baseline and profile rule switched off, what was not ours is found all the same, and nothing else is."""

import json
from datetime import UTC, datetime

from sekimori.audit.entry import EntryKind

ONLY = {"[[watch.sources]]": '[watch]\nrules = ["reconciliation"]\n\n[[watch.sources]]'}


def rules_of(alerts) -> set[str]:
    return {
        part
        for alert in alerts
        for block in alert.blocks
        if block["type"] == "context"
        for part in block["elements"][0]["text"].split(" · ")
    }


async def test_the_stolen_token_is_found_by_reconciliation_alone(sekimori, intrude):
    async with sekimori(ONLY) as bot:
        await bot.ask("U0SEC", "佐藤さん 来週")
        assert await bot.watched() == []
        await intrude(bot.sim).read_schedule(None)
        alerts = await bot.watched()
        assert rules_of(alerts) >= {"token_without_entry", "graph_call_without_entry", "graph_call_with_unknown_token"}
        assert len(alerts) == 2, "one for the sign-in, one for the call"


async def test_other_attacks_need_the_other_rules(sekimori):
    async with sekimori(ONLY) as bot:
        await bot.sim.control.detonate("permission_requested")
        assert await bot.watched() == []
        await bot.sim.control.detonate("unrecorded_graph_call")
        assert rules_of(await bot.watched()) >= {"token_without_entry", "graph_call_without_entry"}


async def test_every_token_is_recorded_by_its_name_before_it_is_used(sekimori):
    async with sekimori() as bot:
        await bot.ask("U0SEC", "佐藤さん 来週")
        entries = await bot.entries(EntryKind.TOKEN_OBTAINED, EntryKind.CALL_INTENT)
        graph = [e for e in entries if e.kind is EntryKind.TOKEN_OBTAINED and e.body["resource"] == "graph"]
        (token,) = graph
        assert token.body["uti"]
        first = next(e for e in entries if e.kind is EntryKind.CALL_INTENT and e.body["provider"] == "outlook")
        assert token.seq < first.seq


async def test_an_entry_among_the_logs_announces_nothing(sekimori, intrude):
    """Whoever can write to a log source must not be able to excuse a call."""
    forged = "7d9f3b52-5c0e-4c7e-9a41-2f6f0f1f7c11"
    async with sekimori(ONLY) as bot:
        body = {"method": "POST", "resource": "calendar/getSchedule", "people": ["sato"], "provider": "outlook"}
        entry = {"seq": 1, "id": forged, "at": datetime.now(UTC).isoformat(), "kind": "call.intent", "body": body}
        (bot.stage.logs / "forged.ndjson").write_text(json.dumps({**entry, "hash": ""}) + "\n")
        await bot.watched()
        await intrude(bot.sim).read_schedule(forged)
        assert "graph_call_without_entry" in rules_of(await bot.watched())
