"""Laws of the grammar: whatever is typed has an answer, and a printed question is read back as itself."""

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from sekimori.core.confidential import Personal
from sekimori.core.timespan import Timespan
from sekimori.desk.domain.grammar import read
from sekimori.desk.domain.hours import Hours, instant
from sekimori.desk.domain.names import plain
from sekimori.desk.domain.policy import Language
from sekimori.desk.domain.printing import printed
from sekimori.desk.domain.question import NotUnderstood, Question

TOKYO = ZoneInfo("Asia/Tokyo")
NAMES = [
    "佐藤",
    "鈴木",
    "佐藤 太郎",
    "sato",
    "taro sato",
    "明日香",
    "朝倉",
    "さとう",
    "月曜",
    "may",
    "next week",
    "三日月",
    "<@u0sato>",
    "o'brien",
]
WORDS = (  # noqa: SIM905 - words are read more easily without quotation marks
    "佐藤 さん と 鈴木 様 来週 今週 次の 水曜 金曜日 の 午後 から まで 以降 11月25日 12/1 25日 14:00 3時 半 〜 16:00 "
    "1時間 90分 日後 令和 元 年 月末 9 - ( ) 、 / Sato and next week Friday tomorrow at for in days 2pm 30 min Nov "
    "until 以外 <@U0SATO> 「 」"
).split()
todays = st.dates(min_value=date(2024, 1, 1), max_value=date(2035, 12, 31))
languages = st.sampled_from(Language)
phrases = st.one_of(
    st.text(max_size=600),
    st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join),
    st.lists(st.sampled_from(WORDS), max_size=14).map("".join),
)
names = st.sampled_from(NAMES) | st.text(
    st.characters(categories=["Lo", "Ll"], max_codepoint=0x9FFF), min_size=1, max_size=10
).map(plain).filter(lambda name: 0 < len(name) <= 20)


@st.composite
def questions(draw: st.DrawFn) -> Question:
    first = draw(st.dates(min_value=date(2020, 1, 1), max_value=date(2040, 1, 1)))
    last = first + timedelta(days=draw(st.sampled_from([0, 0, 1, 6, 40, 366]) | st.integers(0, 366)))
    opens = draw(st.sampled_from([0, 540, 720]) | st.integers(0, 1439))
    closes = draw(st.sampled_from([720, 1440]).filter(lambda m: m > opens) | st.integers(opens + 1, 1440))
    people = tuple(map(Personal, draw(st.lists(names, min_size=1, max_size=4, unique=True))))
    return Question(
        name=people[0],
        first=first,
        last=last,
        hours=Hours(opens=opens, closes=closes),
        window=Timespan(instant(first, opens, TOKYO), instant(last, closes, TOKYO)),
        others=people[1:],
        duration=draw(st.none() | st.integers(1, 1440).map(lambda minutes: timedelta(minutes=minutes))),
    )


@given(questions(), languages, todays)
def test_a_printed_question_is_read_back_as_itself(question: Question, language: Language, today: date) -> None:
    phrase = printed(question, language)
    assert read(Personal(phrase), today=today, zone=TOKYO) == question, phrase


@given(phrases, todays)
def test_whatever_is_typed_has_an_answer(text: str, today: date) -> None:
    answer = read(Personal(text), today=today, zone=TOKYO)
    if isinstance(answer, Question):
        assert answer.first <= answer.last
        assert answer.window.start < answer.window.end
        assert answer.name.reveal()
    else:
        assert isinstance(answer, NotUnderstood)


@given(phrases, todays, languages)
def test_what_is_understood_can_be_printed_and_read_again(text: str, today: date, language: Language) -> None:
    answer = read(Personal(text), today=today, zone=TOKYO)
    if isinstance(answer, Question):
        again = read(Personal(printed(answer, language)), today=today, zone=TOKYO)
        assert again == answer, printed(answer, language)


@given(phrases, todays)
def test_every_candidate_has_exactly_one_meaning(text: str, today: date) -> None:
    answer = read(Personal(text), today=today, zone=TOKYO)
    if isinstance(answer, NotUnderstood):
        for candidate in answer.candidates:
            assert isinstance(read(Personal(candidate), today=today, zone=TOKYO), Question), candidate


@given(questions(), languages)
def test_a_printed_question_means_the_same_on_every_day(question: Question, language: Language) -> None:
    phrase = printed(question, language)
    days = (question.first - timedelta(days=300), question.first, question.last + timedelta(days=300))
    assert [read(Personal(phrase), today=day, zone=TOKYO) for day in days] == [question] * 3, phrase


@given(todays, st.integers(min_value=0, max_value=180))
def test_a_date_without_its_year_is_the_nearest_to_come(today: date, ahead: int) -> None:
    day = today + timedelta(days=ahead)
    answer = read(Personal(f"佐藤さん {day.month}月{day.day}日"), today=today, zone=TOKYO)
    assert isinstance(answer, Question)
    assert answer.first == day


@given(questions())
def test_people_do_not_change_what_the_time_means(question: Question) -> None:
    alone = replace(question, others=())
    assert read(Personal(printed(alone, Language.JA)), today=question.first, zone=TOKYO) == alone
