from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sekimori.core.confidential import Personal
from sekimori.core.timespan import Timespan
from sekimori.desk.domain.free_busy import BusyPeriod, FbType, FreeBusy
from sekimori.desk.domain.hours import Hours
from sekimori.desk.domain.pasted import LONGEST, MOST_TIMES, PastedTime, Unread, mark, read_times
from sekimori.desk.domain.policy import Language

TOKYO = ZoneInfo("Asia/Tokyo")
TODAY = date(2026, 11, 24)  # a Tuesday


def times(text: str) -> list[str]:
    """Read a text; write each time as ``11/25 10:00-11:30`` and what was not understood as its reason."""
    return [said(time) for time in read_times(Personal(text), today=TODAY, zone=TOKYO)]


def said(time: PastedTime) -> str:
    if time.day is None:
        assert time.unread is not None
        return time.unread.value
    ends = (divmod(time.hours.opens, 60), divmod(time.hours.closes, 60))
    return f"{time.day.month}/{time.day.day} " + "-".join(f"{hour}:{minute:02}" for hour, minute in ends)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("11/25 10:00-11:30, 11/26 PM", ["11/25 10:00-11:30", "11/26 12:00-24:00"]),
        ("11/25 10:00-11:30、13:00〜14:00", ["11/25 10:00-11:30", "11/25 13:00-14:00"]),
        ("11/25 10:00-11:00 と 13:00-14:00", ["11/25 10:00-11:00", "11/25 13:00-14:00"]),
        ("11/25(水) 10:00-11:30 定例会議", ["11/25 10:00-11:30"]),
        ("11/25 水 10:00-11:30", ["11/25 10:00-11:30"]),
        ("１１／２５　１０：００～１１：３０", ["11/25 10:00-11:30"]),
        ("11/25 10:00ー11:30", ["11/25 10:00-11:30"]),
        ("12月1日（火）10時〜11時半", ["12/1 10:00-11:30"]),
        ("・12月1日 午後2時から4時まで", ["12/1 14:00-16:00"]),
        ("2026年12月1日 午前", ["12/1 0:00-12:00"]),
        ("明日の午後", ["11/25 12:00-24:00"]),
        ("来週火曜 10-12", ["12/1 10:00-12:00"]),
        ("11/25 10:00以降", ["11/25 10:00-24:00"]),
        ("11/25 10:00から1時間", ["11/25 10:00-11:00"]),
        ("11/30から12/1 9:00-10:00", ["11/30 9:00-10:00", "12/1 9:00-10:00"]),
        ("11/26 終日", ["11/26 0:00-24:00"]),
        ("11/26", ["11/26 0:00-24:00"]),
        ("11/30-12/1 9:00-10:00", ["11/30 9:00-10:00", "12/1 9:00-10:00"]),
        ("1) 11/25 10:00-11:00", ["11/25 10:00-11:00"]),
        ("- 11/25 10:00-11:00", ["11/25 10:00-11:00"]),
        ("Nov 25, 2026 10am-11am", ["11/25 10:00-11:00"]),
        ("Wed, Nov 25 1-2pm", ["11/25 13:00-14:00"]),
        ("Wed Nov 25 11-1pm; Thu, Nov 26 9:30-10", ["11/25 11:00-13:00", "11/26 9:30-10:00"]),
        ("25 Nov 10:00-11:00 and 14:00-15:00", ["11/25 10:00-11:00", "11/25 14:00-15:00"]),
        ("2026-11-25 10:00-11:00", ["11/25 10:00-11:00"]),
        ("Nov 26 all day", ["11/26 0:00-24:00"]),
        ("11/26 AM, PM", ["11/26 0:00-12:00", "11/26 12:00-24:00"]),
        ("tomorrow morning", ["11/25 0:00-12:00"]),
        ("11/25(水)\n10:00-11:00 定例\n\n13:00-14:00", ["11/25 10:00-11:00", "11/25 13:00-14:00"]),
        ("11/25\n11/26\n9:00-10:00", ["11/25 0:00-24:00", "11/26 9:00-10:00"]),
        ("", []),
        (" \n\u200b\n", []),
    ],
)
def test_a_time_is_read_as_it_was_meant(text: str, expected: list[str]) -> None:
    assert times(text) == expected


