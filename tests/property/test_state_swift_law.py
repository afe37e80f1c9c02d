"""What is read swiftly of a line means what the whole record means, whatever stands in the columns."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from sekimori.watch.domain.detection import Detector
from sekimori.watch.domain.records import Source
from sekimori.watch.rulebook import shipped_rules

DETECTOR = Detector(rules=shipped_rules())
STATES = {place: rule.state for place, rule in enumerate(DETECTOR.rules) if rule.state}
SOURCE = Source(path="a", line=1)
ADDRESSES = st.sampled_from(["198.51.100.7", "2001:db8::1", "198.51.100.7:443", "", "<null>", None, 5, "nowhere", []])
IDS = st.sampled_from(
    ["0d1e2f30-4152-4364-8576-8798a9bacbdc", "0D1E2F30-4152-4364-8576-8798A9BACBDC", "", None, 7, 1.5]
)
TIMES = st.sampled_from(
    ["2026-11-20T01:02:03.1234567Z", "2026-11-20 01:02:03", "2026-11-20T10:02:03+09:00", "", None, 1795000000, "never"]
)
CODES = st.sampled_from([0, "0", 7000215, "7000215", 7000222, None, False, True, 0.0, [0], {"a": 0}])


def present(**fields):
    return st.fixed_dictionaries({}, optional=fields)


PROPERTIES = present(
    id=IDS,
    createdDateTime=TIMES,
    activityDateTime=TIMES,
    servicePrincipalId=IDS,
    servicePrincipalCredentialKeyId=IDS,
    ipAddress=ADDRESSES,
    status=st.one_of(st.none(), present(errorCode=CODES, failureReason=st.just("x"))),
    appId=IDS,
    initiatedBy=st.just({"user": {"ipAddress": "192.0.2.1"}}),
    category=st.just("AuditLogs"),
)
RECORDS = st.builds(
    lambda required, optional: required | optional,
    st.fixed_dictionaries(
        {
            "category": st.sampled_from(["ServicePrincipalSignInLogs", "SignInLogs", "ManagedIdentitySignInLogs"]),
            "operationName": st.just("Sign-in activity"),
            "properties": PROPERTIES,
        }
    ),
    present(time=TIMES, callerIpAddress=ADDRESSES, resultType=CODES),
)


def plainly(record, fired):
    """Return what the rules that fired observe; those that are told at a glance are asked besides."""
    asked = {STATES[place].keeper.rule for place in fired}
    return [str(each) for each in DETECTOR.observed(record, fired, SOURCE) if each.rule in asked]


@settings(max_examples=150, deadline=None)
@given(record=RECORDS, turned=st.booleans())
def test_a_line_read_swiftly_means_what_its_record_means(record, turned):
    items = list(record.items())
    record = dict(reversed(items) if turned else items)
    line = json.dumps(record).encode()
    for place in STATES:
        quick = DETECTOR.swift.observed(line, (place,), SOURCE)
        if quick is not None:
            assert [str(each) for each in quick] == plainly(record, (place,))
            assert all(each.evidence.record == record for each in quick)


def test_ordinary_sign_ins_are_read_swiftly():
    properties = {
        "id": "s1",
        "createdDateTime": "2026-11-20T01:02:03Z",
        "servicePrincipalId": "0d1e2f30-4152-4364-8576-8798a9bacbdc",
        "servicePrincipalCredentialKeyId": "11111111-2222-4333-8444-555555555555",
        "ipAddress": "198.51.100.7",
        "status": {"errorCode": 0},
    }
    record = {"category": "ServicePrincipalSignInLogs", "operationName": "Sign-in activity", "properties": properties}
    fired = tuple(each for each in DETECTOR.kernel.decide_record(record) if each in STATES)
    names = {DETECTOR.rules[place].id for place in fired}
    assert names >= {"credential_used_at_once", "guessed_secret_fits"}
    quick = DETECTOR.swift.observed(json.dumps(record).encode(), fired, SOURCE)
    assert quick is not None
    assert [str(each) for each in quick] == plainly(record, fired)
