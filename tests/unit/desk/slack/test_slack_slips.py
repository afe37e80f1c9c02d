import json
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sekimori.core.ids import PersonId
from sekimori.desk.domain.choice import Choice
from sekimori.desk.domain.hours import Hours
from sekimori.desk.slack.slips import GOOD_FOR, end_of_day, new_slip, read_slip, written

NOW = datetime(2026, 11, 24, 1, 5, tzinfo=UTC)
CHOICE = Choice(
    person=PersonId("sato"), first=date(2026, 11, 30), last=date(2026, 12, 6), hours=Hours(opens=720, closes=1080)
)


def test_a_slip_comes_back_as_it_was_given() -> None:
    slip = new_slip("Ev1", NOW).choosing(CHOICE)
    back = read_slip(written(slip), NOW)
    assert back == slip
    assert back is not None
    assert back.choice == CHOICE


def test_a_slip_runs_out() -> None:
    text = written(new_slip("Ev1", NOW))
    assert read_slip(text, NOW + GOOD_FOR - timedelta(seconds=1)) is not None
    assert read_slip(text, NOW + GOOD_FOR) is None


@pytest.mark.parametrize(
    "text",
    [
        None,
        7,
        "",
        "sato",
        "[]",
        "{}",
        '{"r":"Ev1"}',
        '{"r":"Ev1","x":"never"}',
        '{"r":"Ev1","x":9999999999,"who":"U1"}',
        '{"r":"Ev1","x":9999999999,"f":"2026-02-30"}',
        '{"r":"Ev1","x":' + "9" * 5000 + "}",
    ],
)
def test_what_is_no_slip_of_ours_is_none(text: object) -> None:
    assert read_slip(text, NOW) is None


def test_half_a_choice_is_none() -> None:
    fields = {"r": "Ev1", "x": 9999999999, "p": "sato", "f": "2026-11-30"}
    for extra in ({}, {"l": "2026-12-06", "o": 1080, "c": 720}):
        slip = read_slip(json.dumps(fields | extra), NOW)
        assert slip is not None
        assert slip.choice is None


def test_a_day_ends_at_local_midnight() -> None:
    midnight = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
    assert end_of_day(NOW, ZoneInfo("Asia/Tokyo")) == int(midnight.timestamp())
