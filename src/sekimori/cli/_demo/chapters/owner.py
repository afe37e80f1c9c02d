"""The owner of a calendar pauses it with a command, and opens it again in the app's home."""

from typing import Final

from sekimori.cli._demo.chapters.asking import QUESTION
from sekimori.cli._demo.telling import OWNER, SECRETARY, SECURITY, StepFailed, Telling, actions, written

RESUME: Final = "owner.resume.sato"


async def play(telling: Telling) -> None:
    """Pause, be refused at once, resume, be answered."""
    telling.chapter("本人が止める", "the owner pauses; the very next question is refused")
    await telling.step(lambda: _paused(telling))
    await telling.step(lambda: _resumed(telling))


async def _paused(telling: Telling) -> None:
    before, calls = len(telling.control.messages), len(telling.control.graph_calls)
    await telling.control.command(OWNER, SECURITY, "/sekimori", "pause")
    said = await telling.until(lambda: [m for m in telling.control.messages[before:] if m.visible_to == OWNER])
    if not said:
        raise StepFailed("/sekimori pause was not answered")
    telling.done(f"{OWNER}: /sekimori pause → {said[0].blocks[0]['text']['text']}")
    answer = await telling.refused(SECRETARY, QUESTION)
    if len(telling.control.graph_calls) != calls:
        raise StepFailed("a calendar was read although its owner had paused")
    telling.done(f"直後の質問 ({SECRETARY}: {QUESTION})\n    → {answer.text}")


async def _resumed(telling: Telling) -> None:
    await telling.control.open_home(OWNER)
    home = await telling.until(lambda: _offers(telling, RESUME))
    if not home:
        raise StepFailed("the home does not offer to resume")
    await telling.control.press_home(OWNER, RESUME)
    if not await telling.until(lambda: _offers(telling, "owner.pause.sato")):
        raise StepFailed("resuming in the home did nothing")
    (answer, *_) = await telling.ask(SECRETARY, "佐藤さん 明日")
    if '"table"' not in written(answer.blocks):
        raise StepFailed(f"resumed, and yet: {answer.text}")
    telling.done("アプリのホームで再開する → 次の質問には答える")


def _offers(telling: Telling, action: str) -> list[str]:
    return actions(telling.control.homes.get(OWNER, {}).get("blocks", []), action)
