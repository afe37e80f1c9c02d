"""How several calendars look: lines, blocks and pictures, from the real use case."""

import io
import itertools
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

from sekimori.audit.memory import MemoryAuditLog
from sekimori.core.confidential import Personal
from sekimori.core.ids import ChannelId, EntryId, PartnerId, PersonId, TeamId, UserId
from sekimori.core.timespan import Timespan
from sekimori.desk.domain.ask import Asking, Desk
from sekimori.desk.domain.asker import Actor, Place
from sekimori.desk.domain.choice import Choice
from sekimori.desk.domain.coordinate import Coordinator
from sekimori.desk.domain.coordinated import CollisionsShown, NothingRead, PastedShown, TogetherShown
from sekimori.desk.domain.disclosure import Precision
from sekimori.desk.domain.free_busy import BusyPeriod, FbType, FreeBusy
from sekimori.desk.domain.hours import Hours
from sekimori.desk.domain.journal import Journal
from sekimori.desk.domain.overlay import CollisionKind
from sekimori.desk.domain.pasted import Unread
from sekimori.desk.domain.policy import Language, PartnerTerms, PersonTerms, Policy, RequesterTerms, Surface
from sekimori.desk.domain.ports import CallJournal, Finding
from sekimori.desk.domain.sources import Sources
from sekimori.desk.domain.working_time import WorkingTime
from sekimori.desk.slack import ink
from sekimori.desk.slack.blocks import LONGEST
from sekimori.desk.slack.overlay_blocks import cut, overlay_list, overlay_words
from sekimori.desk.slack.overlay_lines import unread_lines
from sekimori.desk.slack.overlay_page import OverlayPage, overlay_pages
from sekimori.desk.slack.overlay_picture import draw_overlay
from sekimori.desk.slack.overlay_wording import OVERLAY_WORDINGS
from sekimori.desk.slack.picture import WIDTH
from sekimori.desk.slack.sheets import draw, layouts, words

TOKYO = ZoneInfo("Asia/Tokyo")
NOW = datetime(2026, 11, 24, 1, 5, tzinfo=UTC)
MONDAY = datetime(2026, 11, 30, tzinfo=TOKYO)
SECRETARY = Actor(user=UserId("U0SEC"), team=TeamId("T0CONTOSO"))
SHARED = Place(channel=ChannelId("C0SHARED"))
WEEK = Choice(person=PersonId("sato"), first=date(2026, 11, 30), last=date(2026, 12, 6))
NAMES = {
    "sato": ("佐藤", "Sato"),
    "suzuki": ("鈴木", "Suzuki"),
    "ito": ("伊集院光太郎", "Ijuin"),
    "abe": ("阿部", "Abe"),
}


def busy(first: float, last: float, fb_type: FbType = FbType.BUSY, day: int = 0) -> BusyPeriod:
    start = MONDAY + timedelta(days=day)
    return BusyPeriod(span=Timespan(start + timedelta(hours=first), start + timedelta(hours=last)), fb_type=fb_type)


@dataclass
class Kept:
    name: str
    people: dict[str, tuple[BusyPeriod, ...]] = field(default_factory=dict)

    async def free_busy(self, person: PersonId, window: Timespan, journal: CallJournal) -> Finding:
        return Finding(free_busy=FreeBusy(window=window, periods=self.people.get(person, ())))


def coordinator(
    ours: dict[str, tuple[BusyPeriod, ...]],
    theirs: dict[str, tuple[BusyPeriod, ...]] | None = None,
    *,
    language: Language = Language.JA,
    precision: Precision = Precision.TYPED,
    working: WorkingTime | None = None,
) -> Coordinator:
    numbers = itertools.count(1)
    journal = Journal(MemoryAuditLog(clock=lambda: NOW, new_id=lambda: EntryId(str(next(numbers)))))
    hours = Hours(opens=480, closes=1200)
    people = tuple(
        PersonTerms(person=PersonId(key), names=names, precision=precision, horizon_days=42, hours=hours)
        for key, names in NAMES.items()
    )
    contoso = PartnerTerms(
        partner=PartnerId("contoso"),
        team=TeamId("T0CONTOSO"),
        enterprise=None,
        channels=frozenset({ChannelId("C0SHARED")}),
        answer_in=Surface.THREAD,
        language=language,
        requesters=(RequesterTerms(user=UserId("U0SEC"), may_ask=frozenset(map(PersonId, NAMES))),),
    )
    here, there = Kept("outlook", ours), Kept("google", theirs or {})
    policy = Policy(zone=TOKYO, language=language, people=people, partners=(contoso,))
    return Coordinator(
        desk=Desk(policy=policy, provider=here, journal=journal, clock=lambda: NOW),
        sources=Sources(
            providers={"outlook": here, "google": there},
            ours="outlook",
            also={PersonId(key): ("google",) for key in theirs or {}},
            journal=journal,
        ),
        journal=journal,
        clock=lambda: NOW,
        working=working or WorkingTime(zone=TOKYO),
        language=language,
    )


