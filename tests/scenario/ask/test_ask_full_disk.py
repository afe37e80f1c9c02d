"""What cannot be recorded is not disclosed: the disk under the audit database is full, truly (SQLITE_FULL)."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator

import pytest

from sekimori.audit.entry import EntryKind
from sekimori.audit.log import AuditUnavailable
from sekimori.desk.slack.wording import JA
from sekimori.sim.faults import GraphFault, GraphFaultKind, SlackFault


@pytest.fixture(name="full_disk")
def full_for_the_audit_log(full_disk):
    """Give the way to fill the disk to the last byte an audit entry could use."""

    @contextlib.asynccontextmanager
    async def filled(bot) -> AsyncIterator[None]:
        async with full_disk(bot.ground.database):
            refused: list[AuditUnavailable] = []
            while len(refused) < 3:
                try:
                    await bot.ground.audit.append(EntryKind.SERVICE_STARTED, {})
                except AuditUnavailable as error:
                    refused.append(error)
            assert all("the disk is full" in error.words for error in refused)
            yield

    return filled


async def accepted(bot, user: str = "U0SEC") -> None:
    """Ask, and come back as soon as the question was accepted."""
    said = await bot.sim.control.say(user, "C0SHARED", "<@U0BOT> 佐藤さん 来週")
    assert said.attempts[0].status == 200


async def asked(bot, *, until) -> None:
    """Ask, and come back as soon as the service got so far."""
    await accepted(bot)
    async with asyncio.timeout(10):
        while not await until():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def nothing_disclosed(bot) -> None:
    await bot.idle()
    (reply,) = bot.posted()
    assert reply.text == JA.not_recorded
    assert reply.visible_to == "U0SEC"
    assert bot.sim.control.files == []
    lines = [line for line in bot.stage.output.getvalue().splitlines() if '"question.' in line]
    (logged,) = [json.loads(line) for line in lines if "notrecorded" in line]
    assert (logged["event"], logged["level"]) == ("question.not_recorded", "error")
    assert (logged["code"], logged["hint"][:15]) == ("audit.unavailable", "free some space")


async def test_full_before_the_intent_no_call_is_made_and_nothing_is_disclosed(sekimori, full_disk):
    async with sekimori() as bot:
        bot.sim.control.fault(SlackFault(method="users.info", retry_after=1))
        await accepted(bot)
        async with full_disk(bot):
            await nothing_disclosed(bot)
            assert bot.sim.control.graph_calls == []
            assert bot.sim.control.records == []
        assert await bot.entries() == []
        assert any(message.blocks for message in await bot.ask("U0SEC", "佐藤さん 来週"))


async def test_full_before_a_second_call_that_call_is_not_made(sekimori, full_disk):
    async with sekimori() as bot:
        bot.sim.control.fault(GraphFault(kind=GraphFaultKind.THROTTLED, retry_after=1))

        async def throttled() -> bool:
            return bool(await bot.entries(EntryKind.CALL_OUTCOME))

        await asked(bot, until=throttled)
        async with full_disk(bot):
            await nothing_disclosed(bot)
            assert [call.status for call in bot.sim.control.graph_calls] == [429]


async def test_full_while_graph_answers_the_answer_is_not_disclosed(sekimori, full_disk):
    async with sekimori() as bot:
        bot.sim.control.fault(GraphFault(kind=GraphFaultKind.TIMEOUT, seconds=1.0))

        async def called() -> bool:
            return bool(bot.sim.control.graph_calls)

        await asked(bot, until=called)
        async with full_disk(bot):
            await nothing_disclosed(bot)
            assert [call.status for call in bot.sim.control.graph_calls] == [200]
        assert await bot.entries(EntryKind.QUESTION_OUTCOME) == []


async def test_full_when_slack_delivers_the_question_waits_for_slacks_retry(sekimori, full_disk):
    async with sekimori() as bot:
        async with full_disk(bot):
            said = await bot.sim.control.say("U0SEC", "C0SHARED", "<@U0BOT> 佐藤さん 来週" + " " * 30_000)
            assert said.attempts[0].status == 503
            assert bot.posted() == []
        await bot.sim.control.settled()
        await bot.idle()
        assert len([message for message in bot.posted() if message.blocks]) == 1


async def test_the_refusal_itself_cannot_be_recorded(sekimori, full_disk):
    async with sekimori() as bot:
        bot.sim.control.fault(SlackFault(method="users.info", retry_after=1))
        await accepted(bot, "U0OTHER")
        async with full_disk(bot):
            await bot.idle()
            (reply,) = bot.posted()
            assert reply.text == JA.not_recorded
            assert reply.visible_to == "U0OTHER"
