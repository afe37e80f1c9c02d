"""Slack tells that somebody was deactivated or made a guest: the very next question is refused."""

import pytest
from sqlalchemy import select

from sekimori.desk.slack.wording import JA
from sekimori.sim.world import MemberKind
from sekimori.storage.tables import inbox


@pytest.mark.parametrize("kind", [MemberKind.DELETED, MemberKind.GUEST])
async def test_whoever_was_deactivated_is_refused_at_once(start, kind):
    async with start() as desk:
        assert any(reply.blocks and reply.thread_ts for reply in await desk.ask("U0SEC", "佐藤さん 来週"))
        told = await desk.sim.control.become("U0SEC", kind)
        assert (told.status, told.answer) == (200, b"")
        (refused,) = await desk.ask("U0SEC", "佐藤さん 来週")
        assert refused.text == JA.refused
        await desk.sim.control.become("U0SEC", MemberKind.PERSON)
        assert len(await desk.ask("U0SEC", "佐藤さん 来週")) > 1
        users = [call.arguments["user"] for call in desk.sim.control.slack_calls if call.method == "users.info"]
        assert users == ["U0SEC"] * 3


async def test_what_slack_tells_of_people_is_not_kept(start):
    async with start() as desk:
        await desk.sim.control.become("U0SATO", MemberKind.PERSON)
        await desk.quiet()
        async with desk.database.reading() as connection:
            assert (await connection.execute(select(inbox.c.key))).all() == []
        assert await desk.entries() == []
