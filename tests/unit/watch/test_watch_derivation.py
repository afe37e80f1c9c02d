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
        bare = derivation.bare_changes(json.dumps(record, ensure_ascii=False).encode())
        assert bare == [{key: value for key, value in change.items() if key not in AROUND} for change in whole]


def test_a_line_of_another_shape_is_left_to_enrichment():
    derivation = Derivation()
    assert derivation.changes(b'{"properties": {"targetResources": "[]"}}') is None
    assert derivation.changes(b"{}") is None
