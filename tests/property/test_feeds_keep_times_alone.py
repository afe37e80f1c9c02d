"""Whatever a feed or Google's answer holds: reading it ends, nothing of its text comes out, doubt is never free."""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sekimori.core.timespan import Timespan
from sekimori.desk.domain.free_busy import all_unknown
from sekimori.desk.providers.google.answer import parse
from sekimori.desk.providers.ics.feed import Reading
from sekimori.desk.providers.ics.lines import FeedUnreadable, calendars_of
from sekimori.desk.providers.ics.normal import normal_text

NOW = datetime(2026, 11, 24, 1, 5, tzinfo=UTC)
WINDOW = Timespan(NOW, NOW + timedelta(days=14))
BAIT = "Bait7"
READING = Reading(zone=ZoneInfo("Asia/Tokyo"), now=NOW, timer=lambda: 0.0)

texts = st.text(max_size=12).map(lambda text: f"{BAIT}{text}")
stamps = st.sampled_from(
    ["20261126T010000Z", "20261126T030000Z", "20261127T100000", "20261127", "20261301T990000Z", "19700101T000000Z"]
)
NAMES = (
    "SUMMARY LOCATION DESCRIPTION ATTENDEE UID X-ALT-DESC STATUS TRANSP DTSTART DTEND DURATION RRULE EXDATE RDATE "
    "RECURRENCE-ID FREEBUSY TZID X-WR-TIMEZONE BEGIN END"
)
VALUES = (
    "PT1H P1D FREQ=DAILY FREQ=WEEKLY;UNTIL=20261201 FREQ=DAILY;COUNT=3 BUSY TENTATIVE CANCELLED "
    "20261126T010000Z/PT1H VEVENT VALARM VCALENDAR VFREEBUSY VTIMEZONE Asia/Tokyo"
)
names = st.sampled_from(NAMES.split())
values = texts | stamps | st.sampled_from(VALUES.split())
parameters = st.sampled_from(["", "", "", ";VALUE=DATE", ";TZID=Asia/Tokyo", ";FBTYPE=BUSY"]) | texts.map(
    lambda text: f";TZID={text}"
)
lines = st.builds(lambda name, parameter, value: f"{name}{parameter}:{value}", names, parameters, values) | texts
good = st.sampled_from(["DTSTART:20261126T010000Z", "DTEND:20261126T020000Z", "DTSTAMP:20261124T000000Z"])
events = st.lists(good | lines, max_size=8).map(lambda said: ["BEGIN:VEVENT", *said, "END:VEVENT"])
feeds = st.lists(events, max_size=4).map(
    lambda parts: "\r\n".join(["BEGIN:VCALENDAR", *(line for part in parts for line in part), "END:VCALENDAR", ""])
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(feeds)
def test_no_text_of_a_feed_comes_out(feed: str) -> None:
    finding = READING.read(feed.encode("utf-8", "surrogatepass"), WINDOW)
    assert BAIT not in repr(finding)
    if finding.problem is not None:
        assert finding.free_busy.periods
    assert finding.free_busy.window == WINDOW
    assert all(WINDOW.start <= p.span.start and p.span.end <= WINDOW.end for p in finding.free_busy.periods)


@settings(max_examples=200, deadline=None)
@given(st.lists(texts, max_size=6), st.sampled_from(["SUMMARY", "LOCATION", "X-NOTE", "UID", "ATTENDEE;CN=x"]))
def test_no_text_of_an_event_reaches_the_parser(said: list[str], name: str) -> None:
    event = ["BEGIN:VEVENT", "DTSTART:20261126T010000Z", "DURATION:PT1H", *(f"{name}:{text}" for text in said)]
    feed = "\r\n".join(["BEGIN:VCALENDAR", *event, "END:VEVENT", "END:VCALENDAR"])
    try:
        passed_on = normal_text(calendars_of(feed.encode("utf-8", "surrogatepass")), zone="Asia/Tokyo")
    except FeedUnreadable:
        return
    assert BAIT not in passed_on


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_bytes_that_are_no_feed_are_unknown(body: bytes) -> None:
    assert READING.read(body, WINDOW).free_busy == all_unknown(WINDOW)


moments = st.sampled_from(["2026-11-26T01:00:00Z", "2026-11-26T02:00:00+09:00", "2026-11-26T03:00:00"]) | texts
busy = st.lists(st.fixed_dictionaries({"start": moments, "end": moments}, optional={"summary": texts}), max_size=3)
calendars = st.dictionaries(
    st.just("sato@contoso.example") | texts,
    st.fixed_dictionaries({}, optional={"busy": busy, "errors": st.lists(st.fixed_dictionaries({"reason": texts}))}),
    max_size=2,
)


@settings(max_examples=200, deadline=None)
@given(calendars, st.integers(0, 400))
def test_no_text_of_googles_answer_comes_out(said: dict[str, object], cut: int) -> None:
    body = json.dumps({"calendars": said, "kind": BAIT})
    for answer in (body, body[:cut]):
        finding = parse(answer.encode(), calendars=("sato@contoso.example",), window=WINDOW)
        assert BAIT not in repr(finding)
        assert finding.problem is None or finding.free_busy == all_unknown(WINDOW)
