"""What shippers put around records is taken off; what is in it decides."""

import json
from collections.abc import Callable
from typing import Any, cast

import pytest

from sekimori.catalogue import discover_modules
from sekimori.watch.domain.reading import read_event
from sekimori.watch.intake import Envelope, Intake

KEY = "[KeyIdentifier=b0213243-5465-4768-998a-b1c2d3e4f506,KeyType=Password,KeyUsage=Verify,DisplayName=x]"
ROW = {
    "TimeGenerated": "2026-11-20T01:00:00Z",
    "OperationName": "Update application",
    "Category": "ApplicationManagement",
    "Result": "success",
    "InitiatedBy": "{}",
    "TargetResources": json.dumps([{"modifiedProperties": [{"displayName": "KeyDescription", "newValue": [KEY]}]}]),
}
UNIFIED = {
    "CreationTime": "2026-11-20T01:02:03",
    "Operation": "Update application.",
    "RecordType": 8,
    "ModifiedProperties": [{"Name": "KeyDescription", "OldValue": "[]", "NewValue": json.dumps([KEY])}],
}


def opened(raw: Any) -> list[list[str]] | None:
    envelopes = [cast("Envelope", module) for module in discover_modules("sekimori.watch.envelopes").values()]
    records = Intake(envelopes=envelopes).open(raw)
    if records is None:
        return None
    return [[change.__struct_config__.tag for change in read_event(record).changes] for record in records]


@pytest.mark.parametrize(
    "wrap",
    [
        lambda record: {"body": record, "sequenceNumber": 1},
        lambda record: {"body": json.dumps({"records": [record]})},
        lambda record: {"@timestamp": "2026-11-20T01:02:03Z", "message": json.dumps(record)},
        lambda record: {"preview": False, "result": {"_raw": json.dumps(record)}},
        lambda record: {"custom": record, "timestamp": 1},
        lambda record: {"value": [record]},
        lambda record: [{"body": record}],
    ],
)
@pytest.mark.parametrize("form", ["diagnostic", "row", "unified"])
def test_a_wrapped_record_is_found(audit: Any, wrap: Callable[[Any], Any], form: str) -> None:
    diagnostic = audit("Update application", {"KeyDescription": ("[]", json.dumps([KEY]))})
    record = {"diagnostic": diagnostic, "row": ROW, "unified": UNIFIED}[form]
    assert opened(wrap(record)) == [["credential_added"]]


def test_rows_in_a_batch_are_rows() -> None:
    assert opened({"records": [ROW, ROW]}) == [["credential_added"]] * 2
    assert opened({"records": []}) == []


@pytest.mark.parametrize(
    "raw",
    [
        {"body": "no JSON"},
        {"message": "{}"},
        {"records": [1]},
        {"value": [{"value": [{"value": [{"value": [ROW]}]}]}]},
        {"body": {"body": {"body": {"body": {"body": ROW}}}}},
        {"Operation": "Update application.", "RecordType": 2, "CreationTime": "x"},
        {"Operation": "Update application.", "RecordType": 8, "CreationTime": "x", "Workload": "Exchange"},
    ],
)
def test_what_holds_no_record_stays_unknown(raw: Any) -> None:
    assert opened(raw) is None
