"""The story that the demonstration plays by itself: a week asked for, refusals, an outage, an attack, a check."""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from rich.console import Console

from sekimori.cli._demo.shown import show_blocks
from sekimori.cli._demo.stage import Stage
from sekimori.sim import world
from sekimori.sim.faults import GraphFault, GraphFaultKind
from sekimori.sim.slack.store import File, Message

SECRETARY: Final = "U0SEC"
COLLEAGUE: Final = "U0OTHER"
THIRD: Final = "U0THIRD"
BOT: Final = f"<@{world.BOT_USER}>"
SHARED: Final = world.SHARED_CHANNEL
SECURITY: Final = world.SECURITY_CHANNEL
REPLY_WITHIN: Final = 15.0
ALERT_WITHIN: Final = 2.0
QUIET_FOR: Final = 1.5

JAPAN: Final = ZoneInfo("Asia/Tokyo")
FAR_AHEAD: Final = timedelta(days=100)
QUESTION: Final = "佐藤さん 来週"
REFUSALS: Final[Sequence[tuple[str, str, str]]] = (
    (COLLEAGUE, QUESTION, "登録のない同僚が尋ねる"),
    (THIRD, QUESTION, "同じチャンネルにいる第三の会社の人が尋ねる"),
    (SECRETARY, "鈴木さん 来週", "実在するが、許可されていない人について尋ねる"),
    (SECRETARY, "山本さん 来週", "存在しない人について尋ねる"),
)
ATTACK: Final = (
    "stolen_credential_sign_in",
    "unrecorded_graph_call",
    "service_principal_added",
    "federated_credential_added",
    "client_secret_and_certificate_added",
    "permission_requested",
)
LOOK_ALIKES: Final = ("credential_removed", "permission_order_changed")


class StepFailed(Exception):  # noqa: N818 - the name says what happened
    """A step did not come out as the story says."""


