"""The doctor in the living tenant: everything is as declared, then an attacker comes by."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sekimori.bootstrap import Ground, open_ground
from sekimori.bootstrap.doctor import Examination, examine
from sekimori.cli._demo.stage import write_manifest
from sekimori.doctor.check import Result, State
from sekimori.manifest.loader import load
from sekimori.manifest.slack_app import scopes
from sekimori.manifest.tables.service import Language
from sekimori.sim.server import Simulator
from sekimori.sim.settings import SimulatorSettings

PORTS = {"listen": 8484, "slack": 1, "graph": 1}


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
async def tenant(tmp_path: Path) -> AsyncIterator[Simulator]:
    settings = SimulatorSettings(folder=tmp_path, clock=now, seed=11, fenced=True, lasting=True)
    declared = load(write_manifest(tmp_path, PORTS, settings))
    settings = replace(settings, slack_scopes=tuple(need.name for need in scopes(declared)))
    async with Simulator.start(settings) as running:
        graph = int(running.addresses.login.rpartition(":")[2])
        slack = int(running.addresses.page.rstrip("/").rpartition(":")[2])
        write_manifest(tmp_path, PORTS | {"graph": graph, "slack": slack}, settings)
        yield running


async def look(tenant: Simulator, **wanted: object) -> dict[str, Result]:
    async with open_ground(tenant.settings.folder / "sekimori.toml") as ground:
        assert isinstance(ground, Ground)
        return {result.check.id: result for result in await examine(ground, Examination(**wanted))}  # type: ignore[arg-type]


def of(found: dict[str, Result], *states: State) -> set[str]:
    return {id_ for id_, result in found.items() if result.outcome.state in states}


async def test_everything_is_as_declared_until_the_attacker_came(tenant):
    before = await look(tenant)
    assert of(before, State.WRONG, State.UNKNOWN, State.WARNING) == set()
    for technique in ("client_secret_added", "permission_granted", "conditional_access_removed"):
        await tenant.control.detonate(technique)
    after = await look(tenant)
    assert of(after, State.WRONG) == {"entra.no_secret", "entra.permissions", "conditional_access.policy"}
    secret = after["entra.no_secret"]
    assert "T1098.001" in secret.check.techniques
    assert secret.outcome.mend[0].startswith("az ad app credential delete --id")
    assert "appRoleAssignments/" in after["entra.permissions"].outcome.mend[0]
    assert "conditional-access" in after["conditional_access.policy"].outcome.mend[0]


async def test_the_trial_is_recorded_as_the_desks_own_calls_are(tenant):
    async with open_ground(tenant.settings.folder / "sekimori.toml") as ground:
        await examine(ground, Examination(outside="takahashi@fabrikam.example"))
        kinds = [entry.kind.value async for entry in ground.audit.read()]
    assert kinds.count("doctor.ran") == 1
    assert kinds.index("doctor.ran") < kinds.index("call.intent")
    assert kinds.count("call.intent") == kinds.count("call.outcome") == 2
    calls = [call for call in tenant.control.graph_calls if call.path.endswith("getSchedule")]
    assert len(calls) == 2


async def test_without_an_auditor_nothing_of_the_tenant_is_called_good(tenant):
    path = tenant.settings.folder / "sekimori.toml"
    text = path.read_text("utf-8")
    start = text.index("[auditor]")
    path.write_text(text[:start] + text[text.index("[[watch.sources]]", start) :], "utf-8")
    found = await look(tenant, trial=False)
    assert of(found, State.OK) == {"audit.log", "slack.app", "slack.scopes", "slack.channels"}
    assert "entra.no_secret" in of(found, State.UNKNOWN)


async def test_a_bot_token_that_is_not_here_leaves_slack_unknown_and_the_rest_is_read(tenant):
    path = tenant.settings.folder / "sekimori.toml"
    path.write_text(path.read_text("utf-8").replace("file:slack-bot-token", "env:SEKIMORI_NOT_HERE"), "utf-8")
    found = await look(tenant)
    assert of(found, State.UNKNOWN) == {"slack.app", "slack.scopes", "slack.channels", "slack.members"}
    assert "SEKIMORI_NOT_HERE" in found["slack.app"].outcome.found[Language.EN]
    assert found["entra.permissions"].outcome.state is State.OK


async def test_a_tenant_out_of_reach_is_unknown_not_fine(tenant):
    path = tenant.settings.folder / "sekimori.toml"
    graph = tenant.addresses.login
    path.write_text(path.read_text("utf-8").replace(graph, "https://127.0.0.1:1"), "utf-8")
    found = await look(tenant)
    assert "entra.permissions" in of(found, State.UNKNOWN)
    assert not of(found, State.WRONG)
