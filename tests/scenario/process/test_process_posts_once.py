"""Killed again and again in the middle of what it posts by itself, the service posts each thing once."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

from sekimori.storage.instants import written

ERRANDS = """
[[partners.weekly_posts]]
person = "sato"
channel = "C0SHARED"
at = "Mon 08:30"

[[partners.collision_watches]]
person = "sato"
channel = "C0SHARED"

[[watch.sources]]"""
GOOGLE = '{ provider = "google", calendar = "sato@contoso.example" }'
FEED = '{ provider = "ics", calendar = "file:sato.feed" }'
DUE = "UPDATE jobs SET due_at = ?, claimed_until = NULL WHERE name LIKE 'weekly:%' OR name LIKE 'digest:sato'"
WAITING = "SELECT count(*) FROM jobs WHERE due_at <= '{}'"
BEGUN = "SELECT count(*) FROM notices WHERE key LIKE 'collisions:%:begun'"
KINDS = {"week": 2, "summary": 1, "digest": 1}


def kind(message) -> str:
    if "重なりがいま" in message.text:
        return "summary"
    return "digest" if "問い合わせと掲示は" in message.text else "week"


async def test_what_was_due_is_posted_once_however_often_it_is_killed(host):
    async with host({"\n[[watch.sources]]": ERRANDS, GOOGLE: FEED}) as machine:
        control = machine.stage.sim.control

        def posted():
            return [message for message in control.messages if message.user == "U0BOT"]

        async def killed_when(it_is_so):
            async with machine.serving("--only", "desk") as service:
                async with asyncio.timeout(30):
                    while not it_is_so():  # noqa: ASYNC110 - it is another process that posts
                        await asyncio.sleep(0)
                await service.kill()

        await killed_when(lambda: True)
        before = written(datetime.now(UTC) - timedelta(hours=1))
        assert machine.write(DUE, before) == 2
        uploads = "files.getUploadURLExternal"
        await killed_when(lambda: Counter(map(kind, posted()))["week"] == 1)  # and Slack's answer is not yet
        await killed_when(lambda: [call.method for call in control.slack_calls].count(uploads) == 2)
        assert Counter(map(kind, posted()))["week"] == 1, "one week is there, and one was about to be posted"
        async with machine.serving("--only", "desk") as service:
            async with asyncio.timeout(30):
                while machine.rows(WAITING.format(before)) != [(0,)] or machine.rows(BEGUN) != [(1,)]:  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
            await service.terminate()
        assert Counter(map(kind, posted())) == KINDS
        assert await machine.verified() == 0
