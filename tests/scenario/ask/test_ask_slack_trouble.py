"""Slack is busy, refuses, or is gone for a while: the answer is late, and not lost, and not given twice."""

import asyncio
import json

import pytest

from sekimori.audit.entry import EntryKind
from sekimori.sim.faults import Broken, GraphFault, GraphFaultKind, SlackFault


def answers(messages) -> list:
    return [message for message in messages if message.blocks]


@pytest.mark.parametrize("method", ["users.info", "chat.postMessage", "files.getUploadURLExternal"])
async def test_a_busy_slack_is_waited_for(sekimori, method):
    async with sekimori() as bot:
        bot.sim.control.fault(SlackFault(method=method, retry_after=1))
        replies = await bot.ask("U0SEC", "佐藤さん 来週")
        assert len(answers(replies)) == 1
        assert len(bot.sim.control.files) == 1
        assert len(await bot.entries(EntryKind.QUESTION_OUTCOME)) == 1


async def test_a_refusal_waits_for_a_busy_slack_too(sekimori):
    async with sekimori() as bot:
        bot.sim.control.fault(SlackFault(method="chat.postEphemeral", retry_after=1))
        assert len(await bot.ask("U0OTHER", "佐藤さん 来週")) == 1


async def test_where_slack_takes_no_table_the_week_comes_as_a_list(sekimori):
    async with sekimori() as bot:
        bot.sim.control.fault(SlackFault(method="chat.postMessage", error="invalid_blocks"))
        (answer,) = answers(await bot.ask("U0SEC", "佐藤さん 来週"))
        assert "table" not in {block["type"] for block in answer.blocks}
        assert "予定あり" in json.dumps(answer.blocks, ensure_ascii=False)


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "files.completeUploadExternal"])
async def test_where_slack_takes_no_picture_the_grid_is_there(sekimori, method):
    async with sekimori() as bot:
        bot.sim.control.fault(SlackFault(method=method, error="file_upload_size_restricted"))
        assert len(answers(await bot.ask("U0SEC", "佐藤さん 来週"))) == 1
        assert "picture.not_uploaded" in bot.stage.output.getvalue()


async def test_where_slack_refuses_the_answer_the_asker_is_told_and_the_code_logged(sekimori):
    async with sekimori() as bot:
        bot.sim.control.fault(SlackFault(method="chat.postMessage", error="restricted_action"))
        (told,) = await bot.ask("U0SEC", "佐藤さん 来週")
        assert told.visible_to == "U0SEC"
        assert "お答えできませんでした" in told.text
        assert '"error": "restricted_action"' in bot.stage.output.getvalue()
        assert answers(await bot.ask("U0SEC", "佐藤さん 来週"))


@pytest.mark.parametrize("text", ["佐藤さん 来週", "佐藤さんと鈴木さん 来週 1時間"])
async def test_an_answer_that_slack_did_not_take_is_recorded_as_not_delivered(sekimori, text):
    async with sekimori() as bot:
        bot.sim.control.fault(SlackFault(method="chat.postMessage", error="thread_not_found"))
        await bot.ask("U0SEC", text)
        asked = await bot.entries(EntryKind.QUESTION_INTENT)
        outcomes = await bot.entries(EntryKind.QUESTION_OUTCOME)
        told = [(entry.body["question"], entry.body["result"]) for entry in outcomes]
        assert told == [(entry.id, result) for result in ("shown", "not_delivered") for entry in asked]
        logged = bot.stage.output.getvalue()
        assert '"event": "question.not_delivered", "level": "error"' in logged
        assert "question.answered" not in logged


async def test_slack_that_is_gone_when_the_answer_is_ready_gets_it_once_it_is_back(sekimori):
    async with sekimori() as bot:
        bot.sim.control.fault(GraphFault(kind=GraphFaultKind.TIMEOUT, seconds=0.5))
        await bot.sim.control.say("U0SEC", "C0SHARED", "<@U0BOT> 佐藤さん 来週")
        async with asyncio.timeout(5):
            while not bot.sim.control.graph_calls:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        await bot.stage.door.shut()
        await asyncio.sleep(1.0)
        assert bot.posted() == []
        await bot.stage.door.open()
        await bot.idle()
        assert len(answers(bot.posted())) == 1


async def test_slack_that_is_gone_when_the_question_is_looked_at_does_not_refuse_the_secretary(sekimori):
    async with sekimori() as bot:
        await bot.stage.door.shut()
        await bot.sim.control.say("U0SEC", "C0SHARED", "<@U0BOT> 佐藤さん 来週")
        await asyncio.sleep(0.3)
        await bot.stage.door.open()
        await bot.idle()
        assert len(answers(bot.posted())) == 1


NO_ANSWERS = [
    Broken(),
    Broken(status=503, media_type="text/plain", body="upstream connect error"),
    Broken(status=500, media_type="application/json", body=""),
    Broken(status=200, media_type="text/html", body="<html>Who are you?</html>"),
    Broken(status=200, media_type="text/plain", body="ok"),
    Broken(status=200, media_type="application/json", body="[]"),
    Broken(status=307, location="/api/users.info"),
    Broken(done=True),
    Broken(status=504, media_type="application/json", body="<html>", done=True),
]


async def test_what_answers_in_slacks_stead_neither_loses_nor_doubles_an_answer(sekimori):
    async with sekimori() as bot:
        for broken in NO_ANSWERS:
            bot.sim.control.fault(SlackFault(method="chat.postMessage", broken=broken))
        for _ in NO_ANSWERS:
            await bot.sim.control.say("U0SEC", "C0SHARED", "<@U0BOT> 佐藤さん 来週")
        await bot.idle()
        assert len(answers(bot.posted())) == len(NO_ANSWERS)
        assert "request.failed" not in bot.stage.output.getvalue()
        assert [call for call in bot.sim.control.slack_calls if call.method == "users.info"][1:] == []


@pytest.mark.parametrize("broken", [Broken(), Broken(status=500, media_type="application/json", body="{")])
async def test_who_somebody_is_is_asked_again_where_something_else_answers(sekimori, broken):
    async with sekimori() as bot:
        bot.sim.control.fault(SlackFault(method="users.info", broken=broken))
        (answer,) = answers(await bot.ask("U0SEC", "佐藤さん 来週"))
        assert answer.visible_to is None, "it was refused"


async def test_a_wait_that_slack_names_in_no_figure_is_short(sekimori):
    async with sekimori() as bot:
        bot.sim.control.fault(SlackFault(method="chat.postMessage", retry_after="soon"))
        assert len(answers(await bot.ask("U0SEC", "佐藤さん 来週"))) == 1
