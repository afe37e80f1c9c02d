import json
from datetime import UTC, datetime, timedelta

import pytest

from sekimori.core.timespan import Timespan, merged
from sekimori.desk.domain.free_busy import BusyPeriod, FbType, all_unknown
from sekimori.desk.domain.ports import Problem
from sekimori.desk.providers.outlook.answer import MOST_ITEMS, parse

START = datetime(2026, 11, 30, tzinfo=UTC)
WINDOW = Timespan(START, START + timedelta(days=7))
ADDRESS = "sato@fabrikam.example"


def moment(hour: int, zone: str = "UTC") -> dict[str, str]:
    return {"dateTime": (START + timedelta(hours=hour)).strftime("%Y-%m-%dT%H:%M:%S.0000000"), "timeZone": zone}


def local(text: str, zone: str) -> dict[str, str]:
    return {"dateTime": f"{text}:00.0000000", "timeZone": zone}


def item(first: int, last: int, status: str | None = "busy", zone: str = "UTC") -> dict[str, object]:
    return {
        "status": status,
        "start": moment(first, zone),
        "end": moment(last, zone),
        "subject": "merger talks",
        "location": "room 7",
        "isPrivate": False,
    }


def schedule(*items: dict[str, object], **more: object) -> dict[str, object]:
    return {"scheduleId": ADDRESS, "availabilityView": "0000", "scheduleItems": list(items)} | more


def parsed(*schedules: dict[str, object], **more: object):
    return parse(json.dumps({"value": schedules} | more).encode(), address=ADDRESS, window=WINDOW)


@pytest.mark.parametrize(
    ("status", "fb_type"),
    [
        ("busy", FbType.BUSY),
        ("tentative", FbType.TENTATIVE),
        ("oof", FbType.OUT_OF_OFFICE),
        ("workingElsewhere", FbType.WORKING_ELSEWHERE),
        ("unknown", FbType.UNKNOWN),
        ("somethingNew", FbType.UNKNOWN),
        (None, FbType.UNKNOWN),
    ],
)
def test_each_status_is_read_and_a_new_one_is_unknown(status: str | None, fb_type: FbType) -> None:
    finding = parsed(schedule(item(1, 2, status)))
    assert [p.fb_type for p in finding.free_busy.periods] == [fb_type]
    assert finding.problem is (Problem.UNREADABLE if fb_type is FbType.UNKNOWN else None)


def test_free_items_and_empty_ones_are_nothing() -> None:
    finding = parsed(schedule(item(1, 2, "free"), item(3, 3)))
    assert finding.free_busy.periods == ()
    assert finding.problem is None


def test_items_are_cut_to_the_window() -> None:
    finding = parsed(schedule(item(-5, 1), item(-9, -8)))
    assert [p.span for p in finding.free_busy.periods] == [Timespan(START, START + timedelta(hours=1))]


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "Tokyo Standard Time"])
def test_a_zone_beside_the_time_is_heeded(zone: str) -> None:
    finding = parsed(schedule(item(10, 11, zone=zone)))
    assert finding.free_busy.periods[0].span.start == START + timedelta(hours=1)


def test_the_address_is_compared_without_case() -> None:
    assert parsed(schedule(item(1, 2), scheduleId=ADDRESS.upper())).problem is None


@pytest.mark.parametrize(
    ("schedules", "problem"),
    [
        ((), Problem.UNREADABLE),
        ((schedule(), schedule()), Problem.UNREADABLE),
        ((schedule(scheduleId="suzuki@fabrikam.example"),), Problem.UNREADABLE),
        ((schedule(scheduleItems=None),), Problem.UNREADABLE),
        ((schedule(scheduleItems=[None]),), Problem.UNREADABLE),
        (({"scheduleId": ADDRESS},), Problem.UNREADABLE),
        ((schedule(error={"message": "…", "responseCode": "5009"}),), Problem.NOT_FOUND),
        ((schedule(error={"responseCode": "5016"}, scheduleItems=None),), Problem.NOT_FOUND),
        ((schedule(item(2, 1)),), Problem.UNREADABLE),
        ((schedule(item(1, 2, zone="Customized Time Zone")),), Problem.UNREADABLE),
        ((schedule(item(1, 2, zone="tzone://Microsoft/Custom")),), Problem.UNREADABLE),
        ((schedule(item(1, 2, zone="../../etc/passwd")),), Problem.UNREADABLE),
        ((schedule({"status": "busy", "start": {"dateTime": "soon"}, "end": moment(2)}),), Problem.UNREADABLE),
        ((schedule({"status": "busy", "start": moment(1)}),), Problem.UNREADABLE),
        ((schedule(*([item(1, 2)] * MOST_ITEMS)),), Problem.UNREADABLE),
    ],
)
def test_what_is_not_certain_is_unknown_from_end_to_end(schedules: tuple[dict[str, object], ...], problem) -> None:
    finding = parsed(*schedules)
    assert finding.free_busy == all_unknown(WINDOW)
    assert finding.problem is problem


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"<html>", b'{"value":null}', b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_answer_is_unknown(body: bytes) -> None:
    assert parse(body, address=ADDRESS, window=WINDOW).free_busy == all_unknown(WINDOW)


