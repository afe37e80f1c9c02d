"""The same person's calendar in the other company: read from Google and from a published feed, for collisions."""

import asyncio
import json

import pytest

from sekimori.audit.entry import EntryKind
from sekimori.desk.slack.buttons import OPEN
from sekimori.desk.slack.collision_views import LOOK
from sekimori.sim.faults import FeedFault, FeedFaultKind, GoogleFault, GoogleFaultKind

GOOGLE = '{ provider = "google", calendar = "sato@contoso.example" }'
FEED = '{ provider = "ics", calendar = "file:sato.feed" }'


def declared(also: str) -> dict[str, str]:
    """Change the demonstration's manifest so that Sato's other calendar is elsewhere."""
    return {
        'answer_in = "thread"': 'answer_in = "modal"',
        f"also = [{GOOGLE}]": f"also = [{also}]",
    }


@pytest.fixture
def looked_for(stage):
    """Ask in the modal for Sato's collisions next week; return what it shows and the service."""

    async def look(also: str, fault: object = None) -> tuple[str, list[str], list[int]]:
        async with stage(declared(also)) as made, made.serving() as bot:
            if fault is not None:
                made.sim.control.fault(fault)
            (reply,) = await bot.ask("U0SEC", "佐藤さん 来週")
            await made.sim.control.press("U0SEC", reply.ts, OPEN)
            await shown(bot, lambda view: view is not None)
            await made.sim.control.press_view("U0SEC", LOOK)
            view = await shown(bot, lambda view: "重な" in json.dumps(view, ensure_ascii=False))
            intents = await bot.entries(EntryKind.CALL_INTENT)
            statuses = [call.status for call in (*made.sim.control.google_calls, *made.sim.control.feed_calls)]
            return view, [str(entry.body["provider"]) for entry in intents], statuses

    return look


async def shown(bot, wanted) -> str:
    async with asyncio.timeout(15):
        while not wanted(bot.sim.control.views.get("U0SEC")):  # noqa: ASYNC110 - the other side of a socket
            await asyncio.sleep(0.02)
    await bot.idle()
    return json.dumps(bot.sim.control.views["U0SEC"], ensure_ascii=False)


@pytest.mark.parametrize(("also", "name"), [(GOOGLE, "google"), (FEED, "ics")])
async def test_what_lies_on_each_other_is_found(looked_for, also, name):
    view, providers, statuses = await looked_for(also)
    assert "重なっています" in view
    assert "11:00" in view
    assert "16:00" in view
    assert set(providers) == {"outlook", name}
    assert statuses == [200]


@pytest.mark.parametrize(
    ("also", "fault"),
    [
        (GOOGLE, GoogleFault(kind=GoogleFaultKind.CALENDAR_ERROR, times=9)),
        (FEED, FeedFault(kind=FeedFaultKind.NOT_FOUND, times=9)),
    ],
)
async def test_a_calendar_elsewhere_that_cannot_be_read_is_not_free(looked_for, also, fault):
    view, _, _ = await looked_for(also, fault)
    assert "不明" in view
    assert "重なっています" not in view


async def test_both_are_laid_over_each_other(looked_for):
    _, providers, statuses = await looked_for(f"{GOOGLE}, {FEED}")
    assert set(providers) == {"outlook", "google", "ics"}
    assert statuses == [200, 200]
