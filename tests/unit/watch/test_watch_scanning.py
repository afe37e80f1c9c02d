"""A scan says what it could not read, in whatever way it reads."""

import json
from pathlib import Path
from typing import Any, cast

import pytest

from sekimori.catalogue import discover_modules
from sekimori.watch.domain.detection import Detector
from sekimori.watch.intake import Envelope, Intake
from sekimori.watch.rulebook import shipped_rules
from sekimori.watch.scanning import Scan, Trouble

KEY = "[KeyIdentifier=b0213243-5465-4768-998a-b1c2d3e4f506,KeyType=Password,KeyUsage=Verify,DisplayName=x]"


@pytest.mark.parametrize("swept_from", [0, 1 << 30])
def test_bad_parts_are_counted_with_their_line_and_good_ones_read(audit: Any, tmp_path: Path, swept_from: int) -> None:
    good = audit("Update application", {"KeyDescription": ("[]", json.dumps([KEY]))})
    values = [
        good,
        {"category": "AuditLogs", "operationName": 5, "properties": "notjson"},
        {"category": "AuditLogs", "operationName": None, "properties": {"id": "a"}},
        {"records": [1, "x", {**good, "properties": good["properties"] | {"id": "second"}}, None, {}]},
    ]
    path = tmp_path / "log.ndjson"
    path.write_text("\n".join(map(json.dumps, values)), encoding="utf-8")
    envelopes = [cast("Envelope", module) for module in discover_modules("sekimori.watch.envelopes").values()]
    scan = Scan(intake=Intake(envelopes=envelopes), detector=Detector(rules=shipped_rules()), swept_from=swept_from)
    found = list(scan.run([str(path)]))
    assert [each.line for each in found if isinstance(each, Trouble)] == [2, 3, 4, 4, 4, 4]
    findings = [each for each in found if not isinstance(each, Trouble)]
    assert [each.rule.id for each in findings] == ["client_credential_added"] * 2
