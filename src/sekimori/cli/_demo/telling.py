"""How the story is told: what each chapter uses to act, to wait, to say what came of it."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from rich.console import Console

from sekimori.cli._demo.shown import show_blocks
from sekimori.cli._demo.stage import Stage
from sekimori.sim import world
from sekimori.sim.control import Control
from sekimori.sim.slack.store import File, Message

SECRETARY: Final = "U0SEC"
OWNER: Final = "U0SATO"
BOT: Final = f"<@{world.BOT_USER}>"
SHARED: Final = world.SHARED_CHANNEL
SECURITY: Final = world.SECURITY_CHANNEL
REPLY_WITHIN: Final = 15.0


class StepFailed(Exception):  # noqa: N818 - the name says what happened
    """A step did not come out as the story says."""


class Telling:
    """Plays steps; each says what it saw, or fails.

    Attributes:
        failures: how many steps failed so far.
        refusal: the words that every refusal so far was given in.
    """

    def __init__(self, stage: Stage, console: Console) -> None:
        self.stage = stage
        self.failures = 0
        self.refusal: str | None = None
        self._out = console

    @property
    def control(self) -> Control:
        """The handle on the simulator."""
        return self.stage.simulator.control

    def chapter(self, ja: str, en: str) -> None:
        """Head a chapter."""
        self._out.print(f"\n[bold]■ {ja}[/bold]  [dim]{en}[/dim]")

    def line(self, text: str) -> None:
        """Print a line, with rich's marks in it."""
        self._out.print(f"  {text}", highlight=False, soft_wrap=True)

    def done(self, text: str) -> None:
        """Say that something came out as it should."""
        self.line(f"[green]✓[/green] {text}")

    def blocks(self, blocks: Sequence[dict[str, Any]]) -> None:
        """Print what a reply or a modal shows."""
        show_blocks(list(blocks), self._out)

    async def step(self, act: Callable[[], Awaitable[None]]) -> None:
        """Play one step; a failure is counted, and the story goes on."""
        try:
            await act()
        except StepFailed as failure:
            self.failures += 1
            self.line(f"[red]✗ {failure}[/red]")

    async def until(self, look: Callable[[], Any], within: float = REPLY_WITHIN) -> Any:
        """Look again and again until there is something to see, or the seconds are over."""
        deadline = time.monotonic() + within
        while not (seen := look()) and time.monotonic() < deadline:  # noqa: ASYNC110 - what it waits for is elsewhere
            await asyncio.sleep(0.02)
        return seen

    async def ask(self, user: str, text: str, channel: str = SHARED) -> list[Message]:
        """Ask as somebody, with a mention where there are others; return what the desk said first."""
        mention = "" if channel.startswith("D") else f"{BOT} "
        said = await self._answers(lambda: self.control.say(user, channel, f"{mention}{text}"))
        if not said:
            raise StepFailed(f"no reply to “{text}” within {REPLY_WITHIN:.0f} s")
        return said

    async def tap(self, user: str, message: Message, action: str) -> list[Message]:
        """Press a button under a message; return what the desk said to it."""
        said = await self._answers(lambda: self.control.press(user, message.ts, action))
        if not said:
            raise StepFailed(f"no reply to the button {action} within {REPLY_WITHIN:.0f} s")
        return said

    async def refused(self, user: str, text: str) -> Message:
        """Ask what must be refused, in the words of every other refusal and with nothing else."""
        answers = await self.ask(user, text)
        self.refusal = self.refusal or answers[0].text
        if any(message.files for message in answers) or {message.text for message in answers} != {self.refusal}:
            raise StepFailed(f"{user}: {text}: refused in other words: {answers[0].text}")
        return answers[0]

    async def picture(self, name: str, answer: Message) -> None:
        """Wait for the picture that belongs to an answer in a thread, and leave it in the folder under a name."""
        found: File | None = await self.until(lambda: self._picture_beside(answer))
        if found is None:
            raise StepFailed("the reply came without a picture")
        path = self.stage.folder / name
        await asyncio.to_thread(path.write_bytes, found.content)
        self.done(f"{path} ({len(found.content) // 1024} KiB)")
        if not found.alt:
            raise StepFailed("the picture has no alternative text")

    async def modal(self, user: str, shows: Callable[[str], bool]) -> dict[str, Any]:
        """Wait until somebody's modal shows something; return it."""

        def look() -> dict[str, Any] | None:
            view = self.control.views.get(user)
            return view if view and shows(json.dumps(view, ensure_ascii=False)) else None

        view: dict[str, Any] | None = await self.until(look)
        if view is None:
            raise StepFailed(f"the modal of {user} did not come")
        return view

    def _picture_beside(self, answer: Message) -> File | None:
        beside = {file for m in self.control.messages if m.thread_ts == answer.thread_ts for file in m.files}
        return next((file for file in self.control.files if file.id in beside and file.content), None)

    async def _answers(self, act: Callable[[], Awaitable[object]]) -> list[Message]:
        before = len(self.control.messages)
        await act()
        said: list[Message] = await self.until(lambda: self._said_since(before))
        return said

    def _said_since(self, before: int) -> list[Message]:
        said = [m for m in self.control.messages[before:] if m.user == world.BOT_USER and m.channel != SECURITY]
        return [message for message in said if message.text or message.blocks]


def actions(blocks: Sequence[dict[str, Any]], start: str) -> list[str]:
    """Return the buttons and menus whose ``action_id`` starts so."""
    elements = [element for block in blocks for element in (*block.get("elements", ()), block.get("element") or {})]
    return [e["action_id"] for e in elements if str(e.get("action_id", "")).startswith(start)]


def texts(message: Message) -> list[str]:
    """Return the texts of a message's sections."""
    return [block["text"]["text"] for block in message.blocks if isinstance(block.get("text"), dict)]


def written(blocks: Sequence[dict[str, Any]]) -> str:
    """Return everything that stands in blocks."""
    return json.dumps(list(blocks), ensure_ascii=False)
