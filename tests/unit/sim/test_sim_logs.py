"""The records beside the shapes that were measured."""

import json
from pathlib import Path

import pytest

from sekimori.sim.logs.envelope import place_of, ticks

from .conftest import NOW

SIGN_IN, AUDIT, GRAPH = "ServicePrincipalSignInLogs", "AuditLogs", "MicrosoftGraphActivityLogs"

# The keys that were measured in real records, by category.
MEASURED = json.loads((Path(__file__).parent / "measured_keys.json").read_text())

# One technique for each shape of record.
SHAPES = (
    "stolen_credential_sign_in",
    "unrecorded_graph_call",
    "secret_guessed",
    "client_secret_added",
    "permission_granted",
    "application_owner_added",
    "admin_role_to_user",
    "tenant_wide_consent",
    "domain_federated",
    "managed_identity_rotated",
)


@pytest.fixture
async def written(simulator) -> dict[str, list[dict]]:
    for technique in SHAPES:
        await simulator.control.detonate(technique)
    records = simulator.control.records
    return {category: [r for r in records if r["category"] == category] for category in (SIGN_IN, AUDIT, GRAPH)}


async def test_each_record_is_one_line_of_its_categorys_file(simulator, written):
    files = {path.name: path.read_text().splitlines() for path in simulator.addresses.logs.iterdir()}
    lines = [json.loads(line) for file in files.values() for line in file]
    assert sorted(files) == ["audit.ndjson", "graph-activity.ndjson", "service-principal-sign-ins.ndjson"]
    assert sorted(map(json.dumps, lines)) == sorted(map(json.dumps, simulator.control.records))


async def test_a_line_is_there_before_the_answer_is(simulator, fetch_token):
    await fetch_token()
    assert "uniqueTokenIdentifier" in (simulator.addresses.logs / "service-principal-sign-ins.ndjson").read_text()


async def test_the_vendors_quirks(written):
    call = written[GRAPH][0]
    assert call["resourceId"] == call["resourceId"].upper()
    assert isinstance(call["durationMs"], str)
    assert isinstance(call["properties"]["durationMs"], int)
    assert call["level"] == "Informational"
    assert {record["resultType"] for record in written[SIGN_IN]} == {"0", "7000215"}
    assert written[SIGN_IN][0]["properties"]["riskLevelAggregated"] == "low"
    for record in written[AUDIT]:
        assert record["category"] != record["properties"]["category"]
        assert record["properties"]["userAgent"] is None


async def test_a_token_is_the_same_in_both_logs(written):
    calls = [r["properties"] for r in written[GRAPH] if r["properties"]["C_Idtyp"] == "app"]
    signed_in = {r["properties"]["uniqueTokenIdentifier"] for r in written[SIGN_IN]}
    assert calls
    assert {call["signInActivityId"] for call in calls} <= signed_in


async def test_nothing_of_the_calendars_is_in_the_logs(simulator, written):
    text = "".join(path.read_text() for path in simulator.addresses.logs.iterdir())
    assert [bait for bait in simulator.world.bait() if bait in text] == []


@pytest.mark.parametrize("category", [SIGN_IN, AUDIT, GRAPH])
async def test_no_key_is_of_our_own_making(written, category):
    for record in written[category]:
        assert set(record) - set(MEASURED[category]["record"].split()) == set()
        assert set(record["properties"]) - set(MEASURED[category]["properties"].split()) == set()


def test_an_address_without_a_place():
    assert place_of("fde4:8dba::1") is None
    assert place_of("203.0.113.10").country == "JP"


def test_seven_digits():
    assert ticks(NOW) == "2026-11-18T01:00:00.0000000Z"
