"""Calendars laid over each other: two people's free time, one person's two calendars."""

from typing import Final

from sekimori.cli._demo.telling import SECRETARY, StepFailed, Telling, written

COMMON: Final = "来週、佐藤さんと鈴木さんで1時間"
COLLISIONS: Final = "佐藤さん 来週の衝突"


async def play(telling: Telling) -> None:
    """Find common free time and collisions."""
    telling.chapter("二人の空き時間", "common free time of two people")
    await telling.step(lambda: _found(telling, COMMON, "空き時間", "common.png"))
    telling.chapter("予定の重なり", "collisions between the same person's calendars in A and B")
    await telling.step(lambda: _found(telling, COLLISIONS, "重なっています", "collisions.png"))
    await telling.step(lambda: _both_read(telling))


async def _found(telling: Telling, question: str, word: str, picture: str) -> None:
    telling.line(f"{SECRETARY}: @予定の窓口 {question}")
    answers = await telling.ask(SECRETARY, question)
    blocks = [block for message in answers for block in message.blocks]
    telling.blocks(blocks)
    if word not in written(blocks):
        raise StepFailed(f"the reply to “{question}” does not say {word}")
    await telling.picture(picture, answers[0])


async def _both_read(telling: Telling) -> None:
    if not telling.control.google_calls:
        raise StepFailed("company A's calendar was not read")
    telling.done("A社の Google カレンダーからは時刻だけを読む")
