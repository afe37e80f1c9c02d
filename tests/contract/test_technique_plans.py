"""A plan does what its technique does and is undone by its own commands; what is printed says exactly that."""

import json
import re
import subprocess
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio

from sekimori.cli._drill.planned import _AZ, _POWERSHELL, described
from sekimori.sim import world
from sekimori.sim.attack import OFFICE
from sekimori.sim.backstage import copy_of
from sekimori.sim.entra.neighbours import CLERK
from sekimori.sim.plan import Step
from sekimori.sim.server import Simulator
from sekimori.sim.settings import SimulatorSettings
from sekimori.sim.technique import discovered_techniques
from sekimori.watch.domain.language import Language

PLANNED = [technique for technique in discovered_techniques().values() if technique.plan]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def simulator(tmp_path_factory) -> AsyncIterator[Simulator]:
    settings = SimulatorSettings(folder=tmp_path_factory.mktemp("sim"), clock=lambda: datetime.now(UTC), seed=11)
    async with Simulator.start(settings) as running:
        yield running


@pytest.fixture(params=PLANNED, ids=lambda technique: technique.id)
def technique(request):
    return request.param


def filled(value: Any, known: dict[str, str]) -> Any:
    text = re.sub(r"\{([a-z_]+)\}", lambda found: known[found[1]], json.dumps(value))
    return json.loads(text)


async def carried_out(simulator: Simulator, steps: tuple[Step, ...], known: dict[str, str]) -> list[str]:
    """Do as the commands would, in an administrator's hands; return the operations that the audit log names."""
    attacker, records = simulator.control._attacker, simulator.control.records
    before = len(records)
    for step in steps:
        answer = await attacker.administer(
            step.method, filled(step.path, known), filled(step.body, known), source=OFFICE
        )
        known |= {name: answer[prop] for name, prop in step.keep.items()}
    return [record["operationName"] for record in records[before:] if record["category"] == "AuditLogs"]


@pytest.mark.asyncio(loop_scope="module")
async def test_a_plan_leaves_the_technique_s_records_and_is_undone(simulator, technique):
    directory = simulator.control.backstage.directory
    memory = simulator.control.backstage.remember()
    simulator.control.backstage.bot.required = []  # a test registration asks for nothing
    before = copy_of(directory)
    known = {
        "object_id": world.APP_OBJECT,
        "principal_id": world.SERVICE_PRINCIPAL,
        "app_id": world.APP,
        "graph_id": simulator.control.backstage.tenant.graph_principal,
        "me": CLERK.id,
    }
    done = await carried_out(simulator, technique.plan.steps, known)
    if technique.plan.undo:
        assert copy_of(directory) != before
    await carried_out(simulator, technique.plan.undo, known)
    assert sorted(copy_of(directory).applications, key=str) == sorted(before.applications, key=str)
    assert (directory.deleted, directory.assignments, directory.settings) == (
        before.deleted,
        before.assignments,
        before.settings,
    )
    memory.restore()
    named = {
        r["operationName"]
        for r in (await simulator.control.detonate(technique.id)).records
        if r["category"] == "AuditLogs"
    }
    assert set(done) <= named


def test_the_shell_sends_what_the_plan_says(technique):
    values = {name: f"v-{name}" for name in ("object_id", "principal_id", "app_id", "graph_id", "me")}
    for step in (*technique.plan.steps, *technique.plan.undo):
        known = values | {name: f"v-{name}" for name in re.findall(r"\{([a-z_]+)\}", step.path + json.dumps(step.body))}
        names = "".join(f"{name.upper()}={value}\n" for name, value in known.items())
        command = re.sub(r"^[A-Z_]+=\$\((.*)\)$", r"\1", _AZ.step(step))
        script = f"az() {{ printf '%s\\0' \"$@\"; }}\n{names}{command}"
        said = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True).stdout.split("\0")
        assert said[said.index("--method") + 1] == step.method.lower()
        assert said[said.index("--url") + 1] == "https://graph.microsoft.com/v1.0" + filled(step.path, known)
        if step.body is not None:
            assert json.loads(said[said.index("--body") + 1]) == filled(step.body, known)


def test_powershell_escapes_what_it_would_read_itself(technique):
    for step in (*technique.plan.steps, *technique.plan.undo):
        line = _POWERSHELL.step(step)
        for text in re.findall(r'"((?:`.|[^"`])*)"', line):
            bare = re.sub(r"`.", "", text)
            assert re.sub(r"\$\(\$[A-Z]\w*\)", "", bare).count("$") == 0


@pytest.mark.parametrize("language", list(Language))
def test_a_plan_names_permissions_rules_and_the_way_to_verify(technique, language):
    said = "\n".join(described(technique, "<APP_ID>", language, ("powershell", "az")))
    for word in (*technique.plan.permissions, *technique.must_fire, f"drill verify {technique.id}"):
        assert word in said
    assert "Connect-MgGraph" in said
    assert "az rest" in said
