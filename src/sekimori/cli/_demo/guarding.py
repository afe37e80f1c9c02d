"""Watches company B's security channel while a technique is carried out."""

import asyncio
import time
from collections.abc import Collection
from typing import Final

from sekimori.cli._demo.telling import SECURITY, StepFailed, Telling, texts
from sekimori.sim import world
from sekimori.sim.slack.store import Message

ALERT_WITHIN: Final = 6.0
"""Seconds until an alert is missed; a sign-in is given two of them, for our own record of it to be written."""
QUIET_FOR: Final = 2.5
"""Seconds that nothing may be told for: as long as a sign-in is given."""


async def attack(telling: Telling, technique_id: str, expected: Collection[str] | None = None) -> None:
    """Carry out an attack; each rule that must tell of it has to, and the seconds are printed.

    ``expected`` are other rules than the technique's own, where not all of them are asked.
    """
    technique = telling.control.techniques[technique_id]
    wanted = set(technique.must_fire if expected is None else expected)
    before, began = seen(telling), time.monotonic()
    await telling.control.detonate(technique_id)
    telling.line(f"[yellow]⚔ {technique.title['ja']}[/yellow] [dim]{technique.title['en']}[/dim]")
    told: dict[str, str] = {}
    await telling.until(
        lambda: _tell_news(telling, before, told, began) and not wanted - _rules(told, wanted), ALERT_WITHIN
    )
    if missing := wanted - _rules(told, wanted):
        raise StepFailed(f"{technique.title['ja']}: no finding of {', '.join(sorted(missing))} in {ALERT_WITHIN:.0f} s")


async def settled(telling: Telling) -> None:
    """Wait until nothing more is told of what was done before."""
    before = seen(telling)
    while True:
        await asyncio.sleep(QUIET_FOR)
        if before == (before := seen(telling)):
            return


async def quiet(telling: Telling, technique_id: str) -> None:
    """Carry out a look-alike; nothing may be told."""
    technique, before = telling.control.techniques[technique_id], seen(telling)
    await telling.control.detonate(technique_id)
    await stays_quiet(telling, before, technique.title["ja"])


async def stays_quiet(telling: Telling, before: dict[str, str], what: str) -> None:
    """Wait a moment; no new alert may come in it. One that was there may still be edited for what was done before."""
    await asyncio.sleep(QUIET_FOR)
    if loud := [message for message in _alerts(telling) if message.ts not in before]:
        raise StepFailed(f"{what}: {' '.join(texts(loud[0])[:2])}")
    telling.done(f"{what}: 知らせなし")


def _tell_news(telling: Telling, before: dict[str, str], told: dict[str, str], began: float) -> bool:
    """Print each alert that is new or was added to, once, with the seconds it took."""
    for message in _alerts(telling):
        said = str(message.blocks)
        if before.get(message.ts) != said and told.get(message.ts) != said:
            seconds = time.monotonic() - began
            telling.line(f"  [green]✓[/green] {seconds:.1f} 秒: {' '.join(texts(message)[:2])}")
            told[message.ts] = said
    return bool(told)


def _rules(told: dict[str, str], wanted: Collection[str]) -> set[str]:
    return {rule for rule in wanted for said in told.values() if rule in said}


def seen(telling: Telling) -> dict[str, str]:
    """Return what the security channel shows, by message."""
    return {message.ts: str(message.blocks) for message in _alerts(telling)}


def _alerts(telling: Telling) -> list[Message]:
    said = telling.control.messages_in(SECURITY, of=world.BOT_USER)
    return [message for message in said if message.visible_to is None and message.thread_ts is None]
