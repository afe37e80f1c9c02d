"""What the desk does by itself, on a clock that is put forward: the weekly post, its edit, the end of a grant."""

import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import structlog
from starlette.applications import Starlette

from sekimori.bootstrap import RunningDesk, build_desk, open_ground, record_start
from sekimori.cli._demo.chapters.asking import QUESTION
from sekimori.cli._demo.stage import VALID_FOR, Stage
from sekimori.cli._demo.telling import REPLY_WITHIN, SECRETARY, SHARED, StepFailed, Telling, texts
from sekimori.sim import world
from sekimori.sim.slack.store import Message
from sekimori.sim.web import listening, serving

JAPAN: Final = ZoneInfo("Asia/Tokyo")
MAILBOX: Final = "sato@fabrikam.example"
POST: Final = """
[[partners.weekly_posts]]           # what replaced the screenshot
person = "sato"
channel = "C0SHARED"
at = "Mon 08:30"

[[partners.collision_watches]]      # tell us when a new collision appears in the next four weeks
person = "sato"
channel = "C0SHARED"
"""
THEIRS: Final = "sato@contoso.example"
GOOGLE: Final = '{ provider = "google", calendar = "sato@contoso.example" }'
FEED: Final = '{ provider = "ics", calendar = "file:sato.feed" }'
"""Google judges tokens by its own clock, which is not put forward; a published feed needs none."""


async def play(telling: Telling) -> None:
    """Declare a weekly post, start the service anew, and put the clock forward."""
    declared = telling.stage.manifest
    declared.write_text(declared.read_text("utf-8").replace(GOOGLE, FEED) + POST, "utf-8")
    async with _anew(telling.stage) as desk:
        telling.chapter("毎週の掲示", "the weekly post, edited in place when the calendar changes")
        await telling.step(lambda: _posted(telling, desk))
        await telling.step(lambda: _edited(telling, desk))
        telling.chapter("重なりの見張り", "a new collision is told, and withdrawn when it is gone")
        await telling.step(lambda: _collided(telling, desk))
        telling.chapter("許可の期限", "a grant ends: reminded of the day before, refused the day after")
        await telling.step(lambda: _reminded(telling, desk))
        await telling.step(lambda: _over(telling))


@contextlib.asynccontextmanager
async def _anew(stage: Stage) -> AsyncIterator[RunningDesk]:
    """Run the service in this process, on the clock of the fake vendors."""
    with _logging_to(stage.service.log):
        async with open_ground(stage.manifest, environ={}, clock=stage.hands) as ground:
            await record_start(ground, ["desk"])
            desk = build_desk(ground)
            try:
                await desk.start()
                with listening(0) as listener:
                    async with serving(Starlette(routes=list(desk.routes)), listener):
                        port = listener.getsockname()[1]
                        stage.simulator.control.events_url = f"http://127.0.0.1:{port}/slack/events"
                        yield desk
            finally:
                await desk.close()


@contextlib.contextmanager
def _logging_to(path: Path) -> Iterator[None]:
    with path.open("a", encoding="utf-8") as log:
        structlog.configure(
            processors=[structlog.processors.TimeStamper(fmt="iso", utc=True), structlog.processors.JSONRenderer()],
            logger_factory=structlog.PrintLoggerFactory(log),
        )
        try:
            yield
        finally:
            structlog.reset_defaults()


async def _posted(telling: Telling, desk: RunningDesk) -> None:
    now = telling.stage.hands().astimezone(JAPAN)
    monday = now.date() + timedelta(days=7 - now.weekday())
    before = len(telling.control.messages)
    telling.stage.hands.move(datetime.combine(monday, time(8, 31), JAPAN))
    if not await _worked_off(desk, telling, lambda: len(_posts(telling, before)) > 1):
        raise StepFailed("nothing was posted on Monday at 8:30")
    for post in _posts(telling, before):
        telling.done(f"{monday.month}/{monday.day}(月) 8:30 → {texts(post)[0]}")


