"""What the kernel works out cheaply is what enrichment says."""

import json

import msgspec
import pytest

from sekimori.watch.domain.derivation import Derivation
from sekimori.watch.domain.sigma.known_fields import AROUND
from sekimori.watch.domain.sigma.plan import Habits, Plan
from sekimori.watch.domain.sigma.scope import Scope
from sekimori.watch.rulebook import shipped_folder, shipped_rules

SAMPLES = sorted(shipped_folder().glob("*.samples.ndjson"))
SCOPE = Scope([rule.sigma.tree for rule in shipped_rules()], "AuditLogs", Derivation())
PLAN = Plan(SCOPE, Habits())
LINES = msgspec.json.Decoder(PLAN.shape())


def told(derivation, properties):
    record = {"category": "AuditLogs", "operationName": "x", "properties": properties}
    return derivation.told(LINES.decode(json.dumps(record, ensure_ascii=False).encode()))


def records():
    for file in SAMPLES:
        for line in file.read_text(encoding="utf-8").splitlines():
            sample = json.loads(line)
            record = sample["raw"]
            if isinstance(record, dict) and record.get("category") == "AuditLogs":
                yield pytest.param(record, id=f"{file.name}:{sample['why'][:40]}")


@pytest.mark.parametrize("record", list(records()))
def test_changes_of_a_line_are_those_of_the_whole_record(record):
    derivation = Derivation()
    quick = derivation.changes(json.dumps(record, ensure_ascii=False).encode())
    if quick is not None:
        whole = derivation.enriched(record)["changes"]
        assert list(quick.whole()) == whole
        hung_on = derivation.told(LINES.decode(json.dumps(record, ensure_ascii=False).encode()))
        bare = None if hung_on is None else derivation.changes_told(hung_on)
        alone = [{key: value for key, value in change.items() if key not in AROUND} for change in whole]
        assert bare is None or bare == alone


def test_changes_of_modified_properties_are_told_by_their_values():
    modified = [
        {"displayName": "LastDirSyncTime", "oldValue": "[]", "newValue": '["2026-08-01T10:00:00Z"]'},
        {"displayName": "AppAddress", "oldValue": "[]", "newValue": '[{"Address":"https://app.example/back"}]'},
    ]
    target = {"type": "Application", "modifiedProperties": modified}
    properties = {"activityDisplayName": "Update application", "result": "success", "targetResources": [target]}
    derivation = Derivation()
    said = told(derivation, properties)
    assert said == (("appaddress", "Application", "[]", modified[1]["newValue"]),)
    assert [change["kind"] for change in derivation.changes_told(said)] == ["redirect_uri_added"]
    assert told(derivation, properties | {"result": "failure"}) == ()
    assert told(derivation, properties | {"activityDisplayName": "Add owner to application"}) is None


@pytest.mark.parametrize(
    "target",
    [
        {"ModifiedProperties": []},
        {"modifiedProperties": [{"DisplayName": "AppAddress", "newValue": "x"}]},
        {"modifiedProperties": [{"name": "AppAddress", "newValue": "x"}]},
        {"modifiedProperties": [{"displayName": "AppAddress", "NewValue": "x"}]},
        {"modifiedProperties": [{"displayName": "AppAddress", "oldValue": 5, "newValue": "x"}]},
    ],
)
def test_what_may_be_under_another_key_is_not_told(target):
    assert PLAN.tells
    properties = {"activityDisplayName": "Update application", "result": "success", "targetResources": [target]}
    assert told(Derivation(), properties) is None


def test_a_line_of_another_shape_is_left_to_enrichment():
    derivation = Derivation()
    assert derivation.changes(b'{"properties": {"targetResources": "[]"}}') is None
    assert derivation.changes(b"{}") is None
