"""Killed at any moment of its reply, the desk answers once: nothing twice, nothing lost."""

import asyncio

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sekimori.desk.domain.policy import Surface
from sekimori.desk.slack.form_wording import JA as FORM
from sekimori.sim.faults import SlackFault

METHODS = [
    "chat_postMessage",
    "files_getUploadURLExternal",
    "files_completeUploadExternal",
    "conversations_open",
]


def tables(desk):
    return [m for m in desk.sim.control.messages if any(block["type"] == "table" for block in m.blocks)]


def die(monkeypatch, method: str, moment: str) -> None:
    """Let the process die before or after one call of Slack's; what it had under way ends there."""
    whole, died = getattr(AsyncWebClient, method), []

    async def call(self, **arguments):
        if died:
            return await whole(self, **arguments)
        died.append(moment)
        if moment == "after":
            await whole(self, **arguments)
        raise asyncio.CancelledError

    monkeypatch.setattr(AsyncWebClient, method, call)


async def asked(desk, text="<@U0BOT> 佐藤さん 来週"):
    await desk.sim.control.say("U0SEC", "C0SHARED", text)
    await desk.edge.close()
    left = len(await desk.inbox.pending())
    await desk.edge.resume()
    await desk.quiet()
    return left


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("surface", [Surface.THREAD, Surface.DIRECT])
@pytest.mark.parametrize("method", METHODS)
async def test_a_kept_answer_is_given_once(start, monkeypatch, method, surface, moment):
    if method == "conversations_open" and surface is Surface.THREAD:
        method = "chat_postMessage"
    die(monkeypatch, method, moment)
    async with start(surface) as desk:
        assert await asked(desk) == 1
        (table,) = tables(desk)
        assert table.visible_to is None
        (picture,) = [m for m in desk.sim.control.messages if m.files]
        assert picture.channel == table.channel


async def test_a_refusal_in_a_direct_message_is_said_once(start, monkeypatch):
    async with start() as desk:
        direct = desk.sim.control._slack.store.open_direct("U0SEC").id
        die(monkeypatch, "chat_postMessage", "after")
        await desk.sim.control.say("U0SEC", direct, "鈴木さん 来週")
        await desk.edge.close()
        await desk.edge.resume()
        await desk.quiet()
        assert len([m for m in desk.sim.control.messages if m.user == "U0BOT"]) == 1


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_what_nobody_can_read_back_is_not_repeated_and_the_asker_is_told(start, monkeypatch, moment):
    die(monkeypatch, "chat_postEphemeral", moment)
    async with start(Surface.EPHEMERAL) as desk:
        assert await asked(desk) == 1
        assert len(tables(desk)) == (1 if moment == "after" else 0)
        assert desk.sim.control.messages[-1].text == FORM.lost
        assert desk.sim.control.messages[-1].visible_to == "U0SEC"


async def test_where_reading_back_is_not_allowed_the_asker_is_told(start, monkeypatch):
    die(monkeypatch, "chat_postMessage", "after")
    async with start() as desk:
        desk.sim.control.fault(SlackFault(method="conversations.replies", error="missing_scope", times=9))
        assert await asked(desk) == 1
        assert len(tables(desk)) == 1
        assert desk.sim.control.messages[-1].text == FORM.lost


async def test_a_connection_that_breaks_after_the_post_does_not_double_it(start, monkeypatch):
    whole, broken = AsyncWebClient.chat_postMessage, []

    async def post(self, **arguments):
        answer = await whole(self, **arguments)
        if not broken:
            broken.append(answer)
            raise TimeoutError
        return answer

    monkeypatch.setattr(AsyncWebClient, "chat_postMessage", post)
    async with start() as desk:
        await desk.ask("U0SEC", "佐藤さん 来週")
        assert broken
        assert len(tables(desk)) == 1


async def test_an_error_that_leaves_it_open_is_looked_into(start, monkeypatch):
    whole, failed = AsyncWebClient.chat_postMessage, []

    async def post(self, **arguments):
        answer = await whole(self, **arguments)
        if not failed:
            failed.append(answer)
            raise SlackApiError("failed", {"ok": False, "error": "internal_error"})
        return answer

    monkeypatch.setattr(AsyncWebClient, "chat_postMessage", post)
    async with start() as desk:
        await desk.ask("U0SEC", "佐藤さん 来週")
        assert failed
        assert len(tables(desk)) == 1


async def test_nothing_is_kept_of_a_reply_that_is_given(start):
    async with start() as desk:
        await desk.ask("U0SEC", "佐藤さん 来週")
        async with desk.database.reading() as connection:
            assert (await connection.exec_driver_sql("SELECT count(*) FROM sendings")).scalar_one() == 0
