"""Spans of time are half-open and in UTC."""

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekimori.core.timespan import Timespan, merged

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
hours = st.integers(min_value=0, max_value=200)
spans = st.builds(lambda a, b: Timespan(NOON + timedelta(hours=a), NOON + timedelta(hours=a + b + 1)), hours, hours)


def test_the_end_is_not_inside():
    span = Timespan(NOON, NOON + timedelta(hours=1))
    assert NOON in span
    assert NOON + timedelta(hours=1) not in span


def test_spans_that_touch_do_not_overlap():
    first = Timespan(NOON, NOON + timedelta(hours=1))
    second = Timespan(first.end, first.end + timedelta(hours=1))
    assert not first.overlaps(second)
    assert first.intersection(second) is None


def test_instants_are_kept_in_utc():
    tokyo = timezone(timedelta(hours=9))
    assert Timespan(datetime(2026, 11, 23, 21, tzinfo=tokyo), NOON + timedelta(hours=1)).start == NOON


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (NOON, NOON),
        (NOON + timedelta(1), NOON),
        (NOON.replace(tzinfo=None), NOON),
    ],
)
def test_an_empty_backwards_or_zoneless_span_is_refused(start, end):
    with pytest.raises(ValueError, match="timespan"):
        Timespan(start, end)


@given(st.lists(spans))
def test_merging_keeps_every_instant_and_leaves_nothing_touching(given_spans):
    joined = merged(given_spans)
    for span in given_spans:
        assert any(j.start <= span.start and span.end <= j.end for j in joined)
    assert all(a.end < b.start for a, b in pairwise(joined))