@pytest.mark.parametrize(
    ("text", "unread"),
    [
        ("10:00-11:00", Unread.NO_DAY),
        ("よろしくお願いします", Unread.NOT_CLEAR),
        ("11/25 10:00", Unread.NOT_CLEAR),
        ("11/25から", Unread.NOT_CLEAR),
        ("11/25まで", Unread.NOT_CLEAR),
        ("from Nov 25", Unread.NOT_CLEAR),
        ("11/25 10:00-", Unread.NOT_CLEAR),
        ("11/25 14:00-13:00", Unread.NOT_CLEAR),
        ("11/25 10:00-11:00 以外", Unread.NOT_CLEAR),
        ("11/25 毎週 10:00-11:00", Unread.NOT_CLEAR),
        ("11/25 10:00-11:00 or 12:00-13:00", Unread.NOT_CLEAR),
        ("11/25(火) 10:00-11:00", Unread.CONTRADICTION),
        ("11/25 火 10:00-11:00", Unread.CONTRADICTION),
        ("Tue, Nov 25 10:00-11:00", Unread.CONTRADICTION),
        ("2/30 10:00-11:00", Unread.NO_SUCH_TIME),
        ("2026-11-25 から 2027-11-20", Unread.TOO_MUCH),
        ("x" * 600, Unread.TOO_MUCH),
        ("x" * (LONGEST + 1), Unread.TOO_MUCH),
    ],
)
def test_what_is_not_clear_is_said_not_to_be(text: str, unread: Unread) -> None:
    assert times(text) == [unread.value]


def test_what_can_be_two_dates_in_english_is_one_in_japanese() -> None:
    text = Personal("12/1 10:00-11:00\n11/25 10:00-11:00")
    japanese = read_times(text, today=TODAY, zone=TOKYO, language=Language.JA)
    english = read_times(text, today=TODAY, zone=TOKYO, language=Language.EN)
    assert [time.day for time in japanese] == [date(2026, 12, 1), date(2026, 11, 25)]
    assert [time.day for time in english] == [None, date(2026, 11, 25)]


def test_a_day_without_a_year_is_the_nearest() -> None:
    assert [time.day for time in read_times(Personal("11/20 10-11\n5/1 10-11"), today=TODAY, zone=TOKYO)] == [
        date(2026, 11, 20),
        date(2027, 5, 1),
    ]


def test_a_time_never_takes_the_day_of_a_line_that_was_not_understood() -> None:
    assert times("11/25 10:00-11:00\n2/30 10:00-11:00\n13:00-14:00") == ["11/25 10:00-11:00", "no_such_time", "no_day"]


def test_a_remark_between_a_day_and_its_times_does_no_harm() -> None:
    assert times("11/25\n9:00-10:00\n社外\n13:00-14:00") == ["11/25 9:00-10:00", "not_clear", "11/25 13:00-14:00"]


def test_a_piece_is_shown_as_it_was_typed_and_cut_off() -> None:
    first, second = read_times(Personal("Nov 25 10am-11am\n" + "あ" * 90), today=TODAY, zone=TOKYO)
    assert first.words.reveal() == "Nov 25 10am-11am"
    assert len(second.words.reveal()) == 60
    assert "あ" not in repr(second)


def test_there_is_an_end_to_it() -> None:
    found = read_times(Personal("11/25 9:00-10:00\n" * 300), today=TODAY, zone=TOKYO)
    assert (len(found), found[-1].unread) == (MOST_TIMES + 1, Unread.TOO_MUCH)


def test_a_time_that_a_clock_change_swallows_is_none() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    (found,) = read_times(Personal("2026-03-29 02:00-03:00"), today=date(2026, 3, 1), zone=berlin)
    assert found.unread is Unread.NO_SUCH_TIME


def test_a_whole_or_half_day_ends_where_the_shared_hours_end() -> None:
    day, morning, late = read_times(Personal("11/25, 11/25 AM, 11/25 19:00-22:00"), today=TODAY, zone=TOKYO)
    shared = Hours(opens=480, closes=1200)
    hours = [
        span and (span.start.astimezone(TOKYO).hour, span.end.astimezone(TOKYO).hour)
        for span in (time.span(TOKYO, shared) for time in (day, morning, late))
    ]
    assert hours == [(8, 20), (8, 12), (19, 22)]


def test_each_time_is_marked_by_the_strongest_that_touches_it() -> None:
    monday = datetime(2026, 11, 30, tzinfo=TOKYO)

    def at(first: float, last: float) -> Timespan:
        return Timespan(monday + timedelta(hours=first), monday + timedelta(hours=last))

    known = FreeBusy(
        window=at(8, 20),
        periods=(
            BusyPeriod(span=at(10, 11), fb_type=FbType.BUSY),
            BusyPeriod(span=at(14, 15), fb_type=FbType.TENTATIVE),
        ),
    )
    spans = [at(9, 10), at(10.5, 12), at(14, 16), at(19, 21)]
    assert mark(spans, known) == (FbType.FREE, FbType.BUSY, FbType.TENTATIVE, FbType.UNKNOWN)
    assert mark(spans[:1], known, buffer=timedelta(minutes=10)) == (FbType.BUSY,)