def colours_of(png: bytes) -> set[str]:
    image = Image.open(io.BytesIO(png)).convert("RGB")
    found = image.getcolors(image.width * image.height) or []
    return {"#{:02X}{:02X}{:02X}".format(*colour) for _count, colour in found}


async def typed(made: Coordinator, text: str) -> tuple[OverlayPage, ...]:
    reply = await made.ask(Asking(actor=SECRETARY, place=SHARED, text=Personal(text)))
    assert isinstance(reply, (TogetherShown, CollisionsShown))
    return overlay_pages(reply)


async def pasted(made: Coordinator, text: str) -> PastedShown | NothingRead:
    reply = await made.compare(Asking(actor=SECRETARY, place=SHARED, choice=WEEK, text=Personal(text)))
    assert isinstance(reply, (PastedShown, NothingRead))
    return reply


async def test_common_free_time_is_said_day_by_day() -> None:
    made = coordinator({"sato": (busy(9, 12),), "suzuki": (busy(13, 15), busy(16, 17, FbType.TENTATIVE))})
    (page,) = await typed(made, "来週、佐藤さんと鈴木さんで1時間")
    assert page.title == "佐藤さんと鈴木さんの空き時間（1時間以上） 11/30(月)–12/4(金)"
    assert page.sections[0].splitlines()[0] == "11/30(月): ○ 15:00–16:00, 17:00–18:00  △ 16:00–17:00"
    assert "昼休み 12:00–13:00" in page.sections[1]
    assert page.labels == ("佐藤", "鈴木")


async def test_the_same_in_english() -> None:
    made = coordinator({"sato": (busy(9, 12),)}, language=Language.EN)
    (page,) = await typed(made, "Sato and Suzuki, next week, 1 hour")
    assert page.title == "Time Sato and Suzuki have free (1 h or more) Mon 11/30–Fri 12/4"
    assert page.sections[0].splitlines()[0] == "Mon 11/30: ○ 13:00–18:00"


async def test_holidays_are_named_and_days_off_left_out() -> None:
    holiday = WorkingTime(zone=TOKYO, holiday=lambda day: "勤労感謝の日" if day.day == 30 else None)
    (page,) = await typed(coordinator({}, working=holiday), "来週、佐藤さんと鈴木さんで1時間")
    assert page.sections[0].splitlines()[0].startswith("12/1(火)")
    (alone,) = await typed(coordinator({}, working=holiday), "11月30日、佐藤さんと鈴木さんで1時間")
    assert alone.days[0].holiday == "勤労感謝の日"
    assert "打ち合わせを入れられる時間帯はありません" in alone.sections[0]


async def test_where_nothing_is_free_that_is_said() -> None:
    (page,) = await typed(coordinator({"sato": (busy(0, 24 * 7),)}), "来週、佐藤さんと鈴木さんで1時間")
    assert page.sections[0] == OVERLAY_WORDINGS[Language.JA].nothing_free


async def test_collisions_are_listed_with_what_each_side_says() -> None:
    made = coordinator(
        {"sato": (busy(10, 12), busy(14, 15, FbType.TENTATIVE), busy(16, 17))},
        {"sato": (busy(11, 13), busy(14, 15), busy(16, 17, FbType.UNKNOWN))},
    )
    (page,) = await typed(made, "佐藤さん 来週の衝突")
    assert page.remarks[0] == "重なりが2件あります。"
    assert "佐藤さんの貴社のカレンダー" in page.remarks[1]
    assert page.sections[0].splitlines() == [
        "✕ 11/30(月) 11:00–12:00 重なっています (当方 予定あり / 貴社 予定あり)",
        "△ 11/30(月) 14:00–15:00 重なるかもしれません (当方 仮の予定 / 貴社 予定あり)",
        "？ 11/30(月) 16:00–17:00 重なるか不明です (当方 予定あり / 貴社 不明)",
    ]
    assert page.sections[1].splitlines()[0] == OVERLAY_WORDINGS[Language.JA].free