class Story:
    """Plays the steps in order; each says what it saw, or fails."""

    def __init__(self, stage: Stage, console: Console) -> None:
        self._stage = stage
        self._control = stage.simulator.control
        self._out = console
        self._refusal_words: set[str] = set()
        self.failures = 0

    async def play(self) -> None:
        """Play everything but the end; see :meth:`verify`."""
        self._chapter("秘書が尋ねる", "the secretary asks")
        await self._step(self._week)
        self._chapter("断る", "refusals: the same words, whether the person exists or not")
        far = (datetime.now(JAPAN) + FAR_AHEAD).date()
        beyond = (SECRETARY, f"佐藤さん {far.year}年{far.month}月{far.day}日", "許可された期間の先について尋ねる")
        for user, text, title in (*REFUSALS, beyond):
            await self._step(lambda u=user, t=text, n=title: self._refused(u, t, n))  # type: ignore[misc]
        self._chapter("カレンダーの障害", "an outage is unknown, never free")
        await self._step(self._outage)
        self._chapter("攻撃", "the attack on the bot's own identity")
        for technique in ATTACK:
            await self._step(lambda t=technique: self._attack(t))  # type: ignore[misc]
        self._chapter("似て非なるもの", "benign look-alikes stay quiet")
        for technique in LOOK_ALIKES:
            await self._step(lambda t=technique: self._quiet(t))  # type: ignore[misc]

    async def verify(self) -> None:
        """Check the record with the command that anybody can run."""
        self._chapter("記録を確かめる", "the record proves itself")
        await self._step(self._verified)

    def _chapter(self, ja: str, en: str) -> None:
        self._out.print(f"\n[bold]■ {ja}[/bold]  [dim]{en}[/dim]")

    async def _step(self, act: Callable[[], Awaitable[None]]) -> None:
        try:
            await act()
        except StepFailed as failure:
            self.failures += 1
            self._out.print(f"  [red]✗ {failure}[/red]", highlight=False, soft_wrap=True)

    async def _ask(self, user: str, text: str) -> tuple[str, list[Message]]:
        before = len(self._control.messages)
        said = await self._control.say(user, SHARED, f"{BOT} {text}")
        answers = await self._until(lambda: self._answers_since(before), REPLY_WITHIN)
        if not answers:
            raise StepFailed(f"no reply to “{text}” within {REPLY_WITHIN:.0f} s")
        return said.message.ts, answers

    def _answers_since(self, before: int) -> list[Message]:
        return [m for m in self._control.messages[before:] if m.user == world.BOT_USER and m.channel != SECURITY]

    async def _week(self) -> None:
        thread, _ = await self._ask(SECRETARY, QUESTION)
        picture = await self._until(self._picture, REPLY_WITHIN)
        self._out.print(f"  {SECRETARY}: @予定の窓口 {QUESTION}", highlight=False, soft_wrap=True)
        for message in self._control.messages_in(SHARED, of=world.BOT_USER):
            if message.thread_ts == thread and message.blocks:
                show_blocks(message.blocks, self._out)
        if picture is None:
            raise StepFailed("the reply came without a picture")
        path = self._stage.folder / "week.png"
        path.write_bytes(picture.content)
        self._out.print(
            f"  [green]✓[/green] {path} ({len(picture.content) // 1024} KiB)", highlight=False, soft_wrap=True
        )
        if not picture.alt:
            raise StepFailed("the picture has no alternative text")

    def _picture(self) -> File | None:
        shared = [file for file in self._control.files if file.content and file.shared_in]
        return shared[-1] if shared else None

    async def _refused(self, user: str, text: str, title: str) -> None:
        _, answers = await self._ask(user, text)
        self._refusal_words.add(answers[0].text)
        if any(message.files for message in answers) or len(self._refusal_words) > 1:
            raise StepFailed(f"{title}: refused in other words: {answers[0].text}")
        self._out.print(
            f"  [green]✓[/green] {title} ({user}: {text})\n    → {answers[0].text}", highlight=False, soft_wrap=True
        )

    async def _outage(self) -> None:
        self._control.fault(GraphFault(kind=GraphFaultKind.SERVER_ERROR, times=20))
        try:
            _, answers = await self._ask(SECRETARY, "佐藤さん 明日")
        finally:
            self._control.clear_faults()
        said = "".join(message.text for message in answers)
        if "不明" not in said:
            raise StepFailed(f"Graph was down, and the reply does not say 不明: {said}")
        self._out.print("  [green]✓[/green] Graph が 503 を返す間は 不明 と答える", highlight=False, soft_wrap=True)

    async def _attack(self, technique_id: str) -> None:
        technique = self._control.techniques[technique_id]
        before, started = len(self._alerts()), time.monotonic()
        await self._control.detonate(technique_id)
        alerts = await self._until(lambda: self._alerts()[before:], ALERT_WITHIN)
        if not alerts:
            raise StepFailed(f"{technique.title['ja']}: no finding within {ALERT_WITHIN:.0f} s")
        seconds = time.monotonic() - started
        self._out.print(f"  [yellow]⚔ {technique.title['ja']}[/yellow] [dim]{technique.title['en']}[/dim]")
        await asyncio.sleep(0.3)
        for alert in self._alerts()[before:]:
            words = " ".join(_texts(alert)[:2])
            self._out.print(f"    [green]✓[/green] {seconds:.1f} 秒: {words}", highlight=False, soft_wrap=True)
        fired = {rule for alert in self._alerts()[before:] for rule in technique.must_fire if rule in str(alert.blocks)}
        if missing := technique.must_fire - fired:
            raise StepFailed(f"{technique.title['ja']}: no finding of {', '.join(sorted(missing))}")

    async def _quiet(self, technique_id: str) -> None:
        technique, before = self._control.techniques[technique_id], len(self._alerts())
        await self._control.detonate(technique_id)
        await asyncio.sleep(QUIET_FOR)
        if loud := self._alerts()[before:]:
            raise StepFailed(f"{technique.title['ja']}: {' '.join(_texts(loud[0])[:2])}")
        self._out.print(f"  [green]✓[/green] {technique.title['ja']}: 知らせなし", highlight=False, soft_wrap=True)

    def _alerts(self) -> list[Message]:
        return self._control.messages_in(SECURITY, of=world.BOT_USER)

    async def _verified(self) -> None:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "sekimori", "audit", "verify", "--manifest", str(self._stage.manifest)),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
        self._out.print(f"  {said.decode().strip()}", highlight=False, soft_wrap=True)
        if process.returncode:
            raise StepFailed(f"audit verify ended with {process.returncode}")

    async def _until(self, look: Callable[[], Any], within: float) -> Any:
        deadline = time.monotonic() + within
        while not (seen := look()) and time.monotonic() < deadline:  # noqa: ASYNC110 - what it waits for is elsewhere
            await asyncio.sleep(0.02)
        return seen


def _texts(message: Message) -> list[str]:
    return [block["text"]["text"] for block in message.blocks if isinstance(block.get("text"), dict)]


async def play_once(stage: Stage, console: Console) -> int:
    """Play the whole story, stop the service in between to check its record; return the number of failures."""
    story = Story(stage, console)
    await story.play()
    if status := await stage.service.stop():
        console.print(f"  [red]✗ the service ended with status {status}[/red]")
        story.failures += 1
    await story.verify()
    return story.failures


def left_behind(folder: Path) -> str:
    """Name the files that are left to look at."""
    return ", ".join(str(folder / name) for name in ("week.png", "sekimori.toml", "sekimori.db"))
