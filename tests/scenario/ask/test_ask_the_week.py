"""The secretary of company A asks in the shared channel when somebody at company B has time, and sees the week."""

import asyncio
import io

import pytest
from PIL import Image

from sekimori.audit.entry import EntryKind
from sekimori.sim.slack.payloads import DeliveredIn


def grid(messages) -> list[list[str]]:
    (table,) = [block for message in messages for block in message.blocks if block["type"] == "table"]
    return [[cell["text"] for cell in row] for row in table["rows"]]


async def test_the_secretary_sees_next_week_as_a_grid_and_a_picture(sekimori):
    async with sekimori() as bot:
        replies = await bot.ask("U0SEC", "佐藤さん 来週")
        days, *hours = grid(replies)
        assert [day[-2] for day in days[1:]] == list("月火水木金土日")
        assert hours[0][0] == "8:00"
        marks = {day[-2]: [row[place] for row in hours] for place, day in enumerate(days) if place}
        assert "△" in marks["月"]
        assert set(marks["水"]) == {"✕ 不在"}
        assert set(marks["土"]) == {"○"}
        (picture,) = bot.sim.control.files
        image = Image.open(io.BytesIO(picture.content))
        assert (image.format, image.width) == ("PNG", 1080)
        assert picture.shared_in == ("C0SHARED",)
        assert picture.alt.startswith("佐藤さんの予定 ")
        assert "不在" in picture.alt
        assert "仮の予定" in picture.alt


async def test_the_answer_hangs_under_the_question_and_calls_nobody(sekimori):
    async with sekimori() as bot:
        said = await bot.sim.control.say("U0SEC", "C0SHARED", "<@U0BOT> 佐藤さん 来週")
        await bot.idle()
        for message in bot.posted():
            assert message.thread_ts == said.message.ts
            assert message.files or not message.unfurl
            assert "<@" not in message.text + str(message.blocks)


async def test_a_call_is_recorded_before_it_is_made_and_carries_its_entry(sekimori):
    async with sekimori() as bot:
        (answer,) = [m for m in await bot.ask("U0SEC", "佐藤さん 来週") if m.blocks]
        entries = await bot.entries()
        assert [entry.kind for entry in entries] == [
            EntryKind.QUESTION_INTENT,
            EntryKind.TOKEN_OBTAINED,
            EntryKind.CALL_INTENT,
            EntryKind.CALL_OUTCOME,
            EntryKind.QUESTION_OUTCOME,
        ]
        (call,) = bot.sim.control.graph_calls
        assert call.headers["client-request-id"] == entries[2].id
        assert entries[0].body["user"] == "U0SEC"
        assert entries[0].body["person"] == "sato"
        assert entries[-1].body["result"] == "shown"
        assert f"記録 {entries[-1].seq} · {entries[-1].hash[:8]}" in str(answer.blocks)


async def test_the_watch_is_silent_about_the_bots_own_work(sekimori):
    async with sekimori() as bot:
        await bot.ask("U0SEC", "佐藤さん 来週")
        await bot.ask("U0SEC", "佐藤さん 明日")
        assert len(bot.sim.control.graph_calls) == 2
        assert await bot.watched() == []


@pytest.mark.parametrize("delivered_in", list(DeliveredIn))
async def test_a_secretary_on_enterprise_grid_is_known_by_the_organisation(sekimori, delivered_in):
    known = {'team = "T0CONTOSO"': 'team = "T0CONTOSO"\nenterprise = "E0CONTOSO"'}
    async with sekimori(known, enterprise="E0CONTOSO") as bot:
        assert grid(await bot.ask("U0SEC", "佐藤さん 来週", delivered_in=delivered_in))


async def test_another_organisation_on_enterprise_grid_is_not_company_a(sekimori):
    known = {'team = "T0CONTOSO"': 'team = "T0CONTOSO"\nenterprise = "E0NORTHWIND"'}
    async with sekimori(known, enterprise="E0CONTOSO") as bot:
        await bot.ask("U0SEC", "佐藤さん 来週")
        assert await bot.refusal() == "partner_unlisted"


async def test_a_partner_that_wants_nothing_kept_is_answered_in_passing(sekimori):
    async with sekimori({'answer_in = "thread"': 'answer_in = "ephemeral"'}) as bot:
        replies = await bot.ask("U0SEC", "佐藤さん 来週")
        assert grid(replies)
        assert {message.visible_to for message in replies} == {"U0SEC"}
        assert bot.sim.control.files == []


async def test_a_question_in_a_direct_message_is_answered_there(sekimori):
    async with sekimori() as bot:
        replies = await bot.ask("U0SEC", "佐藤さん 来週", channel="D0SEC")
        assert grid(replies)
        assert {message.channel for message in replies} == {"D0SEC"}


async def test_many_questions_at_once_are_each_answered_once(sekimori):
    async with sekimori({'answer_in = "thread"': 'answer_in = "ephemeral"'}) as bot:
        say = bot.sim.control.say
        await asyncio.gather(*(say("U0SEC", "C0SHARED", "<@U0BOT> 佐藤さん 明日") for _ in range(12)))
        await bot.idle()
        assert len(bot.posted()) == 12
        assert len(await bot.entries(EntryKind.QUESTION_OUTCOME)) == 12
        assert await bot.watched() == []
