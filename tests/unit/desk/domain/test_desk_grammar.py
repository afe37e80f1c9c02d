from datetime import date
from zoneinfo import ZoneInfo

import pytest

from sekimori.core.confidential import Personal
from sekimori.desk.domain.grammar import read
from sekimori.desk.domain.question import NotUnderstood, Question, Unclear

TODAY = date(2026, 11, 24)  # a Tuesday
NEXT_WEEK = (date(2026, 11, 30), date(2026, 12, 6))


def understood(text: str) -> Question | NotUnderstood:
    return read(Personal(text), today=TODAY, zone=ZoneInfo("Asia/Tokyo"))


def day(month: int, number: int, year: int = 2026) -> tuple[date, date]:
    return date(year, month, number), date(year, month, number)


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("今日", day(11, 24)),
        ("本日", day(11, 24)),
        ("明日", day(11, 25)),
        ("あした", day(11, 25)),
        ("明後日", day(11, 26)),
        ("あさって", day(11, 26)),
        ("昨日", day(11, 23)),
        ("今週", (date(2026, 11, 23), date(2026, 11, 29))),
        ("来週", NEXT_WEEK),
        ("らいしゅう", NEXT_WEEK),
        ("再来週", (date(2026, 12, 7), date(2026, 12, 13))),
        ("先週", (date(2026, 11, 16), date(2026, 11, 22))),
        ("今週金曜", day(11, 27)),
        ("来週の月曜日", day(11, 30)),
        ("次の火曜", day(12, 1)),
        ("火曜", day(11, 24)),
        ("3日後", day(11, 27)),
        ("３日後", day(11, 27)),
        ("2週間後", day(12, 8)),
        ("今月", (date(2026, 11, 1), date(2026, 11, 30))),
        ("来月", (date(2026, 12, 1), date(2026, 12, 31))),
        ("11月25日", day(11, 25)),
        ("１１月２５日（水）", day(11, 25)),
        ("2026年12月1日", day(12, 1)),
        ("令和8年12月1日", day(12, 1)),
        ("12/1", day(12, 1)),
        ("2026-12-01", day(12, 1)),
        ("2026/12/1", day(12, 1)),
        ("1月5日", day(1, 5, 2027)),
        ("11月25日〜11月27日", (date(2026, 11, 25), date(2026, 11, 27))),
        ("11/25から11/27まで", (date(2026, 11, 25), date(2026, 11, 27))),
        ("来週の月曜から金曜", (date(2026, 11, 30), date(2026, 12, 4))),
        ("今週から来週", (date(2026, 11, 23), date(2026, 12, 6))),
    ],
)
def test_japanese_words_for_days(words: str, days: tuple[date, date]) -> None:
    for text in (f"佐藤さん {words}", f"{words} 佐藤さん", f"佐藤さんの{words}の予定を教えてください"):
        question = understood(text)
        assert isinstance(question, Question), text
        assert (question.first, question.last) == days
        assert question.name.reveal() == "佐藤"


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("today", day(11, 24)),
        ("tomorrow", day(11, 25)),
        ("the day after tomorrow", day(11, 26)),
        ("yesterday", day(11, 23)),
        ("this week", (date(2026, 11, 23), date(2026, 11, 29))),
        ("next week", NEXT_WEEK),
        ("the week after next", (date(2026, 12, 7), date(2026, 12, 13))),
        ("last week", (date(2026, 11, 16), date(2026, 11, 22))),
        ("next Tue", day(12, 1)),
        ("Tuesday next week", day(12, 1)),
        ("this Friday", day(11, 27)),
        ("friday", day(11, 27)),
        ("in 3 days", day(11, 27)),
        ("in 2 weeks", day(12, 8)),
        ("Nov 25", day(11, 25)),
        ("November 25th, 2026", day(11, 25)),
        ("25 Nov", day(11, 25)),
        ("2026-12-01", day(12, 1)),
        ("next month", (date(2026, 12, 1), date(2026, 12, 31))),
        ("Nov 25 to Nov 27", (date(2026, 11, 25), date(2026, 11, 27))),
        ("Monday next week to Wednesday", (date(2026, 11, 30), date(2026, 12, 2))),
    ],
)
def test_english_words_for_days(words: str, days: tuple[date, date]) -> None:
    for text in (f"Sato {words}", f"Please show me Sato's schedule for {words}?"):
        question = understood(text)
        assert isinstance(question, Question), text
        assert (question.first, question.last) == days
        assert question.name.reveal() == "sato"


@pytest.mark.parametrize(
    ("words", "hours"),
    [
        ("明日の午後", (720, 1440)),
        ("明日の午前中", (0, 720)),
        ("明日 14:30-16:00", (870, 960)),
        ("明日 14時から16時半", (840, 990)),
        ("明日 午後2時〜4時", (840, 960)),
        ("tomorrow afternoon", (720, 1440)),
        ("tomorrow 10:00 to 12:00", (600, 720)),
    ],
)
def test_words_for_hours(words: str, hours: tuple[int, int]) -> None:
    question = understood(f"佐藤さん {words}")
    assert isinstance(question, Question)
    assert (question.hours.opens, question.hours.closes) == hours


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("佐藤様 来週", "佐藤"),
        ("佐藤 太郎さん 来週", "佐藤 太郎"),
        ("<@U0SATO> 来週", "<@u0sato>"),
        ("明日香さん 明日", "明日香"),
        ("今日子さん 今日", "今日子"),
        ("ＳＡＴＯ　来週", "sato"),
        ("Taro Sato next week", "taro sato"),
        ("佐藤さんは次の水曜空いていますか？", "佐藤"),
        ("佐\u200b藤\u202eさん 来週", "佐藤"),
        ("来週の佐藤部長の都合", "佐藤"),
    ],
)
def test_names_are_what_is_left(text: str, name: str) -> None:
    question = understood(text)
    assert isinstance(question, Question)
    assert question.name.reveal() == name


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("佐藤さん", Unclear.NO_TIME),
        ("来週", Unclear.NO_PERSON),
        ("", Unclear.NO_PERSON),
        ("来週の予定を教えてください", Unclear.NO_PERSON),
        ("佐藤さん 今週と再来週", Unclear.SEVERAL_TIMES),
        ("佐藤さん 2月30日", Unclear.NO_SUCH_DATE),
        ("佐藤さん 13月1日", Unclear.NO_SUCH_DATE),
        ("佐藤さん 9999日後", Unclear.NO_SUCH_DATE),
        ("佐藤さん 11月27日から11月25日", Unclear.NO_SUCH_DATE),
        ("佐藤さん 来週" + "x" * 40_000, Unclear.TOO_LONG),
    ],
)
def test_what_is_not_clear_is_not_guessed(text: str, reason: Unclear) -> None:
    answer = understood(text)
    assert isinstance(answer, NotUnderstood)
    assert answer.reason is reason


def test_several_times_are_offered_back() -> None:
    answer = understood("佐藤さん 今週と再来週")
    assert isinstance(answer, NotUnderstood)
    assert answer.candidates == ("今週", "再来週")
