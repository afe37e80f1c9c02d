"""What every technique owes: it says what it is in both languages, and leaves vendor-shaped records when it is done."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from sekimori.sim.server import Simulator
from sekimori.sim.settings import SimulatorSettings
from sekimori.sim.technique import discovered_techniques

TECHNIQUES = list(discovered_techniques().values())


@pytest.fixture
async def simulator(tmp_path) -> AsyncIterator[Simulator]:
    settings = SimulatorSettings(folder=tmp_path, clock=lambda: datetime.now(UTC), seed=11)
    async with Simulator.start(settings) as running:
        yield running


@pytest.fixture(params=TECHNIQUES, ids=lambda technique: technique.id)
def technique(request):
    return request.param


def test_it_describes_itself(technique):
    for words in (technique.title, technique.story):
        assert set(words) == {"ja", "en"}
        assert all(text.strip() == text and text for text in words.values())
    assert all(re.fullmatch(r"T\d{4}(\.\d{3})?", attack) for attack in technique.attack)
    assert bool(technique.attack) == bool(technique.must_fire), "an attack fires a rule, a look-alike none"
    assert not technique.must_fire & technique.must_stay_quiet
    assert technique.must_stay_quiet
    assert technique.telling


async def test_it_leaves_records_each_time(simulator, technique):
    for _ in range(5):
        assert (await simulator.control.detonate(technique.id)).records


async def test_its_records_differ_from_run_to_run(simulator, technique):
    first, second = [await simulator.control.detonate(technique.id) for _ in range(2)]
    ids = [record["properties"].get("id") or record["properties"]["requestId"] for record in first.records]
    again = [record["properties"].get("id") or record["properties"]["requestId"] for record in second.records]
    assert not set(ids) & set(again)


async def test_an_attack_comes_from_the_attacker_and_a_look_alike_from_the_office(simulator, technique):
    done = await simulator.control.detonate(technique.id)
    address = "198.51.100.66" if technique.attack else "203.0.113.20"
    assert {record["callerIpAddress"] for record in done.records} == {address}


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
