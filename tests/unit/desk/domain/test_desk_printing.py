from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from sekimori.core.confidential import Personal
from sekimori.core.timespan import Timespan
from sekimori.desk.domain.hours import Hours, instant
from sekimori.desk.domain.policy import Language
from sekimori.desk.domain.printing import printed
from sekimori.desk.domain.question import Question

TOKYO = ZoneInfo("Asia/Tokyo")
FIRST, LAST = date(2026, 11, 25), date(2026, 12, 1)


def about(*names: str, last: date = FIRST, hours: tuple[int, int] = (0, 1440), minutes: int = 0) -> Question:
    opens, closes = hours
    return Question(
        name=Personal(names[0]),
        first=FIRST,
        last=last,
        hours=Hours(opens=opens, closes=closes),
        window=Timespan(instant(FIRST, opens, TOKYO), instant(last, closes, TOKYO)),
        others=tuple(map(Personal, names[1:])),
        duration=timedelta(minutes=minutes) if minutes else None,
    )


@pytest.mark.parametrize(
    ("question", "japanese", "english"),
    [
        (about("佐藤"), "佐藤さん 2026年11月25日(水)", "佐藤 Wed 25 Nov 2026"),
        (about("sato"), "Satoさん 2026年11月25日(水)", "Sato Wed 25 Nov 2026"),
        (
            about("佐藤", "鈴木", last=LAST, hours=(720, 1440), minutes=90),
            "佐藤さんと鈴木さん 2026年11月25日(水)〜12月1日(火) 午後 1時間30分",
            "佐藤 and 鈴木 Wed 25 Nov 2026 to Tue 1 Dec 2026 afternoon 1 hour 30 min",
        ),
        (
            about("佐藤", hours=(870, 960), minutes=30),
            "佐藤さん 2026年11月25日(水) 14:30〜16:00 30分",
            "佐藤 Wed 25 Nov 2026 14:30-16:00 30 min",
        ),
        (about("月曜"), "「月曜」さん 2026年11月25日(水)", '"月曜" Wed 25 Nov 2026'),
        (about("may"), "「May」さん 2026年11月25日(水)", '"May" Wed 25 Nov 2026'),
        (about("<@u0sato>"), "<@U0SATO>さん 2026年11月25日(水)", "<@U0SATO> Wed 25 Nov 2026"),
    ],
)
def test_a_question_is_printed_so_that_a_secretary_reads_it_at_a_glance(
    question: Question, japanese: str, english: str
) -> None:
    assert (printed(question, Language.JA), printed(question, Language.EN)) == (japanese, english)
