"""Each move of the attacker raises its finding in company B's security channel; each look-alike raises none."""

import time

import pytest

from sekimori.sim.technique import discovered_techniques
from sekimori.watch.rulebook import shipped_rules

ALERT_WITHIN = 2.0
RULES = {rule.id for rule in shipped_rules()}


def rules_of(alerts) -> set[str]:
    """Return the rules that alerts name in their last line."""
    lines = (block["elements"][0]["text"] for alert in alerts for block in alert.blocks if block["type"] == "context")
    return {part for line in lines for part in line.split(" · ")}


def texts_of(alert) -> str:
    return "\n".join(block["text"]["text"] for block in alert.blocks if "text" in block)


@pytest.mark.parametrize("technique", discovered_techniques().values(), ids=lambda technique: technique.id)
async def test_a_technique_fires_what_it_must_and_nothing_it_must_not(sekimori, technique):
    async with sekimori() as bot:
        done = await bot.sim.control.detonate(technique.id)
        assert done.records
        fired = rules_of(await bot.watched())
        assert technique.must_fire <= fired
        assert not {rule for rule in fired & RULES if technique.keeps_quiet(rule)}


async def test_all_techniques_one_after_the_other_are_all_told(sekimori):
    async with sekimori() as bot:
        await bot.ask("U0SEC", "佐藤さん 来週")
        for technique in bot.sim.control.techniques:
            await bot.sim.control.detonate(technique)
        alerts = await bot.watched()
        assert len(alerts) <= len(bot.stage.findings())
        must = {rule for technique in bot.sim.control.techniques.values() for rule in technique.must_fire}
        assert must <= rules_of(alerts)


async def test_the_stolen_credential_is_in_the_security_channel_within_two_seconds(sekimori):
    async with sekimori() as bot:
        await bot.sim.control.detonate("unrecorded_graph_call")
        began = time.monotonic()
        while not rules_of(bot.alerts()) >= {"graph_call_without_entry"}:
            await bot.watched()
            assert time.monotonic() - began < ALERT_WITHIN


async def test_the_alert_says_in_japanese_who_did_what_from_where(sekimori):
    async with sekimori() as bot:
        await bot.sim.control.detonate("unrecorded_graph_call")
        (alert,) = [a for a in await bot.watched() if rules_of([a]) >= {"graph_call_without_entry"}]
        assert rules_of([alert]) >= {"high", "T1078.004", "T1550.001"}
        assert "198.51.100.66" in texts_of(alert)
        assert "getSchedule" in texts_of(alert)
        assert "監査記録" in texts_of(alert)
        assert not alert.unfurl


async def test_the_requested_permission_is_called_by_its_name(sekimori):
    async with sekimori() as bot:
        await bot.sim.control.detonate("permission_requested")
        said = "\n".join(map(texts_of, await bot.watched()))
        assert "Mail.Read" in said


async def test_the_federated_credential_is_told_with_issuer_and_subject(sekimori):
    async with sekimori() as bot:
        await bot.sim.control.detonate("federated_credential_added")
        said = "\n".join(map(texts_of, await bot.watched()))
        assert "https://token.actions.githubusercontent.com" in said
        assert "repo:northwind-ci/tools" in said


async def test_alerts_go_to_the_security_channel_alone(sekimori):
    async with sekimori() as bot:
        for technique in bot.sim.control.techniques:
            await bot.sim.control.detonate(technique)
        assert await bot.watched()
        assert bot.posted() == []