async def test_no_collision_and_not_known_are_not_the_same() -> None:
    words = OVERLAY_WORDINGS[Language.JA]
    (none,) = await typed(coordinator({"sato": (busy(9, 10),)}, {"sato": (busy(10, 11),)}), "佐藤さん 来週の衝突")
    (unknown,) = await typed(
        coordinator({"sato": (busy(9, 10),)}, {"sato": (busy(8, 20, FbType.UNKNOWN),)}), "佐藤さん 来週の衝突"
    )
    assert none.remarks[0] == words.no_collision
    assert unknown.remarks[0] == words.none_certain


async def test_too_little_time_between_is_said_around_the_time() -> None:
    working = WorkingTime(zone=TOKYO, buffer=timedelta(minutes=15))
    made = coordinator({"sato": (busy(9, 10),)}, {"sato": (busy(10, 11),)}, working=working)
    (page,) = await typed(made, "佐藤さん 来週の衝突")
    assert page.sections[0] == "△ 11/30(月) 10:00ごろ 間が短すぎます"
    assert "前後に15分をあけています" in page.sections[-1]


async def test_a_weekend_is_shown_where_something_collides_on_it() -> None:
    made = coordinator({"sato": (busy(9, 10, day=5),)}, {"sato": (busy(9, 10, day=5),)})
    (page,) = await typed(made, "佐藤さん 来週の衝突")
    assert [day.date.day for day in page.days] == [30, 1, 2, 3, 4, 5]


async def test_less_precision_is_explained() -> None:
    made = coordinator({"sato": (busy(9, 10),)}, {"sato": ()}, precision=Precision.DAY_PART)
    (page,) = await typed(made, "佐藤さん 来週の衝突")
    assert OVERLAY_WORDINGS[Language.JA].by_part in page.remarks


async def test_each_pasted_line_has_its_mark_or_its_reason() -> None:
    made = coordinator({"sato": (busy(14, 15), busy(15, 16, FbType.TENTATIVE, day=1))})
    reply = await pasted(
        made, "11/30 14:00-15:00, 16:00-17:00\n12/1 PM\n12/2\n11/20 9:00-10:00\n12/2(月) 9:00-10:00\n<!channel> *やあ*"
    )
    assert isinstance(reply, PastedShown)
    (page,) = overlay_pages(reply)
    assert page.sections == (
        "\n".join(
            (
                "✕ 11/30(月) 14:00–15:00 予定あり",
                "○ 11/30(月) 16:00–17:00 空き",
                "△ 12/1(火) 午後 仮の予定",
                "○ 12/2(水) 終日 空き",
                "– 11/20(金) 9:00–10:00 過ぎています",
                "― 「12/2(月) 9:00-10:00」 日付と曜日が合いません",
                "― 「<!channel> *やあ*」 時間として読み取れませんでした",
            )
        ),
    )
    assert all(block["text"]["type"] == "plain_text" for block in overlay_list(page) if "text" in block)


async def test_pasted_lines_of_no_use_are_said_one_by_one() -> None:
    reply = await pasted(coordinator({}), "やあ\n2/30 10:00-11:00")
    assert isinstance(reply, NothingRead)
    assert unread_lines(reply) == (
        "― 「やあ」 時間として読み取れませんでした",
        "― 「2/30 10:00-11:00」 その日時は暦にありません",
    )


async def test_weeks_are_pages() -> None:
    found = await typed(coordinator({}), "11月27日から12月8日、佐藤さんと鈴木さんで1時間")
    assert [(p.days[0].date.day, p.days[-1].date.day) for p in found] == [(27, 27), (30, 4), (7, 8)]


@pytest.mark.parametrize(
    "text",
    [
        "来週、佐藤さんと鈴木さんで1時間",
        "来週、佐藤さんと鈴木さんと阿部さんと伊集院光太郎さんで1時間",
        "佐藤さん 来週月曜 1時間",
        "佐藤さん 来週の衝突",
    ],
)
async def test_a_picture_is_as_wide_as_a_phone_likes_and_says_in_words_what_it_shows(text: str) -> None:
    periods = {key: (busy(9, 10.5), busy(13, 14, FbType.TENTATIVE, day=2)) for key in NAMES}
    (page,) = await typed(coordinator(periods, {"sato": (busy(10, 11), busy(13, 14, day=2))}), text)
    image = Image.open(io.BytesIO(draw(page)))
    assert image.format == "PNG"
    assert image.width == WIDTH
    assert overlay_words(page) == words(page)
    assert words(page).splitlines()[0] == page.title


