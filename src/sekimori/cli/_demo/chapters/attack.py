"""The attack on the bot's own identity, and what only looks like one."""

import asyncio
import time
from typing import Final

from sekimori.cli._demo.telling import SECURITY, StepFailed, Telling, texts
from sekimori.sim import world
from sekimori.sim.slack.store import Message

ALERT_WITHIN: Final = 2.0
QUIET_FOR: Final = 1.5
ATTACK: Final = (
    "stolen_credential_sign_in",
    "unrecorded_graph_call",
    "service_principal_added",
    "federated_credential_added",
    "client_secret_added",
    "certificate_added",
    "permission_requested",
)
LOOK_ALIKES: Final = ("credential_removed", "permission_order_changed")


async def play(telling: Telling) -> None:
    """Carry out each technique; each must be found, and its look-alikes must not."""
    telling.chapter("攻撃", "the attack on the bot's own identity")
    for technique in ATTACK:
        await telling.step(lambda t=technique: _attack(telling, t))  # type: ignore[misc]
    telling.chapter("似て非なるもの", "benign look-alikes stay quiet")
    for technique in LOOK_ALIKES:
        await telling.step(lambda t=technique: _quiet(telling, t))  # type: ignore[misc]


async def _attack(telling: Telling, technique_id: str) -> None:
    technique = telling.control.techniques[technique_id]
    before, started = len(_alerts(telling)), time.monotonic()
    await telling.control.detonate(technique_id)
    if not await telling.until(lambda: _alerts(telling)[before:], ALERT_WITHIN):
        raise StepFailed(f"{technique.title['ja']}: no finding within {ALERT_WITHIN:.0f} s")
    seconds = time.monotonic() - started
    telling.line(f"[yellow]⚔ {technique.title['ja']}[/yellow] [dim]{technique.title['en']}[/dim]")
    await asyncio.sleep(0.3)
    alerts = _alerts(telling)[before:]
    for alert in alerts:
        telling.line(f"  [green]✓[/green] {seconds:.1f} 秒: {' '.join(texts(alert)[:2])}")
    fired = {rule for alert in alerts for rule in technique.must_fire if rule in str(alert.blocks)}
    if missing := technique.must_fire - fired:
        raise StepFailed(f"{technique.title['ja']}: no finding of {', '.join(sorted(missing))}")


async def _quiet(telling: Telling, technique_id: str) -> None:
    technique, before = telling.control.techniques[technique_id], len(_alerts(telling))
    await telling.control.detonate(technique_id)
    await asyncio.sleep(QUIET_FOR)
    if loud := _alerts(telling)[before:]:
        raise StepFailed(f"{technique.title['ja']}: {' '.join(texts(loud[0])[:2])}")
    telling.done(f"{technique.title['ja']}: 知らせなし")


def _alerts(telling: Telling) -> list[Message]:
    said = telling.control.messages_in(SECURITY, of=world.BOT_USER)
    return [message for message in said if message.visible_to is None]
