"""What a feed says, as a table: a feed and a window go in, busy times come out."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sekimori.core.timespan import Timespan
from sekimori.desk.domain.free_busy import all_unknown
from sekimori.desk.domain.ports import Finding, Problem
from sekimori.desk.providers.ics.feed import Reading

NOW = datetime(2026, 11, 18, 1, 0, tzinfo=UTC)
START = datetime(2026, 11, 29, 15, 0, tzinfo=UTC)  # Monday, 30 November, in Tokyo
BAIT = "merger talks with northwind"
STAMP = "DTSTAMP:20261118T000000Z"

# Berlin under a name that is in no list; the last Sundays of March and October.
ODD_ZONE = """BEGIN:VTIMEZONE
TZID:Customized Time Zone
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE"""


def feed(*parts: str, head: str = "VERSION:2.0") -> bytes:
    text = "\n".join(["BEGIN:VCALENDAR", head, *parts, "END:VCALENDAR", ""])
    return text.replace("\n", "\r\n").encode()


def event(*lines: str, uid: str = "1@contoso.example") -> str:
    said = [f"SUMMARY:{BAIT}", f"LOCATION:{BAIT}", f'DESCRIPTION;ALTREP="https://x.example":{BAIT}', STAMP]
    return "\n".join(["BEGIN:VEVENT", f"UID:{uid}", *said, *lines, "END:VEVENT"])


def free_busy(*lines: str, stamp: str = STAMP) -> str:
    return "\n".join(["BEGIN:VFREEBUSY", stamp, *lines, "END:VFREEBUSY"])


def read(body: bytes, *, start: datetime = START, days: float = 7, zone: str = "Asia/Tokyo", timer=None) -> Finding:
    reading = Reading(zone=ZoneInfo(zone), now=NOW, timer=timer or (lambda: 0.0))
    return reading.read(body, Timespan(start, start + timedelta(days=days)))


def said(finding: Finding) -> list[str]:
    """Write what was found as ``day hour:minute-hour:minute type`` in UTC."""
    periods = sorted(finding.free_busy.periods, key=lambda period: period.span)
    return [f"{p.span.start:%d %H:%M}-{p.span.end:%d %H:%M} {p.fb_type.value}" for p in periods]


TEN_TO_ELEVEN = ("DTSTART;TZID=Asia/Tokyo:20261201T100000", "DTEND;TZID=Asia/Tokyo:20261201T110000")
AT_ONE = "01 01:00-01 02:00"


@pytest.mark.parametrize(
    ("lines", "fb_type"),
    [
        ((), "BUSY"),
        (("TRANSP:OPAQUE",), "BUSY"),
        (("TRANSP:TRANSPARENT",), None),
        (("TRANSP:TRANSLUCENT",), "X-UNKNOWN"),
        (("STATUS:CONFIRMED",), "BUSY"),
        (("STATUS:TENTATIVE",), "BUSY-TENTATIVE"),
        (("STATUS:CANCELLED",), None),
        (("STATUS:TENTATIVE", "TRANSP:TRANSPARENT"), None),
        (("X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE", "STATUS:CONFIRMED"), "BUSY-TENTATIVE"),
        (("X-MICROSOFT-CDO-BUSYSTATUS:OOF",), "BUSY-UNAVAILABLE"),
        (("X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE",), "X-WORKING-ELSEWHERE"),
        (("X-MICROSOFT-CDO-BUSYSTATUS:FREE", "TRANSP:TRANSPARENT"), None),
        (("X-MICROSOFT-CDO-BUSYSTATUS:HYBRID",), "X-UNKNOWN"),
        (("BEGIN:VALARM", "TRIGGER:-PT5M", "DURATION:PT9H", "STATUS:CANCELLED", "END:VALARM"), "BUSY"),
    ],
)
def test_what_an_event_counts_as(lines: tuple[str, ...], fb_type: str | None) -> None:
    assert said(read(feed(event(*TEN_TO_ELEVEN, *lines)))) == ([f"{AT_ONE} {fb_type}"] if fb_type else [])


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("DTSTART:20261201T010000Z", "DTEND:20261201T020000Z"), AT_ONE),
        (("DTSTART:20261201T010000Z", "DURATION:PT1H"), AT_ONE),
        (("DTSTART:20261201T100000", "DTEND:20261201T110000"), AT_ONE),
        (("DTSTART;TZID=Tokyo Standard Time:20261201T100000", "DURATION:PT1H"), AT_ONE),
        (("DTSTART;TZID=/example.org/20250101/Asia/Tokyo:20261201T100000", "DURATION:PT1H"), AT_ONE),
        (('DTSTART;X-A="b;c:d";TZID="Asia/Tokyo":20261201T100000', "DURATION:PT1H"), AT_ONE),
        (("DTSTART;TZID=Customized Time Zone:20261201T020000", "DURATION:PT1H"), AT_ONE),
        (("DTSTART;TZID=America/New_York:20261130T200000", "DTEND;TZID=Asia/Tokyo:20261201T110000"), AT_ONE),
        (("DTSTART;VALUE=DATE:20261201", "DTEND;VALUE=DATE:20261202"), "30 15:00-01 15:00"),
        (("DTSTART;VALUE=DATE:20261201",), "30 15:00-01 15:00"),
        (("DTSTART:20261201", "DTEND:20261203"), "30 15:00-02 15:00"),
        (("DTSTART;VALUE=DATE:20261201", "DURATION:P2D"), "30 15:00-02 15:00"),
        (("DTSTART;VALUE=DATE:20261120", "DTEND;VALUE=DATE:20261202"), "29 15:00-01 15:00"),
        (("DTSTART:20261201T010000Z",), None),
        (("DTSTART:20261201T020000Z", "DTEND:20261201T010000Z"), AT_ONE),
    ],
)
def test_when_an_event_is(lines: tuple[str, ...], expected: str | None) -> None:
    finding = read(feed(ODD_ZONE, event(*lines)))
    assert said(finding) == ([f"{expected} BUSY"] if expected else [])
    assert finding.problem is None


@pytest.mark.parametrize(
    ("lines", "days"),
    [
        (("RRULE:FREQ=DAILY",), [30, 1, 2, 3, 4, 5, 6]),
        (("RRULE:FREQ=WEEKLY;BYDAY=MO,WE",), [30, 2]),
        (("RRULE:FREQ=DAILY;COUNT=30",), [30]),
        (("RRULE:FREQ=DAILY;UNTIL=20261202T010000Z",), [30, 1, 2]),
        (("RRULE:FREQ=DAILY;UNTIL=20261202T005959Z",), [30, 1]),
        (("RRULE:FREQ=DAILY;UNTIL=20261202T100000",), [30, 1, 2]),
        (("RRULE:FREQ=DAILY;UNTIL=20261202",), [30, 1, 2]),
        (("RRULE:FREQ=MONTHLY;BYDAY=1TU",), [1]),
        (("RRULE:FREQ=WEEKLY", "EXDATE;TZID=Asia/Tokyo:20261206T100000"), []),
        (("RRULE:FREQ=DAILY", "EXDATE:20261201T010000Z,20261202T010000Z"), [30, 3, 4, 5, 6]),
        (("RDATE;TZID=Asia/Tokyo:20261203T100000",), [3]),
        (("RRULE:FREQ=MONTHLY;BYMONTHDAY=31",), []),
    ],
)
def test_how_an_event_comes_back(lines: tuple[str, ...], days: list[int]) -> None:
    first = ("DTSTART;TZID=Asia/Tokyo:20261101T100000", "DTEND;TZID=Asia/Tokyo:20261101T110000")
    body = feed(event(*first, *lines))
    assert said(read(body)) == sorted([f"{day:02} 01:00-{day:02} 02:00 BUSY" for day in days], key=_by_day)


def _by_day(text: str) -> int:
    return (int(text[:2]) + 1) % 31


def test_single_occurrences_can_be_moved_and_called_off() -> None:
    master = event("DTSTART:20261101T010000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY")
    moved = event("RECURRENCE-ID:20261201T010000Z", "DTSTART:20261201T050000Z", "DURATION:PT30M")
    off = event("RECURRENCE-ID:20261202T010000Z", "DTSTART:20261202T010000Z", "DURATION:PT1H", "STATUS:CANCELLED")
    found = said(read(feed(master, moved, off)))
    assert [line for line in found if line.startswith(("01", "02"))] == ["01 05:00-01 05:30 BUSY"]
    assert len(found) == 6


def test_an_occurrence_moved_into_the_window_from_far_away_is_there() -> None:
    master = event("DTSTART:20260101T010000Z", "DURATION:PT1H", "RRULE:FREQ=YEARLY")
    moved = event("RECURRENCE-ID:20260101T010000Z", "DTSTART:20261201T010000Z", "DURATION:PT1H")
    assert said(read(feed(master, moved))) == [f"{AT_ONE} BUSY"]


def test_all_day_events_come_back_by_the_calendar() -> None:
    days = event("DTSTART;VALUE=DATE:20261116", "DTEND;VALUE=DATE:20261117", "RRULE:FREQ=WEEKLY;UNTIL=20261130")
    assert said(read(feed(days))) == ["29 15:00-30 15:00 BUSY"]


def test_two_events_that_claim_one_name_are_both_there() -> None:
    other = ("DTSTART:20261202T010000Z", "DURATION:PT1H")
    assert said(read(feed(event(*TEN_TO_ELEVEN), event(*other)))) == [f"{AT_ONE} BUSY", "02 01:00-02 02:00 BUSY"]
    weekly = ("RRULE:FREQ=WEEKLY",)
    assert len(said(read(feed(event(*TEN_TO_ELEVEN, *weekly), event(*other, *weekly))))) == 2


@pytest.mark.parametrize("name", ["Europe/Berlin", "W. Europe Standard Time", "Customized Time Zone"])
def test_the_clock_on_the_wall_is_kept_when_the_clocks_change(name: str) -> None:
    weekly = event(f"DTSTART;TZID={name}:20261013T100000", f"DTEND;TZID={name}:20261013T110000", "RRULE:FREQ=WEEKLY")
    found = said(read(feed(ODD_ZONE, weekly), start=datetime(2026, 10, 18, tzinfo=UTC), days=14))
    assert found == ["20 08:00-20 09:00 BUSY", "27 09:00-27 10:00 BUSY"]


def test_a_length_is_exact_when_the_clocks_change_and_a_day_is_a_day() -> None:
    start = datetime(2027, 3, 27, tzinfo=UTC)
    hours = event("DTSTART;TZID=Europe/Berlin:20270327T230000", "DURATION:PT8H", "RRULE:FREQ=DAILY;COUNT=1")
    days = event("DTSTART;TZID=Europe/Berlin:20270327T230000", "DURATION:P1D")
    wall = event("DTSTART;TZID=Europe/Berlin:20270327T230000", "DTEND;TZID=Europe/Berlin:20270328T070000")
    assert said(read(feed(hours), start=start)) == ["27 22:00-28 06:00 BUSY"]
    assert said(read(feed(days), start=start)) == ["27 22:00-28 21:00 BUSY"]
    assert said(read(feed(wall), start=start)) == ["27 22:00-28 05:00 BUSY"]


def test_a_time_that_the_clocks_skip_is_read_as_one_hour_later() -> None:
    skipped = event("DTSTART;TZID=Europe/Berlin:20270328T023000", "DURATION:PT1H")
    assert said(read(feed(skipped), start=datetime(2027, 3, 27, tzinfo=UTC))) == ["28 01:30-28 02:30 BUSY"]


def test_two_feeds_that_call_different_zones_the_same_do_not_mix() -> None:
    def zone(offset: str) -> str:
        lines = ["BEGIN:STANDARD", "DTSTART:19700101T000000", f"TZOFFSETFROM:{offset}", f"TZOFFSETTO:{offset}"]
        return "\n".join(["BEGIN:VTIMEZONE", "TZID:Ours", *lines, "END:STANDARD", "END:VTIMEZONE"])

    local = event("DTSTART;TZID=Ours:20261201T100000", "DURATION:PT1H")
    assert said(read(feed(zone("+0900"), local))) == ["01 01:00-01 02:00 BUSY"]
    assert said(read(feed(zone("-0500"), local))) == ["01 15:00-01 16:00 BUSY"]
    assert read(feed(zone("+0900"), zone("-0500"), local)).problem is Problem.UNREADABLE


def test_times_without_a_zone_are_meant_where_the_feed_says() -> None:
    floating = event("DTSTART:20261201T100000", "DURATION:PT1H", "RRULE:FREQ=YEARLY")
    assert said(read(feed(floating, head="X-WR-TIMEZONE:Europe/Berlin"))) == ["01 09:00-01 10:00 BUSY"]
    assert said(read(feed(floating, head="X-WR-TIMEZONE:Nowhere"))) == [f"{AT_ONE} BUSY"]


FROM_TO = ("DTSTART:20261129T150000Z", "DTEND:20261206T150000Z")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("FREEBUSY:20261201T010000Z/20261201T020000Z", "BUSY"),
        ("FREEBUSY;FBTYPE=BUSY:20261201T010000Z/PT1H", "BUSY"),
        ("FREEBUSY;FBTYPE=busy-tentative:20261201T010000Z/PT1H", "BUSY-TENTATIVE"),
        ("FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20261201T010000Z/PT1H", "BUSY-UNAVAILABLE"),
        ("FREEBUSY;FBTYPE=X-NEW:20261201T010000Z/PT1H", "BUSY"),
        ("FREEBUSY;FBTYPE=FREE:20261201T010000Z/PT1H", None),
    ],
)
def test_what_a_published_free_busy_says(line: str, expected: str | None) -> None:
    finding = read(feed(free_busy(*FROM_TO, line)))
    assert said(finding) == ([f"{AT_ONE} {expected}"] if expected else [])
    assert finding.problem is None


def test_several_periods_on_a_line_are_several() -> None:
    line = "FREEBUSY:20261201T010000Z/PT1H,20261202T010000Z/PT2H"
    assert said(read(feed(free_busy(*FROM_TO, line)))) == [f"{AT_ONE} BUSY", "02 01:00-02 03:00 BUSY"]


@pytest.mark.parametrize(
    ("lines", "unknown"),
    [
        (("DTSTART:20261201T150000Z", "DTEND:20261206T150000Z"), ["29 15:00-01 15:00"]),
        (("DTSTART:20261120T150000Z", "DTEND:20261201T150000Z"), ["01 15:00-06 15:00"]),
        (("DTSTART:20270120T150000Z", "DTEND:20270201T150000Z"), ["29 15:00-06 15:00"]),
        ((), ["29 15:00-06 15:00"]),
        (("DTSTART:20261120T150000Z",), ["29 15:00-06 15:00"]),
    ],
)
def test_where_a_published_free_busy_says_nothing_is_unknown(lines: tuple[str, ...], unknown: list[str]) -> None:
    finding = read(feed(free_busy(*lines)))
    assert said(finding) == [f"{span} X-UNKNOWN" for span in unknown]
    assert finding.problem is Problem.UNREADABLE


def test_two_published_free_busies_cover_what_either_does() -> None:
    first = free_busy("DTSTART:20261120T000000Z", "DTEND:20261202T000000Z")
    second = free_busy("DTSTART:20261203T000000Z", "DTEND:20261220T000000Z")
    assert said(read(feed(first, second))) == ["02 00:00-03 00:00 X-UNKNOWN"]


@pytest.mark.parametrize(
    ("part", "stale"),
    [
        (free_busy(*FROM_TO, stamp="DTSTAMP:20261116T020000Z"), False),
        (free_busy(*FROM_TO, stamp="DTSTAMP:20261115T000000Z"), True),
        (event(*TEN_TO_ELEVEN).replace(STAMP, "DTSTAMP:20261020T000000Z"), False),
        (event(*TEN_TO_ELEVEN).replace(STAMP, "DTSTAMP:20261001T000000Z"), True),
        (event(*TEN_TO_ELEVEN).replace(STAMP, "DTSTAMP:20200101T000000Z\nLAST-MODIFIED:20261101T000000Z"), False),
        (event(*TEN_TO_ELEVEN).replace(STAMP, "SEQUENCE:3"), False),
    ],
)
def test_a_feed_that_is_no_longer_made_is_not_believed(part: str, stale: bool) -> None:
    finding = read(feed(part))
    assert (finding.problem is Problem.STALE) is stale
    assert (finding.free_busy == all_unknown(finding.free_busy.window)) is stale


WRONG = {
    "nothing": b"",
    "a page": b"<html>Sign in</html>",
    "something else": b"BEGIN:VCARD\r\nEND:VCARD\r\n",
    "cut short": feed(event(*TEN_TO_ELEVEN))[:-40],
    "without an end": feed(event(*TEN_TO_ELEVEN)).replace(b"END:VCALENDAR", b""),
    "in the wrong order": feed(event(*TEN_TO_ELEVEN)).replace(b"END:VEVENT", b"END:VTODO"),
    "empty": feed(),
    "no start": feed(event("DTEND:20261201T020000Z")),
    "two starts": feed(event("DTSTART:20261201T010000Z", "DTSTART:20261202T010000Z", "DURATION:PT1H")),
    "a time of words": feed(event("DTSTART:tomorrow", "DURATION:PT1H")),
    "a time that does not exist": feed(event("DTSTART:20261301T010000Z", "DURATION:PT1H")),
    "a zone nobody knows": feed(event("DTSTART;TZID=Nowhere:20261201T010000", "DURATION:PT1H")),
    "a zone that is not defined": feed(ODD_ZONE, event("DTSTART;TZID=Other:20261201T010000", "DURATION:PT1H")),
    "a zone with a path": feed(event("DTSTART;TZID=../../etc/passwd:20261201T010000", "DURATION:PT1H")),
    "a rule of seconds": feed(event(*TEN_TO_ELEVEN, "RRULE:FREQ=SECONDLY")),
    "a rule of hours": feed(event(*TEN_TO_ELEVEN, "RRULE:FREQ=HOURLY")),
    "a rule of many minutes": feed(
        event(*TEN_TO_ELEVEN, "RRULE:FREQ=DAILY;BYMINUTE=" + ",".join(str(number) for number in range(60)))
    ),
    "a rule that never moves": feed(event(*TEN_TO_ELEVEN, "RRULE:FREQ=DAILY;INTERVAL=0")),
    "a rule that looks in vain": feed(event(*TEN_TO_ELEVEN, "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30")),
    "a rule that looks for a place": feed(event(*TEN_TO_ELEVEN, "RRULE:FREQ=DAILY;BYSETPOS=2")),
    "a rule from the year one": feed(event("DTSTART:00010101T000000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY")),
    "a rule without a frequency": feed(event(*TEN_TO_ELEVEN, "RRULE:BYDAY=MO")),
    "a rule of words": feed(event(*TEN_TO_ELEVEN, "RRULE:every monday")),
    "a rule of a moon": feed(event(*TEN_TO_ELEVEN, "RRULE:RSCALE=CHINESE;FREQ=YEARLY")),
    "a broken exception": feed(event(*TEN_TO_ELEVEN, "RRULE:FREQ=DAILY", "EXDATE:garbage")),
    "years of another kind": feed(event(*TEN_TO_ELEVEN), head="CALSCALE:HEBREW"),
    "a period of words": feed(free_busy(*FROM_TO, "FREEBUSY:always")),
    "a period that ends first": feed(free_busy(*FROM_TO, "FREEBUSY:20261201T020000Z/20261201T010000Z")),
    "something outside": b"SUMMARY:x\r\n" + feed(event(*TEN_TO_ELEVEN)),
}


@pytest.mark.parametrize("body", WRONG.values(), ids=WRONG)
def test_what_is_not_certain_is_unknown_from_end_to_end(body: bytes) -> None:
    finding = read(body)
    assert finding.free_busy == all_unknown(finding.free_busy.window)
    assert finding.problem is Problem.UNREADABLE


def test_reading_ends_when_it_takes_too_long() -> None:
    ticks = iter(range(0, 100_000, 8))
    finding = read(feed(*(event(*TEN_TO_ELEVEN, uid=str(number)) for number in range(9))), timer=lambda: next(ticks))
    assert finding.problem is Problem.TIMED_OUT
    assert finding.free_busy == all_unknown(finding.free_busy.window)


def test_lines_are_unfolded_and_names_have_no_case() -> None:
    body = feed(event(*TEN_TO_ELEVEN)).replace(b"DTSTART;TZID=Asia/Tokyo", b"dtstart;tzid=Asia\r\n /Tok\r\n\tyo")
    assert said(read(b"\xef\xbb\xbf" + body)) == [f"{AT_ONE} BUSY"]


def test_text_in_another_encoding_hides_nothing() -> None:
    body = feed(event(*TEN_TO_ELEVEN)).replace(BAIT.encode(), "極秘".encode("shift_jis"))
    assert said(read(body)) == [f"{AT_ONE} BUSY"]


def test_nothing_of_a_feed_is_kept_but_its_times() -> None:
    assert BAIT not in repr(read(feed(event(*TEN_TO_ELEVEN, f"STATUS:{BAIT}"))))
