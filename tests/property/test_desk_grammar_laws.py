"""Laws of the grammar: whatever is typed has an answer, and a printed date is read back as itself."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from sekimori.core.confidential import Personal
from sekimori.desk.domain.grammar import read
from sekimori.desk.domain.question import NotUnderstood, Question

TOKYO = ZoneInfo("Asia/Tokyo")
todays = st.dates(min_value=date(2024, 1, 1), max_value=date(2035, 12, 31))
words = "佐藤 さん 来週 今週 の 午後 から まで 11月25日 12/1 14:00 〜 16:00 Sato next week Friday 日後 令和 元 年 9 -"
pieces = st.sampled_from(words.split())


@given(
    st.text(max_size=600) | st.lists(pieces, max_size=12).map(" ".join) | st.lists(pieces, max_size=12).map("".join),
    todays,
)
def test_whatever_is_typed_has_an_answer(text: str, today: date) -> None:
    answer = read(Personal(text), today=today, zone=TOKYO)
    if isinstance(answer, Question):
        assert answer.first <= answer.last
        assert answer.window.start < answer.window.end
        assert answer.name.reveal()
    else:
        assert isinstance(answer, NotUnderstood)


@given(todays, st.integers(min_value=0, max_value=180), st.integers(min_value=0, max_value=60))
def test_a_printed_date_is_read_back_as_itself(today: date, ahead: int, long: int) -> None:
    first = today + timedelta(days=ahead)
    last = first + timedelta(days=long)

    def ja(day: date) -> str:
        return f"{day.year}年{day.month}月{day.day}日"

    def en(day: date) -> str:
        return f"{day.strftime('%B')} {day.day}, {day.year}"

    for text in (
        f"佐藤さん {ja(first)}から{ja(last)}",
        f"佐藤さん {first.isoformat()}〜{last.isoformat()}",
        f"Sato {en(first)} to {en(last)}",
    ):
        answer = read(Personal(text), today=today, zone=TOKYO)
        assert isinstance(answer, Question)
        assert (answer.first, answer.last) == (first, last)


@given(todays, st.integers(min_value=0, max_value=180))
def test_a_date_without_its_year_is_the_nearest_to_come(today: date, ahead: int) -> None:
    day = today + timedelta(days=ahead)
    answer = read(Personal(f"佐藤さん {day.month}月{day.day}日"), today=today, zone=TOKYO)
    assert isinstance(answer, Question)
    assert answer.first == day
