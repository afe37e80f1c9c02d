"""Somebody of the security channel judges an alert: why, until when, and the same again is recorded and not told."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Final

from sekimori.cli._demo.telling import SECURITY, StepFailed, Telling
from sekimori.sim import world
from sekimori.sim.slack.store import Message

JUDGE: Final = "U0ADMIN"
RULE: Final = "permission_requested"
WHY: Final = "次の版で使う許可を先に申請した"
QUIET_FOR: Final = 2.0


async def play(telling: Telling) -> None:
    """Judge one alert as expected, and see the same request stay quiet."""
    telling.chapter(
        "想定内と判断する", "an alert is judged: recorded first, with a reason and an end, and muted until then"
    )
    await telling.step(lambda: _judged(telling))
    await telling.step(lambda: _muted(telling))


async def _judged(telling: Telling) -> None:
    control = telling.control
    alert = next((message for message in _alerts(telling) if RULE in _shown(message)), None)
    if alert is None:
        raise StepFailed(f"there is no alert of {RULE} to judge")
    await control.press(JUDGE, alert.ts, "alert.expected")
    if not await telling.until(lambda: control.views.get(JUDGE)):
        raise StepFailed("the button opens no modal")
    last = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    await control.submit(JUDGE, {"alert.why": WHY, "alert.until": last})
    if not await telling.until(lambda: WHY in _shown(alert)):
        raise StepFailed("the message does not say who judged it and why")
    telling.done(f"{JUDGE}: 想定内({last} まで)「{WHY}」→ メッセージに、誰が・いつ・なぜ")


async def _muted(telling: Telling) -> None:
    before = len(_alerts(telling))
    await telling.control.detonate(RULE)
    await asyncio.sleep(QUIET_FOR)
    if loud := [message for message in _alerts(telling)[before:] if RULE in _shown(message)]:
        raise StepFailed(f"what was judged was told again: {loud[0].text}")
    telling.done("同じ要求がもう一度 → 記録だけされ、知らせなし")


def _alerts(telling: Telling) -> list[Message]:
    said = telling.control.messages_in(SECURITY, of=world.BOT_USER)
    return [message for message in said if message.visible_to is None]


def _shown(message: Message) -> str:
    return json.dumps(message.blocks, ensure_ascii=False)
