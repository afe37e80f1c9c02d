"""One value has one spelling (RFC 8785)."""

import pytest

from sekimori.audit.canonical import NotCanonicalError, canonical_bytes


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": [True, None, -7]}, '{"a":[true,null,-7],"b":1}'),
        ({"é": "予定", "": ""}, '{"":"","é":"予定"}'),
        ('\x00\x1f"\\\n/\x7f', '"\\u0000\\u001f\\"\\\\\\n/\x7f"'),
        (("tuples", "are lists"), '["tuples","are lists"]'),
        (2**53 - 1, "9007199254740991"),
    ],
)
def test_the_spelling(value, text):
    assert canonical_bytes(value) == text.encode()


def test_keys_are_sorted_by_utf16_code_units():
    # RFC 8785 §3.2.3: the emoji is a surrogate pair and comes before U+FB33
    value = {"\ufb33": 1, "\U0001f600": 2, "\u20ac": 3}
    assert canonical_bytes(value) == '{"\u20ac":3,"\U0001f600":2,"\ufb33":1}'.encode()


@pytest.mark.parametrize(
    "value", [1.0, {"a": float("nan")}, 2**53, -(2**53), "\ud800", {"\ud800": 1}, {1: 2}, b"x", {1}]
)
def test_what_has_no_agreed_spelling_is_refused(value):
    with pytest.raises(NotCanonicalError):
        canonical_bytes(value)
