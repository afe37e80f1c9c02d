"""What the kernel works out cheaply is what enrichment says."""

import json

import pytest

from sekimori.watch.domain.derivation import Derivation
from sekimori.watch.domain.sigma.known_fields import AROUND
from sekimori.watch.rulebook import shipped_folder

SAMPLES = sorted(shipped_folder().glob("*.samples.ndjson"))


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
        assert list(quick) == whole
        told = derivation.told(json.dumps(record, ensure_ascii=False).encode())
        bare = None if told is None else derivation.bare_changes(told)
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
    told = derivation.told(json.dumps({"properties": properties}).encode())
    assert told == (("appaddress", "Application", "[]", modified[1]["newValue"]),)
    assert [change["kind"] for change in derivation.bare_changes(told)] == ["redirect_uri_added"]
    assert derivation.told(json.dumps({"properties": properties | {"result": "failure"}}).encode()) == ()
    owner = properties | {"activityDisplayName": "Add owner to application"}
    assert derivation.told(json.dumps({"properties": owner}).encode()) is None


def test_a_line_of_another_shape_is_left_to_enrichment():
    derivation = Derivation()
    assert derivation.changes(b'{"properties": {"targetResources": "[]"}}') is None
    assert derivation.changes(b"{}") is None