def test_a_page_that_has_another_is_not_the_whole() -> None:
    finding = parsed(schedule(item(1, 2)), **{"@odata.nextLink": "https://graph.example/next"})
    assert finding.free_busy == all_unknown(WINDOW)


def test_an_error_beside_the_answer_makes_the_answer_unknown() -> None:
    finding = parsed(schedule(), error={"code": "ErrorTimeoutExpired", "message": "…"})
    assert finding.free_busy == all_unknown(WINDOW)
    assert parsed(schedule(), error=None).problem is None


def test_what_the_digits_call_taken_is_not_free_where_the_items_are_missing() -> None:
    finding = parsed(schedule(availabilityView="0" * 20 + "22" + "0" * 40))
    first = START + timedelta(hours=10)
    assert {p.fb_type for p in finding.free_busy.periods} == {FbType.UNKNOWN}
    assert merged(p.span for p in finding.free_busy.periods) == (Timespan(first, first + timedelta(hours=1)),)
    assert finding.problem is Problem.UNREADABLE


def test_digits_that_an_item_explains_say_nothing_more() -> None:
    for items, view in [
        ([item(1, 2)], "0022"),
        ([item(1, 2, "tentative")], "0111"),  # Graph: the digits may begin elsewhere than the window
        ([item(1, 1)], "002"),
        ([item(1, 2, "workingElsewhere")], "0000"),
        ([item(-5, 1)], "22"),
    ]:
        finding = parsed(schedule(*items, availabilityView=view))
        assert FbType.UNKNOWN not in {p.fb_type for p in finding.free_busy.periods}, view
        assert finding.problem is None


def test_an_item_without_beginning_or_end_fills_the_window() -> None:
    always = {"status": "busy", "start": local("0001-01-01T00:00", "UTC"), "end": local("9999-12-31T23:59", "UTC")}
    (period,) = parsed(schedule(always, availabilityView="2" * 336)).free_busy.periods
    assert period == BusyPeriod(span=WINDOW, fb_type=FbType.BUSY)


def test_digits_make_nothing_free() -> None:
    finding = parsed(schedule(item(1, 2), availabilityView="0" * 336))
    assert [p.fb_type for p in finding.free_busy.periods] == [FbType.BUSY]


def test_where_the_clocks_change_an_item_is_as_long_as_it_may_be() -> None:
    zone = "America/New_York"
    window = Timespan(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))
    # 02:30 never comes on that day, and 03:30 is the instant that it would be before the change.
    gap = {"status": "busy", "start": local("2026-03-08T02:30", zone), "end": local("2026-03-08T03:30", zone)}
    body = json.dumps({"value": [schedule(gap)]}).encode()
    (period,) = parse(body, address=ADDRESS, window=window).free_busy.periods
    assert period.span.end == datetime(2026, 3, 8, 7, 30, tzinfo=UTC)
    assert period.span.duration >= timedelta(hours=1)
    # 01:30 comes twice.
    twice = {"status": "busy", "start": local("2026-11-01T01:00", zone), "end": local("2026-11-01T01:30", zone)}
    body = json.dumps({"value": [schedule(twice)]}).encode()
    november = Timespan(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC))
    (period,) = parse(body, address=ADDRESS, window=november).free_busy.periods
    assert period.span == Timespan(datetime(2026, 11, 1, 5, tzinfo=UTC), datetime(2026, 11, 1, 6, 30, tzinfo=UTC))


def test_nothing_of_an_answer_is_kept_but_its_times() -> None:
    assert "merger" not in repr(parsed(schedule(item(1, 2)))) + repr(parsed(schedule(item(1, 2, "merger talks"))))
