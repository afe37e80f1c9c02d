"""What every technique owes: it says what it is in both languages, leaves vendor-shaped records, and no other trace."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import pytest_asyncio

from sekimori.sim.attack import EGRESS, ELSEWHERE, OFFICE, SOURCE
from sekimori.sim.backstage import copy_of
from sekimori.sim.server import Simulator
from sekimori.sim.settings import SimulatorSettings
from sekimori.sim.technique import EVERY_RULE, discovered_techniques
from sekimori.watch.rulebook import shipped_rules

TECHNIQUES = list(discovered_techniques().values())
RULES = {rule.id for rule in shipped_rules()}
SECOND_EGRESS = "203.0.113.11"
AWAY = {SOURCE, ELSEWHERE, EGRESS}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def simulator(tmp_path_factory) -> AsyncIterator[Simulator]:
    settings = SimulatorSettings(folder=tmp_path_factory.mktemp("sim"), clock=lambda: datetime.now(UTC), seed=11)
    async with Simulator.start(settings) as running:
        yield running


@pytest.fixture(params=TECHNIQUES, ids=lambda technique: technique.id)
def technique(request):
    return request.param


def ids_of(records: tuple[dict[str, Any], ...]) -> set[str]:
    return {record["properties"].get("id") or record["properties"]["requestId"] for record in records}


def test_it_describes_itself(technique):
    for words in (technique.title, technique.story):
        assert set(words) == {"ja", "en"}
        assert all(text.strip() == text and text for text in words.values())
    assert all(re.fullmatch(r"T\d{4}(\.\d{3})?", attack) for attack in technique.attack)
    assert bool(technique.attack) == bool(technique.must_fire), "an attack fires a rule, a look-alike none"
    assert not technique.must_fire & technique.must_stay_quiet
    assert technique.must_fire | technique.must_stay_quiet <= RULES | {EVERY_RULE}
    assert technique.must_stay_quiet
    assert technique.telling


@pytest.mark.asyncio(loop_scope="module")
async def test_it_leaves_records_each_time_and_the_tenant_as_it_was(simulator, technique):
    directory = simulator.control.backstage.directory
    before = copy_of(directory)
    first, second = [(await simulator.control.detonate(technique.id)).records for _ in range(2)]
    assert first
    assert second
    assert not ids_of(first) & ids_of(second), "the records differ from run to run"
    assert copy_of(directory) == before


@pytest.mark.asyncio(loop_scope="module")
async def test_an_attack_comes_from_the_attacker_or_a_host_of_his_and_a_look_alike_from_home(simulator, technique):
    done = await simulator.control.detonate(technique.id)
    home = {OFFICE, EGRESS, SECOND_EGRESS, None}
    assert {record.get("callerIpAddress") for record in done.records} <= (AWAY if technique.attack else home)


def test_the_matrix_has_every_row_of_the_article():
    assert {attack for technique in TECHNIQUES for attack in technique.attack} >= {
        "T1078.004",
        "T1136.003",
        "T1098.001",
        "T1098.003",
        "T1550.001",
    }
    fired = frozenset[str]().union(*(technique.must_fire for technique in TECHNIQUES))
    assert fired >= {
        "service_principal_sign_in",
        "service_principal_added",
        "federated_credential_added",
        "client_credential_added",
        "permission_requested",
        "graph_call_without_entry",
    }


def test_nearly_a_third_only_look_like_attacks():
    assert sum(technique.benign for technique in TECHNIQUES) > 0.3 * len(TECHNIQUES)


async def test_each_can_be_done_after_the_others_where_changes_last(tmp_path):
    """On the demonstration's page nothing is put back: an application that is gone must not stop the rest."""
    settings = SimulatorSettings(folder=tmp_path, clock=lambda: datetime.now(UTC), seed=11, lasting=True)
    async with Simulator.start(settings) as simulator:
        await simulator.control.detonate("application_deleted")
        for technique in TECHNIQUES[::3]:
            assert (await simulator.control.detonate(technique.id)).records, technique.id
        async with httpx.AsyncClient() as http:
            page = simulator.addresses.page
            assert (await http.get(f"{page}sim/state", params={"as": "U0ADMIN"})).status_code == 200
