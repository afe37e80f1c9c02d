"""Other ways to ask: in a modal, in a direct message, in words that mean two things."""

from datetime import date, timedelta
from typing import Final

from sekimori.cli._demo.telling import SECRETARY, StepFailed, Telling, actions, texts, written
from sekimori.sim.slack.store import Message

DIRECT: Final = "D0SEC"
AMBIGUOUS: Final = "佐藤さん 来週水曜の3時から5時"


async def play(telling: Telling) -> None:
    """Ask in a modal and turn its page, in a direct message, and ambiguously."""
    telling.chapter("画面で尋ねる", "in a modal, which leaves nothing in company A's channel")
    await telling.step(lambda: _modal(telling))
    telling.chapter("ダイレクトメッセージで尋ねる", "in a direct message")
    await telling.step(lambda: _direct(telling))
    telling.chapter("二通りに読める言葉", "an ambiguous phrase is asked back, never guessed")
    await telling.step(lambda: _ambiguous(telling))


async def _modal(telling: Telling) -> None:
    control, said = telling.control, len(telling.control.messages)
    await control.press(SECRETARY, _with_button(telling).ts, "schedule.open")
    form = await telling.modal(SECRETARY, lambda text: '"submit"' in text)
    weeks = next(b["element"]["options"] for b in form["blocks"] if actions([b], "schedule.week"))
    await control.submit(SECRETARY, {"schedule.person": "sato", "schedule.week": weeks[1]["value"]})
    week = await telling.modal(SECRETARY, lambda text: '"table"' in text)
    telling.done(f"ボタン → 画面 → 送信: {week['blocks'][0]['text']['text']}")
    after = (date.fromisoformat(weeks[1]["value"]) + timedelta(weeks=1)).isoformat()
    await control.press_view(SECRETARY, f"schedule.turn.{after}")
    following = await telling.modal(SECRETARY, lambda text: f"schedule.turn.{weeks[1]['value']}" in text)
    telling.done("「次の週 ▶」:")
    telling.blocks(following["blocks"])
    control.close_view(SECRETARY)
    if len(control.messages) != said:
        raise StepFailed("the modal left a message in a channel")


def _with_button(telling: Telling) -> Message:
    mine = [m for m in telling.control.messages if m.visible_to in {None, SECRETARY}]
    return next(m for m in mine if actions(m.blocks, "schedule.open"))


async def _direct(telling: Telling) -> None:
    (answer, *_) = await telling.ask(SECRETARY, "佐藤さん 明日の午後", DIRECT)
    if answer.channel != DIRECT or '"table"' not in written(answer.blocks):
        raise StepFailed(f"the direct message was not answered with times: {answer.text}")
    telling.done(f"{SECRETARY}: 佐藤さん 明日の午後 → {texts(answer)[0]}")


async def _ambiguous(telling: Telling) -> None:
    calls = len(telling.control.graph_calls)
    (answer, *_) = await telling.ask(SECRETARY, AMBIGUOUS)
    offered = [e for b in answer.blocks for e in b.get("elements", ()) if actions([b], "ask.candidate")]
    if len(offered) < 2 or len(telling.control.graph_calls) != calls:
        raise StepFailed(f"no alternatives to “{AMBIGUOUS}”: {answer.text}")
    telling.line(f"{SECRETARY}: @予定の窓口 {AMBIGUOUS}")
    telling.line("  ".join(f"[{element['text']['text']}]" for element in offered).replace("[", "\\["))
    (chosen, *_) = await telling.tap(SECRETARY, answer, offered[0]["action_id"])
    if '"table"' not in written(chosen.blocks):
        raise StepFailed(f"the alternative was not answered: {chosen.text}")
    telling.done(f"一つ目を押す → {texts(chosen)[0]}")
