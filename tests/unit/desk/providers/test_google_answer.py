import json
from datetime import UTC, datetime, timedelta

import pytest

from sekimori.core.timespan import Timespan
from sekimori.desk.domain.free_busy import FbType, all_unknown
from sekimori.desk.domain.ports import Problem
from sekimori.desk.providers.google.answer import parse, reason_of

START = datetime(2026, 11, 30, tzinfo=UTC)
WINDOW = Timespan(START, START + timedelta(days=7))
SATO, OTHER = "sato@contoso.example", "project@contoso.example"


def stamp(hour: float) -> str:
    return (START + timedelta(hours=hour)).strftime("%Y-%m-%dT%H:%M:%SZ")


def busy(*hours: tuple[float, float], **more: object) -> dict[str, object]:
    return {"busy": [{"start": stamp(first), "end": stamp(last)} for first, last in hours]} | more


def parsed(calendars: object, names: tuple[str, ...] = (SATO,), **more: object):
    body = {"kind": "calendar#freeBusy", "calendars": calendars} | more
    return parse(json.dumps(body).encode(), calendars=names, window=WINDOW)


def test_busy_is_busy_and_nothing_else_is_known() -> None:
    finding = parsed({SATO: busy((1, 2), (30, 31), summary="merger talks")})
    assert [period.fb_type for period in finding.free_busy.periods] == [FbType.BUSY, FbType.BUSY]
    assert finding.free_busy.periods[0].span == Timespan(START + timedelta(hours=1), START + timedelta(hours=2))
    assert finding.problem is None
    assert "merger" not in repr(finding)


def test_times_are_cut_to_the_window_and_heed_their_offset() -> None:
    item = {"start": "2026-11-30T08:00:00+09:00", "end": "2026-11-30T10:00:00.500+09:00"}
    (period,) = parsed({SATO: {"busy": [item]}}).free_busy.periods
    assert period.span == Timespan(START, START + timedelta(hours=1, seconds=0.5))


@pytest.mark.parametrize(
    "beside", [{"error": {"code": 500}}, {"groups": {SATO: {"errors": [{"reason": "groupTooBig"}], "calendars": []}}}]
)
def test_an_error_beside_the_answer_makes_the_answer_unknown(beside: dict[str, object]) -> None:
    finding = parsed({SATO: busy()}, **beside)
    assert finding.free_busy == all_unknown(WINDOW)
    assert finding.problem is Problem.UNREADABLE


def test_several_calendars_lie_over_each_other() -> None:
    finding = parsed({SATO: busy((1, 2)), OTHER.upper(): busy((3, 4))}, (SATO, OTHER))
    assert len(finding.free_busy.periods) == 2
    assert finding.problem is None


def test_one_calendar_that_fails_hides_nothing_of_the_other() -> None:
    error = {"errors": [{"domain": "global", "reason": "notFound"}], "busy": []}
    finding = parsed({SATO: busy((1, 2)), OTHER: error}, (SATO, OTHER))
    assert {period.fb_type for period in finding.free_busy.periods} == {FbType.BUSY, FbType.UNKNOWN}
    assert finding.problem is Problem.NOT_FOUND


@pytest.mark.parametrize(
    ("reason", "problem"),
    [
        ("notFound", Problem.NOT_FOUND),
        ("internalError", Problem.UNAVAILABLE),
        ("groupTooBig", Problem.REFUSED_REQUEST),
        ("somethingNew", Problem.UNAVAILABLE),
    ],
)
def test_errors_of_a_calendar_ride_on_a_good_answer(reason: str, problem: Problem) -> None:
    finding = parsed({SATO: busy((1, 2), errors=[{"domain": "global", "reason": reason}])})
    assert finding.free_busy == all_unknown(WINDOW)
    assert finding.problem is problem


def test_what_an_answer_is_not_about_is_unknown() -> None:
    finding = parsed({SATO: busy((1, 2))}, timeMin=stamp(0), timeMax=stamp(24))
    (_busy, beyond) = finding.free_busy.periods
    assert (beyond.fb_type, beyond.span) == (FbType.UNKNOWN, Timespan(START + timedelta(days=1), WINDOW.end))
    assert finding.problem is Problem.UNREADABLE


@pytest.mark.parametrize(
    "calendars",
    [
        {},
        None,
        [],
        {OTHER: busy()},
        {SATO: busy(), OTHER: busy()},
        {SATO: busy(), SATO.upper(): busy()},
        {SATO: {}},
        {SATO: {"busy": None}},
        {SATO: None},
        {SATO: busy((2, 1))},
        {SATO: {"busy": [{"start": "2026-11-30T08:00:00", "end": "2026-11-30T09:00:00"}]}},
        {SATO: {"busy": [{"start": "soon", "end": "later"}]}},
        {SATO: {"busy": [{"start": stamp(1)}]}},
    ],
)
def test_what_is_not_certain_is_unknown_from_end_to_end(calendars: object) -> None:
    finding = parsed(calendars)
    assert finding.free_busy == all_unknown(WINDOW)
    assert finding.problem is Problem.UNREADABLE


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"<html>", b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_answer_is_unknown(body: bytes) -> None:
    assert parse(body, calendars=(SATO,), window=WINDOW).free_busy == all_unknown(WINDOW)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'{"error":{"code":400,"errors":[{"domain":"calendar","reason":"timeRangeTooLong"}]}}', "timeRangeTooLong"),
        (b'{"error":{"code":400,"errors":[]}}', ""),
        (b'{"error":"invalid_grant"}', ""),
        (b"<html>", ""),
        (b"", ""),
    ],
)
def test_the_reason_of_an_error_is_read_where_there_is_one(body: bytes, reason: str) -> None:
    assert reason_of(body) == reason
