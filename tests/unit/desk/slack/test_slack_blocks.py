"""How an answer looks: blocks, words and picture, from the real use case."""

import io
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

from sekimori.core.confidential import Personal
from sekimori.core.timespan import Timespan
from sekimori.desk.domain.ask import Asking, Shown
from sekimori.desk.domain.free_busy import BusyPeriod, FbType
from sekimori.desk.slack import ink
from sekimori.desk.slack.blocks import escaped, list_page, say, table_page, words
from sekimori.desk.slack.picture import WIDTH, draw_page
from sekimori.desk.slack.week import Page, pages
from sekimori.desk.slack.wording import EN, JA, WORDINGS

MONDAY = datetime(2026, 11, 30, tzinfo=ZoneInfo("Asia/Tokyo"))


def period(first: float, last: float, fb_type: FbType = FbType.BUSY) -> BusyPeriod:
    return BusyPeriod(span=Timespan(MONDAY + timedelta(hours=first), MONDAY + timedelta(hours=last)), fb_type=fb_type)


@pytest.fixture
def answered(small_desk, secretary, shared):
    async def answer(*periods: BusyPeriod, text: str = "佐藤さん 来週") -> tuple[Page, ...]:
        asking = Asking(actor=secretary, place=shared, text=Personal(text))
        reply = await small_desk(*periods).desk.ask(asking)
        assert isinstance(reply, Shown)
        return pages(reply)

    return answer


def grid(page: Page) -> list[list[str]]:
    table = next(block for block in table_page(page) if block["type"] == "table")
    return [[cell["text"] for cell in row] for row in table["rows"]]


async def test_a_week_is_a_grid_of_hours_where_halves_agree(answered) -> None:
    (page,) = await answered(period(9, 10))
    rows = grid(page)
    assert rows[0] == [" ", "11/30(月)", "12/1(火)", "12/2(水)", "12/3(木)", "12/4(金)", "12/5(土)", "12/6(日)"]
    assert [row[0] for row in rows[1:]] == [f"{hour}:00" for hour in range(8, 20)]
    assert rows[2] == ["9:00", "✕", *["○"] * 6]


async def test_half_hours_are_rows_where_they_differ(answered) -> None:
    (page,) = await answered(period(9.5, 10))
    assert ["9:30", "✕", *["○"] * 6] in grid(page)
    assert len(grid(page)) == 25


async def test_each_kind_has_its_mark_and_unknown_a_sentence(answered) -> None:
    (page,) = await answered(
        period(9, 10, FbType.TENTATIVE), period(11, 12, FbType.UNKNOWN), period(13, 14, FbType.OUT_OF_OFFICE)
    )
    marks = {row[0]: row[1] for row in grid(page)[1:]}
    assert (marks["9:00"], marks["11:00"], marks["13:00"]) == ("△", "？", "✕ 不在")
    assert JA.some_unknown in page.remarks[0]
    assert "11/30(月): 9:00–10:00 仮の予定, 11:00–12:00 不明, 13:00–14:00 不在" in words(page)


async def test_weeks_are_pages_from_monday_to_sunday(answered) -> None:
    found = await answered(text="佐藤さん 11月27日から12月8日")
    assert [(p.days[0].date.day, p.days[-1].date.day) for p in found] == [(27, 29), (30, 6), (7, 8)]


async def test_the_record_is_named_on_every_page(answered) -> None:
    for page in await answered(text="佐藤さん 11月27日から12月8日"):
        assert "記録 4 · " in table_page(page)[-1]["elements"][0]["text"]


async def test_a_list_says_the_same_without_a_table(answered) -> None:
    (page,) = await answered(period(9, 10))
    lines = next(b for b in list_page(page) if b["type"] == "section")["text"]["text"].splitlines()
    assert lines[0] == "11/30(月): 9:00–10:00 予定あり"
    assert lines[1] == "12/1(火): 終日 空き"


async def test_hours_that_are_over_leave_a_sentence(answered) -> None:
    (page,) = await answered(text="佐藤さん 明日 21:00-22:00")
    assert page.empty
    assert not any(block["type"] == "table" for block in table_page(page))
    assert JA.nothing_left in words(page)
    with pytest.raises(ValueError, match="no hour"):
        draw_page(page)


async def test_all_text_is_plain(answered) -> None:
    (page,) = await answered(period(11, 12, FbType.UNKNOWN))
    for made in (table_page(page), list_page(page), say("<!channel> *x*")):
        assert "mrkdwn" not in str(made)


async def test_the_picture_is_as_wide_as_a_phone_wants_and_shows_each_colour(answered) -> None:
    (page,) = await answered(period(9, 10), period(11, 12, FbType.UNKNOWN), period(13, 14, FbType.TENTATIVE))
    image = Image.open(io.BytesIO(draw_page(page))).convert("RGB")
    assert image.width == WIDTH
    colours = {colour for _count, colour in image.getcolors(1 << 24) or []}
    for fb_type in (FbType.BUSY, FbType.UNKNOWN, FbType.TENTATIVE, FbType.FREE):
        fill = ink.INKS[fb_type].fill
        assert tuple(int(fill[i : i + 2], 16) for i in (1, 3, 5)) in colours


@pytest.mark.parametrize("wording", WORDINGS.values(), ids=str)
def test_the_font_has_every_character_we_write(wording) -> None:
    texts = [wording.title, wording.some_unknown, wording.all_unknown, wording.record, wording.as_of, wording.morning]
    texts += [*wording.because.values(), *wording.kinds.values(), *wording.legend.values(), *wording.weekdays]
    missing = bytes(ink.font(40).getmask("\uffff"))
    for character in {c for text in texts for c in text if not c.isspace()} | set("佐藤鈴木髙﨑–·"):
        assert bytes(ink.font(40).getmask(character)) != missing, character


def test_nothing_escaped_can_mention_or_link() -> None:
    assert escaped("<!channel> <@U1> a&b") == "&lt;!channel&gt; &lt;@U1&gt; a&amp;b"


def test_both_languages_say_everything() -> None:
    assert set(JA.because) == set(EN.because)
    assert set(JA.unclear) == set(EN.unclear)
    assert set(JA.legend) == set(EN.legend)


async def test_a_holiday_is_marked_in_the_grid_and_named_in_words(answered) -> None:
    (page,) = await answered(text="佐藤さん 2026年12月31日から2027年1月2日")
    assert grid(page)[0] == [" ", "12/31(木)", "1/1(金・祝)", "1/2(土)"]
    assert "1/1(金・祝) 元日: 終日 空き" in words(page)
    assert JA.named_day(date(2026, 5, 6)) == "5/6(水・祝) 憲法記念日 振替休日"
    assert EN.headed_day(date(2026, 5, 6)) == "Wed 5/6 (holiday)"
    assert EN.named_day(date(2026, 5, 6)) == "Wed 5/6 (holiday) Constitution Memorial Day (observed)"
    assert EN.named_day(date(2026, 5, 7)) == "Thu 5/7"


async def test_a_holiday_is_red_in_the_picture(answered) -> None:
    (holiday,) = await answered(text="佐藤さん 2027年1月1日")
    (weekday,) = await answered(text="佐藤さん 2026年12月25日")
    assert red_at_the_head(holiday) > 0 == red_at_the_head(weekday)


def red_at_the_head(page: Page) -> int:
    head = Image.open(io.BytesIO(draw_page(page))).convert("RGB").crop((0, 100, WIDTH, 260))
    red = tuple(bytes.fromhex(ink.SUNDAY.removeprefix("#")))
    return sum(count for count, colour in head.getcolors(WIDTH * 160) if colour == red)
