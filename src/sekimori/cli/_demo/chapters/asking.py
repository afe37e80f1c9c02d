"""The secretary asks in the channel, and others are refused."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sekimori.cli._demo.telling import SECRETARY, Telling

JAPAN: Final = ZoneInfo("Asia/Tokyo")
FAR_AHEAD: Final = timedelta(days=100)
COLLEAGUE: Final = "U0OTHER"
THIRD: Final = "U0THIRD"
QUESTION: Final = "佐藤さん 来週"
REFUSALS: Final[Sequence[tuple[str, str, str]]] = (
    (COLLEAGUE, QUESTION, "登録のない同僚が尋ねる"),
    (THIRD, QUESTION, "同じチャンネルにいる第三の会社の人が尋ねる"),
    (SECRETARY, "高橋さん 来週", "実在するが、許可されていない人について尋ねる"),
    (SECRETARY, "山本さん 来週", "存在しない人について尋ねる"),
)


async def play(telling: Telling) -> None:
    """Show a week, then refuse in the same words whatever the reason."""
    telling.chapter("秘書が尋ねる", "the secretary asks")
    await telling.step(lambda: _week(telling))
    telling.chapter("断る", "refusals: the same words, whether the person exists or not")
    far = (datetime.now(JAPAN) + FAR_AHEAD).date()
    beyond = (SECRETARY, f"佐藤さん {far.year}年{far.month}月{far.day}日", "許可された期間の先について尋ねる")
    for user, text, title in (*REFUSALS, beyond):
        await telling.step(lambda u=user, t=text, n=title: _refused(telling, u, t, n))  # type: ignore[misc]


async def _week(telling: Telling) -> None:
    answers = await telling.ask(SECRETARY, QUESTION)
    telling.line(f"{SECRETARY}: @予定の窓口 {QUESTION}")
    for message in answers:
        telling.blocks(message.blocks)
    await telling.picture("week.png", answers[0])


async def _refused(telling: Telling, user: str, text: str, title: str) -> None:
    answer = await telling.refused(user, text)
    telling.done(f"{title} ({user}: {text})\n    → {answer.text}")
