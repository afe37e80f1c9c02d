"""Each move of the attacker raises its finding in company B's security channel; each look-alike raises none."""

import time

from sekimori.cli._drill.run import drill
from sekimori.sim.technique import discovered_techniques

ALERT_WITHIN = 2.0


def rules_of(alerts) -> set[str]:
    """Return the rules that alerts name in their last line."""
    lines = (block["elements"][0]["text"] for alert in alerts for block in alert.blocks if block["type"] == "context")
    return {part for line in lines for part in line.split(" · ")}


def texts_of(alert) -> str:
    return "\n".join(block["text"]["text"] for block in alert.blocks if "text" in block)


# The whole matrix is `sekimori drill matrix`; here is a part of it that takes seconds.
SAMPLE = (
    "unrecorded_graph_call",
    "client_secret_added",
    "permission_granted_by_app",
    "domain_federated",
    "admin_role_to_service_principal",
    "credential_removed",
    "managed_identity_rotated",
    "application_saved_unchanged",
)


async def test_techniques_fire_what_they_must_and_nothing_they_must_not(tmp_path):
    drilled = await drill(tmp_path / "drill", SAMPLE, lambda _: None)
    assert drilled.matrix.unexplained == ()
    assert {row.technique.id: bool(row.fired) for row in drilled.matrix.rows} == {
        technique: not discovered_techniques()[technique].benign for technique in SAMPLE
    }
    assert max(second for row in drilled.matrix.rows for second in row.fired.values()) < ALERT_WITHIN
    assert "fabrikam" not in str(drilled.proof.techniques)


async def test_techniques_one_after_the_other_are_all_told(sekimori):
    async with sekimori() as bot:
        await bot.ask("U0SEC", "佐藤さん 来週")
        for technique in SAMPLE:
            await bot.sim.control.detonate(technique)
        alerts = await bot.watched()
        assert len(alerts) <= len(bot.stage.findings())
        must = {rule for technique in SAMPLE for rule in bot.sim.control.techniques[technique].must_fire}
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
        for technique in SAMPLE:
            await bot.sim.control.detonate(technique)
        assert await bot.watched()
        assert bot.posted() == []