async def test_calendars_whose_names_do_not_fit_are_numbered() -> None:
    (page,) = await typed(coordinator({}), "来週、佐藤さんと伊集院光太郎さんで1時間")
    assert draw_overlay(page) != b""
    (short,) = await typed(coordinator({}), "来週、佐藤さんと阿部さんで1時間")
    tall, low = (Image.open(io.BytesIO(draw_overlay(p))).height for p in (page, short))
    assert tall > low, "a line says who is who"


async def test_names_of_six_letters_still_stand_over_their_columns() -> None:
    made = coordinator({}, language=Language.EN)
    pages = [(await typed(made, f"Sato and {name} next week 1 hour"))[0] for name in ("Suzuki", "Abe")]
    heights = {Image.open(io.BytesIO(draw_overlay(page))).height for page in pages}
    assert len(heights) == 1


async def test_a_certain_collision_and_free_time_are_framed() -> None:
    (page,) = await typed(coordinator({"sato": (busy(9, 18),)}, {"sato": (busy(9, 18),)}), "佐藤さん 11月30日の衝突")
    colours = {colour for _count, colour in Image.open(io.BytesIO(draw_overlay(page))).convert("RGB").getcolors(10**6)}
    assert {(0x11, 0x18, 0x27), (0xFF, 0xD2, 0x3F)} <= colours
    (free,) = await typed(coordinator({}), "佐藤さん 11月30日 1時間")
    colours = {colour for _count, colour in Image.open(io.BytesIO(draw_overlay(free))).convert("RGB").getcolors(10**6)}
    assert (0x14, 0x67, 0x3F) in colours
    assert (0xFF, 0xD2, 0x3F) not in colours


async def test_free_time_that_is_spent_elsewhere_has_the_mark_of_its_frame_alone() -> None:
    elsewhere = busy(17, 18, FbType.WORKING_ELSEWHERE)
    (page,) = await typed(
        coordinator({"sato": (elsewhere,), "suzuki": ()}), "佐藤さんと鈴木さん 来週月曜の17時から18時 1時間"
    )
    assert page.days[0].free
    assert colours_of(draw_overlay(page)).isdisjoint({ink.INKS[FbType.WORKING_ELSEWHERE].mark})


async def test_a_legend_without_frames_leaves_no_room_for_them() -> None:
    ours = {"sato": (busy(0, 24 * 7, FbType.BUSY),), "suzuki": ()}
    (full,) = await typed(coordinator(ours), "佐藤さんと鈴木さん 来週 1時間")
    (open_,) = await typed(coordinator({"sato": (), "suzuki": ()}), "佐藤さんと鈴木さん 来週 1時間")
    heights = [Image.open(io.BytesIO(draw_overlay(page))).height for page in (full, open_)]
    assert heights[0] < heights[1]


async def test_an_empty_page_has_words_and_no_picture() -> None:
    (page,) = await typed(coordinator({}), "佐藤さん 明日 21:00-23:00 1時間")
    assert page.empty
    with pytest.raises(ValueError, match="no hour"):
        draw_overlay(page)
    made = layouts(page)[0]()
    assert "打ち合わせを入れられる時間帯はありません" in str(made)


def test_long_sections_are_cut_at_the_ends_of_lines() -> None:
    text = "\n".join(f"line {number}" for number in range(900))
    pieces = list(cut(text, LONGEST["section"]))
    assert all(len(piece) <= LONGEST["section"] for piece in pieces)
    assert "\n".join(pieces) == text


@pytest.mark.parametrize("language", list(Language))
def test_everything_has_words_in_both_languages(language: Language) -> None:
    words = OVERLAY_WORDINGS[language]
    assert set(words.kinds) == set(words.short_kinds) == set(CollisionKind)
    assert set(words.unread) == set(Unread)
    assert words.length(timedelta(minutes=90)) in {"1時間30分", "1 h 30 min"}


def test_words_break_at_spaces_and_japanese_anywhere() -> None:
    assert ink.wrapped("aaa bbb", 30, "Regular", 70) == ["aaa", "bbb"]
    assert len(ink.wrapped("あ" * 10, 30, "Regular", 100)) == 4
