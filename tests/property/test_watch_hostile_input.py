"""Law: no JSON, however hostile, breaks an envelope, the reading of its records, or the rules."""

import io
import json
from collections.abc import Callable, Iterator
from datetime import UTC
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sekimori.catalogue import discover_modules
from sekimori.watch.documents import Unreadable, Value, read_line, read_stream
from sekimori.watch.domain.detection import Detector
from sekimori.watch.domain.explanation import explain
from sekimori.watch.domain.language import Language
from sekimori.watch.domain.ocsf import finding_as_ocsf
from sekimori.watch.domain.reading import read_event
from sekimori.watch.domain.report import finding_as_plain
from sekimori.watch.intake import Envelope, Intake, describe_unknown, records_in
from sekimori.watch.rulebook import shipped_rules
from sekimori.watch.samples import read_samples, samples_file

Raw = dict[str, Any]
MODULES = discover_modules("sekimori.watch.envelopes")
ENVELOPES = {name: cast("Envelope", module) for name, module in MODULES.items()}
RULES = shipped_rules()
DETECTOR = Detector(rules=RULES)
LAW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def seeds() -> dict[str, list[Raw]]:
    """Whole records of each envelope, to be broken: what the samples hold, and some made by hand."""
    found: dict[str, list[Raw]] = {name: list(HAND_MADE.get(name, ())) for name in ENVELOPES}
    for rule in RULES:
        for sample in read_samples(samples_file(rule)):
            for raw in sample.raw if isinstance(sample.raw, list) else [sample.raw]:
                for name, envelope in ENVELOPES.items():
                    if envelope.recognises(raw):
                        found[name].append(raw)
    return found


_AUDIT = {
    "activityDisplayName": "Update application",
    "initiatedBy": {"user": {"userPrincipalName": "admin@fabrikam.example"}, "app": None},
    "result": "success",
    "id": "Directory_1",
    "targetResources": [
        {
            "id": "2b3c4d5e-6f70-4182-93a4-b5c6d7e8f901",
            "type": "Application",
            "modifiedProperties": [
                {"displayName": name, "oldValue": "[]", "newValue": '["x"]'}
                for name in ("KeyDescription", "FederatedIdentityCredentials", "RequiredResourceAccess", "AppAddress")
            ],
        }
    ],
    "additionalDetails": [{"key": "AppId", "value": "a"}],
}
HAND_MADE: dict[str, list[Raw]] = {
    "azure_diagnostic": [{"category": "AuditLogs", "operationName": "Update application", "properties": _AUDIT}],
    "graph_directory": [
        _AUDIT,
        {"value": [_AUDIT]},
        {
            "createdDateTime": "2026-11-20T01:00:00Z",
            "appId": "a",
            "status": {"errorCode": 0},
            "signInEventTypes": ["x"],
        },
    ],
    "log_analytics": [
        {
            "Type": "AuditLogs",
            "TimeGenerated": "2026-11-20T01:00:00Z",
            "OperationName": "Update application",
            "TargetResources": json.dumps(_AUDIT["targetResources"]),
            "InitiatedBy": json.dumps(_AUDIT["initiatedBy"]),
        },
        {"tables": [{"columns": [{"name": "TimeGenerated"}, {"name": "Type"}], "rows": [["x", "AuditLogs"]]}]},
        {"Type": "AADServicePrincipalSignInLogs", "TimeGenerated": "x", "ResultType": "0", "AppId": "a"},
    ],
    "datadog": [{"content": {"attributes": {"evt": {"category": "AuditLogs", "name": "x"}, "properties": _AUDIT}}}],
    "elastic": [
        {"azure": {"auditlogs": {"properties": {"target_resources": {"0": {"modified_properties": {"0": {}}}}}}}},
        {"azure.auditlogs.properties.target_resources.0.id": "a", "event.outcome": "success"},
        {"azure": {"signinlogs": {"properties": {"status": {"error_code": 0}}}}, "source": {"geo": {}}},
        {"azure": {"graphactivitylogs": {}}, "http": {"request": {}}, "url": {}},
    ],
    "unified_audit": [
        {
            "Workload": "AzureActiveDirectory",
            "Operation": operation,
            "Actor": [{"ID": "x", "Type": 1}],
            "Target": [{"ID": "Application_2b3c4d5e-6f70-4182-93a4-b5c6d7e8f901", "Type": 2}],
            "ModifiedProperties": [{"Name": "KeyDescription", "OldValue": "[]", "NewValue": "[]"}],
            "ExtendedProperties": [{"Name": "additionalDetails", "Value": "{}"}],
        }
        for operation in ("Update application.", "UserLoggedIn", "UserLoginFailed")
    ],
    "audit_log": [
        {"seq": 1, "id": "e", "at": "2026-11-20T01:00:00+00:00", "kind": "call.intent", "body": {}, "hash": "0"}
    ],
}
SEEDS = seeds()
DEEP: Any = None
for _ in range(120):
    DEEP = [{"a": DEEP}]
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=12),
    st.sampled_from(
        [
            *("", "<null>", "null", "[]", "{}", "[[", '"', "\ud800", "\x00", "=>", "[KeyIdentifier=", "http://["),
            *("1e999", "[" * 3000, '{"a":' * 3000, "٣", "²", "0", "9" * 5000),
            *("0001-01-01T00:00:00Z", "9999-12-31T23:59:60-23:59"),
        ]
    ),
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**30), 10**30),
    st.sampled_from([10**400, -1, 0, 2**63]),
    st.floats(allow_nan=True),
    TEXTS,
    st.just(DEEP),
)
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=8
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(value, dict | list) and len(path) < 12:
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(inner, (*path, key))


