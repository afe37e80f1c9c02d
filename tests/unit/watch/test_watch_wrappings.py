"""What shippers put around records is taken off; what is in it decides."""

import json
from collections.abc import Callable
from typing import Any, cast

import pytest

from sekimori.catalogue import discover_modules
from sekimori.watch.domain.derivation import Derivation
from sekimori.watch.domain.reading import read_event
from sekimori.watch.domain.sigma.kernel import Kernel
from sekimori.watch.intake import Envelope, Intake, Unknown, records_in
from sekimori.watch.rulebook import shipped_rules

KEY = "[KeyIdentifier=b0213243-5465-4768-998a-b1c2d3e4f506,KeyType=Password,KeyUsage=Verify,DisplayName=x]"
ROW = {
    "TimeGenerated": "2026-11-20T01:00:00Z",
    "OperationName": "Update application",
    "Category": "ApplicationManagement",
    "Result": "success",
    "InitiatedBy": "{}",
    "TargetResources": json.dumps([{"modifiedProperties": [{"displayName": "KeyDescription", "newValue": [KEY]}]}]),
}
ELASTIC = {
    "operation_name": "Update application",
    "properties": {
        "target_resources": {"0": {"modified_properties": {"0": {"display_name": "KeyDescription", "new_value": KEY}}}}
    },
}
UNIFIED = {
    "CreationTime": "2026-11-20T01:02:03",
    "Operation": "Update application.",
    "RecordType": 8,
    "ModifiedProperties": [{"Name": "KeyDescription", "OldValue": "[]", "NewValue": json.dumps([KEY])}],
}


ENVELOPES = [cast("Envelope", module) for module in discover_modules("sekimori.watch.envelopes").values()]


def opened(raw: Any) -> list[list[str]] | None:
    records = Intake(envelopes=ENVELOPES).open(raw)
    if records is None:
        return None
    return [
        [str(change.__struct_config__.tag) for change in read_event(record).changes] for record in records_in(records)
    ]


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
        {"body": {"body": {"body": {"body": {"body": ROW}}}}},
        {"Operation": "Update application.", "RecordType": 2, "CreationTime": "x"},
        {"Operation": "Update application.", "RecordType": 8, "CreationTime": "x", "Workload": "Exchange"},
    ],
)
def test_what_holds_no_record_stays_unknown(raw: Any) -> None:
    assert opened(raw) is None


def parts(raw: Any) -> list[str]:
    return [
        each.reason if isinstance(each, Unknown) else "read" for each in Intake(envelopes=ENVELOPES).open(raw) or ()
    ]


@pytest.mark.parametrize("key", ["records", "value"])
@pytest.mark.parametrize("wrap", [lambda batch: batch, lambda batch: {"body": batch}, lambda batch: [batch]])
def test_what_is_no_record_in_a_batch_is_said_and_the_rest_is_read(audit: Any, key: str, wrap: Any) -> None:
    assert parts(wrap({key: [audit(), 1, "x", None, {}, ROW]})) == [
        "read",
        "not a log record: int",
        "not a log record: str",
        "not a log record: NoneType",
        "an empty object",
        "read",
    ]
    assert len(parts(wrap({key: [1, "x", None, {}]}))) == 4


def test_a_batch_in_a_batch_too_deep_is_said() -> None:
    deep = {"value": [{"value": [{"value": [{"value": [ROW]}]}]}]}
    assert parts(deep) == ["not a log record of a known envelope (keys: value)"]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"operationName": 5, "properties": "notjson"}, "a record of AuditLogs whose properties are not an object"),
        ({"properties": []}, "a record of AuditLogs whose properties are not an object"),
        ({"operationName": 5, "properties": {}}, "a record of AuditLogs without the name of an operation"),
        ({"operationName": "", "properties": {}}, "a record of AuditLogs without the name of an operation"),
        ({"operationName": None, "properties": {"activityDisplayName": 5}}, "a record of AuditLogs without the name"),
        ({"category": "SignInLogs", "properties": 7}, "a record of SignInLogs whose properties are not an object"),
    ],
)
def test_a_record_of_a_known_category_that_says_nothing_is_not_read(audit: Any, changed: Any, reason: str) -> None:
    (said,) = parts(audit() | changed)
    assert said.startswith(reason)
    assert parts({"records": [audit() | changed, audit()]}) == [said, "read"]
    line = json.dumps(audit() | changed).encode()
    assert Kernel([rule.sigma.tree for rule in shipped_rules()], Derivation()).decide(line) is None


@pytest.mark.parametrize(
    "changed",
    [
        {"operationName": 5},
        {"operationName": None},
        {"properties": None},
        {"properties": '{"activityDisplayName": "Update application"}'},
        {"category": "Else", "properties": "notjson"},
        {"category": "SignInLogs", "operationName": 5},
    ],
)
def test_a_record_that_says_enough_is_read(audit: Any, changed: Any) -> None:
    assert parts(audit() | changed) == ["read"]


DATADOG = {
    "evt": {"category": "AuditLogs", "name": "Update application", "outcome": "success"},
    "properties": {"targetResources": [{"modifiedProperties": [{"displayName": "KeyDescription", "newValue": [KEY]}]}]},
}


@pytest.mark.parametrize(
    "answer",
    [
        lambda other: {"data": [other, {"attributes": {"attributes": DATADOG}}]},
        lambda other: {"logs": [{"content": {"attributes": DATADOG}}, other]},
        lambda other: {
            "hits": {
                "hits": [{"_source": other}, {"_source": {"azure": {"auditlogs": ELASTIC}}}],
                "total": {"value": 2},
            }
        },
    ],
)
def test_another_event_in_an_answer_hides_none_and_is_told(answer: Callable[[Any], Any]) -> None:
    raw = answer({"service": "web", "status": "ok"})
    assert opened(raw) == [["credential_added"]]
    found = list(Intake(envelopes=ENVELOPES).open(raw) or ())
    assert sum(isinstance(each, Unknown) for each in found) == 1


def test_the_audit_log_as_graph_answers_queries_of_it() -> None:
    record = {**UNIFIED, "Workload": "AzureActiveDirectory"}
    answer = {"value": [{"auditLogRecordType": "AzureActiveDirectory", "auditData": record}]}
    assert opened(answer) == [["credential_added"]]