async def _edited(telling: Telling, desk: RunningDesk) -> None:
    calendars, hands = telling.stage.simulator.world.calendars, telling.stage.hands
    soon = hands() + timedelta(hours=12)
    calendars[MAILBOX] = tuple(e for e in calendars[MAILBOX] if not soon <= e.start < soon + timedelta(days=3))
    hands.move(hands() + timedelta(minutes=16))
    if not await _worked_off(desk, telling, lambda: [post for post in _posts(telling, 0) if post.edited]):
        raise StepFailed("the calendar changed, and the post did not")
    telling.done("予定が変わると、同じ掲示を書き換える")


async def _collided(telling: Telling, desk: RunningDesk) -> None:
    """Put an appointment of company A's over one of company B's, and take it away again."""
    world_, hands = telling.stage.simulator.world, telling.stage.hands
    theirs, soon = world_.partner_calendars[THEIRS], hands() + timedelta(days=4)
    taken = [each for each in world_.calendars[MAILBOX] if each.status == "busy" and soon < each.start]
    over = next(each for each in taken if not any(o.start < each.end and each.start < o.end for o in theirs))
    world_.partner_calendars[THEIRS] = (*theirs, replace(theirs[0], start=over.start, end=over.end, status="busy"))
    hands.move(hands() + timedelta(minutes=16))
    if not await _worked_off(desk, telling, lambda: _told_of(telling, over.start)):
        raise StepFailed("a collision appeared, and nobody was told")
    told = _told_of(telling, over.start)[0]
    telling.done(told.text)
    world_.partner_calendars[THEIRS] = theirs
    hands.move(hands() + timedelta(minutes=16))
    if not await _worked_off(desk, telling, lambda: "解消しました" in told.text):
        raise StepFailed("the collision is gone, and its message says nothing of it")
    telling.done(f"なくなると、同じ知らせを書き換える: {told.text}")


def _told_of(telling: Telling, start: datetime) -> list[Message]:
    at = f"{start.astimezone(JAPAN):%H:%M}".lstrip("0")
    said = [m for m in telling.control.messages if m.user == world.BOT_USER and m.channel == SHARED]
    return [m for m in said if "重なりが見つかりました" in m.text and at in m.text]


async def _reminded(telling: Telling, desk: RunningDesk) -> None:
    before = len(telling.control.messages)
    telling.stage.hands.move(_end() - timedelta(days=1) + timedelta(hours=12))

    def reminders() -> list[Message]:
        said = telling.control.messages[before:]
        return [m for m in said if m.user == world.BOT_USER and m.channel.startswith("D") and "終わります" in m.text]

    if not await _worked_off(desk, telling, reminders):
        raise StepFailed("nobody was reminded of the end of the grant")
    for message in reminders():
        telling.done(f"{message.channel}: {message.text}")


async def _over(telling: Telling) -> None:
    telling.stage.hands.move(_end() + timedelta(days=1, hours=12))
    answer = await telling.refused(SECRETARY, QUESTION)
    telling.done(f"期限の翌日の質問 ({SECRETARY}: {QUESTION})\n    → {answer.text}")


def _end() -> datetime:
    """Return the beginning of the last day of the grants."""
    last = (datetime.now(UTC) + VALID_FOR).date()
    return datetime.combine(last, time(), JAPAN)


def _posts(telling: Telling, after: int) -> list[Message]:
    said = [m for m in telling.control.messages[after:] if m.user == world.BOT_USER and m.channel == SHARED]
    regular = (m for m in said if "重なり" not in m.text)
    return [m for m in regular if m.thread_ts is None and m.visible_to is None and m.blocks]


async def _worked_off(desk: RunningDesk, telling: Telling, seen: Callable[[], Any]) -> bool:
    """Do what is due until it shows."""
    deadline = telling.stage.hands() + timedelta(seconds=REPLY_WITHIN)
    while not seen() and telling.stage.hands() < deadline:
        await desk.scheduled.scheduler.work_off()
        await telling.until(seen, 0.1)
    return bool(seen())