def changed(value: Any, path: tuple[Any, ...], put: Callable[[Any], Any]) -> Any:
    if not path:
        return put(value)
    if isinstance(value, list):
        return [changed(item, path[1:], put) if index == path[0] else item for index, item in enumerate(value)]
    return {key: changed(item, path[1:], put) if key == path[0] else item for key, item in value.items()}


@st.composite
def broken(draw: st.DrawFn, name: str) -> Any:
    """A record of an envelope with one to four places that hold something else."""
    raw: Any = draw(st.sampled_from(SEEDS[name]))
    for _ in range(draw(st.integers(1, 4))):
        path, other = draw(st.sampled_from(list(places(raw)))), draw(ANYTHING)
        raw = changed(raw, path, draw(st.sampled_from([always(other), with_another(other), json.dumps])))
    return raw


def always(other: Any) -> Callable[[Any], Any]:
    return lambda _: other


def with_another(other: Any) -> Callable[[Any], Any]:
    return lambda old: [old, other]


def reread(raw: Any) -> Any:
    """What the watch makes of a value that stands in a file."""
    found = read_line((1, json.dumps(raw).encode()))
    return found.value if isinstance(found, Value) else None


def survive(value: Any) -> None:
    raw = reread(value)
    records = Intake(envelopes=list(ENVELOPES.values())).open(raw)
    for record in records_in(records or ()):
        event = read_event(record)
        for language in Language:
            assert explain(event, language, UTC)
        for finding in DETECTOR.detect(record):
            assert json.dumps(finding_as_plain(finding, Language.EN, UTC), ensure_ascii=False).encode()
            assert finding_as_ocsf(finding, Language.JA, UTC)["class_uid"] == 2004
    assert describe_unknown(raw)


@pytest.mark.parametrize("name", sorted(ENVELOPES))
def test_each_envelope_has_something_to_break(name: str) -> None:
    assert SEEDS[name]
    assert all(ENVELOPES[name].recognises(raw) for raw in SEEDS[name])


@pytest.mark.parametrize("name", sorted(ENVELOPES))
@given(data=st.data())
@LAW
def test_a_broken_record_breaks_nothing(name: str, data: st.DataObject) -> None:
    survive(data.draw(broken(name)))


@pytest.mark.parametrize("name", sorted(ENVELOPES))
@given(data=st.data())
@LAW
def test_an_envelope_itself_takes_what_it_recognises(name: str, data: st.DataObject) -> None:
    raw = reread(data.draw(broken(name) | ANYTHING))
    if ENVELOPES[name].recognises(raw):
        assert all(isinstance(record, dict) or record for record in ENVELOPES[name].records(raw))


@pytest.mark.parametrize("column", ["TargetResources", "InitiatedBy", "AdditionalDetails"])
def test_half_a_surrogate_pair_inside_json_inside_a_string(column: str) -> None:
    row = dict(HAND_MADE["log_analytics"][0])
    half = chr(92) + "ud800"
    prop = {"displayName": "KeyDescription", "oldValue": "[]", "newValue": f'["{half}"]'}
    inner = json.dumps([{half: half, "type": "Application", "id": "HALF", "modifiedProperties": [prop]}])
    survive(row | {column: inner.replace("HALF", half)})


@given(ANYTHING)
@LAW
def test_anything_at_all_breaks_nothing(raw: Any) -> None:
    survive(raw)


@pytest.mark.parametrize("name", sorted(ENVELOPES))
@given(data=st.data())
@LAW
def test_bytes_are_read_or_said_to_be_unreadable(name: str, data: st.DataObject) -> None:
    """Cut lines, bytes that are no UTF-8, keys that stand twice: the good line after them is still read."""
    good = json.dumps(SEEDS[name][0]).encode()
    bad = json.dumps(data.draw(broken(name))).encode("utf-8", "surrogatepass")
    cut = data.draw(st.integers(0, len(bad)))
    twice = good[:-1] + b"," + good[1:]
    noise = data.draw(st.binary(max_size=30)).replace(b"\n", b"")
    lines = [
        good,
        bad[:cut],
        bad[:cut] + noise + bad[cut:],
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b"9" * 10_000,
        twice,
        good,
    ]
    found = list(read_stream(cast("Any", io.BufferedReader(cast("Any", io.BytesIO(b"\n".join(lines)))))))
    assert all(isinstance(each, Value | Unreadable) for each in found)
    assert found[-1] == Value(len(lines), json.loads(good))
    for each in found:
        if isinstance(each, Value):
            survive(each.value)
