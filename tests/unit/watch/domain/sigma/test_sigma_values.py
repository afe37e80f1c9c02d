"""One row of the table is one thing that a rule can ask of one value."""

import base64

import pytest

ABSENT = object()

TABLE = [
    # what the rule writes, what the log has, whether it answers
    ({"x": "Abc"}, "aBC", True),
    ({"x": "abc"}, "abcd", False),
    ({"x": "straße"}, "STRASSE", True),
    ({"x": "abc*"}, "ABCdef", True),
    ({"x": "*def"}, "abcDEF", True),
    ({"x": "a*f"}, "abc\ndef", True),
    ({"x": "a?c"}, "abc", True),
    ({"x": "a?c"}, "abbc", False),
    ({"x": r"a\*c"}, "a*c", True),
    ({"x": r"a\*c"}, "abc", False),
    ({"x": r"C:\Windows"}, r"c:\windows", True),
    ({"x": r"a\\*"}, r"a\b", True),
    ({"x": "*"}, "", True),
    ({"x": "*"}, None, False),
    ({"x": "*"}, ABSENT, False),
    ({"x": ""}, "", True),
    ({"x": ""}, None, False),
    ({"x": ["a", "b"]}, "b", True),
    ({"x": None}, None, True),
    ({"x": None}, ABSENT, True),
    ({"x": None}, "", False),
    ({"x": None}, [], True),
    ({"x": 50126}, "50126", True),
    ({"x": "50126"}, 50126, True),
    ({"x": 0}, False, False),
    ({"x": 1}, True, False),
    ({"x": 1}, 1.0, True),
    ({"x": "1"}, 1.0, False),
    ({"x": True}, "True", True),
    ({"x": False}, False, True),
    ({"x": "true"}, True, True),
    ({"x|contains": "bc"}, "aBCd", True),
    ({"x|contains": "b*d"}, "abcde", True),
    ({"x|contains|all": ["a", "d"]}, "abcd", True),
    ({"x|contains|all": ["a", "z"]}, "abcd", False),
    ({"x|contains": 12}, "a123", True),
    ({"x|startswith": "ab"}, "ABc", True),
    ({"x|startswith": "bc"}, "abc", False),
    ({"x|endswith": "bc"}, "aBC", True),
    ({"x|startswith": ["q", "a"]}, "abc", True),
    ({"x|cased": "Abc"}, "Abc", True),
    ({"x|cased": "Abc"}, "abc", False),
    ({"x|contains|cased": "B"}, "abc", False),
    ({"x|re": "^a.c$"}, "abc", True),
    ({"x|re": "b"}, "abc", True),
    ({"x|re": "B"}, "abc", False),
    ({"x|re|i": "B"}, "abc", True),
    ({"x|re|s": "a.c"}, "a\nc", True),
    ({"x|re": "a.c"}, "a\nc", False),
    ({"x|re|m": "^c"}, "a\nc", True),
    ({"x|re|i|m": "^C"}, "a\nc", True),
    ({"x|re": r"\*"}, "a*", True),
    ({"x|cidr": "192.0.2.0/24"}, "192.0.2.77", True),
    ({"x|cidr": "192.0.2.0/24"}, "198.51.100.1", False),
    ({"x|cidr": "2001:db8::/32"}, "2001:db8:1::1", True),
    ({"x|cidr": "192.0.2.0/24"}, "::ffff:192.0.2.1", True),
    ({"x|cidr": "192.0.2.0/24"}, "nowhere", False),
    ({"x|cidr": ["198.51.100.0/24", "192.0.2.0/24"]}, "192.0.2.1", True),
    ({"x|gt": 5}, 6, True),
    ({"x|gt": 5}, "6", True),
    ({"x|gt": 5}, 5, False),
    ({"x|gte": 5}, 5, True),
    ({"x|lt": 5}, 4.5, True),
    ({"x|lte": "5"}, 5, True),
    ({"x|lt": 5}, "few", False),
    ({"x|lt": 5}, True, False),
    ({"x|lt": 5}, None, False),
    ({"x|exists": True}, None, True),
    ({"x|exists": True}, ABSENT, False),
    ({"x|exists": False}, ABSENT, True),
    ({"x|exists": False}, "a", False),
    ({"x|neq": "a"}, "b", True),
    ({"x|neq": "a"}, "A", False),
    ({"x|neq": "a"}, ABSENT, True),
    ({"x|base64": "secret"}, base64.b64encode(b"secret").decode(), True),
    ({"x|base64|contains": "secret"}, "a " + base64.b64encode(b"secret").decode(), True),
    ({"x|base64offset|contains": "addPassword"}, base64.b64encode(b"/x/addPassword?").decode(), True),
    ({"x|base64offset|contains": "addPassword"}, base64.b64encode(b"--addPassword-").decode(), True),
    ({"x|base64offset|contains": "addPassword"}, base64.b64encode(b"addOwner").decode(), False),
    ({"x|wide|base64offset|contains": "ping"}, base64.b64encode("go ping".encode("utf-16-le")).decode(), True),
    ({"x|utf16be|base64": "ping"}, base64.b64encode("ping".encode("utf-16-be")).decode(), True),
    ({"x|windash|contains": " -enc"}, "run /enc", True),
    ({"x|windash|contains": " -enc"}, "run \u2013enc", True),
    ({"x|windash|contains": "a-b"}, "a/b", False),
    ({"x|hour": 23}, "2026-08-01T23:15:00Z", True),
    ({"x|hour|gte": 22}, "2026-08-01T23:15:00.1234567Z", True),
    ({"x|hour|lt": 6}, "2026-08-01T23:15:00Z", False),
    ({"x|week": 31}, "2026-08-01T00:00:00Z", True),
    ({"x|year": 2026}, "not a time", False),
]


@pytest.mark.parametrize(("selection", "value", "expected"), TABLE)
def test_a_value_answers_what_a_rule_asks(asks, selection, value, expected):
    selection = {key.replace("x", "properties.zz", 1): asked for key, asked in selection.items()}
    properties = {} if value is ABSENT else {"zz": value}
    assert asks(selection, {"properties": properties}) is expected


def test_a_field_is_compared_with_another_of_the_same_record(asks):
    same = {"properties.homeTenantId|fieldref": "properties.resourceTenantId"}
    starts = {"properties.userPrincipalName|fieldref|startswith": "properties.userDisplayName"}
    record = {"properties": {"homeTenantId": "T1", "resourceTenantId": "t1"}}
    assert asks(same, record)
    assert not asks(same, {"properties": {"homeTenantId": "T1", "resourceTenantId": "t2"}})
    assert not asks(same, {"properties": {}})
    assert asks(starts, {"properties": {"userPrincipalName": "eve@fabrikam.example", "userDisplayName": "Eve"}})


def test_a_hostile_value_is_only_a_value(asks):
    assert not asks({"properties.x|re": "(a+)+$"}, {"properties": {"x": {"a": [[]]}}})
    assert not asks({"properties.x": "a"}, {"properties": "not an object"})
    assert not asks({"properties.x": "a"}, {"properties": None})
