"""What the calendar does not say for certain is unknown, and never shown as free."""

import asyncio

import httpx
import pytest

from sekimori.audit.entry import EntryKind
from sekimori.desk.domain.ports import Problem
from sekimori.desk.slack.wording import JA
from sekimori.sim.certificates import make_credential
from sekimori.sim.faults import GraphFault, GraphFaultKind, TokenFault, TokenFaultKind

KIND, TOKEN = GraphFaultKind, TokenFaultKind
TROUBLE = {
    "401": (GraphFault(kind=KIND.UNAUTHORIZED, times=9), Problem.NOT_SIGNED_IN),
    "403": (GraphFault(kind=KIND.FORBIDDEN, times=9), Problem.FORBIDDEN),
    "404": (GraphFault(kind=KIND.NOT_FOUND, times=9), Problem.NOT_FOUND),
    "429 for longer than anybody waits": (
        GraphFault(kind=KIND.THROTTLED, times=9, retry_after=60),
        Problem.THROTTLED,
    ),
    "500": (GraphFault(kind=KIND.SERVER_ERROR, times=9, status=500), Problem.UNAVAILABLE),
    "503": (GraphFault(kind=KIND.SERVER_ERROR, times=9, status=503), Problem.UNAVAILABLE),
    "a status nobody knows": (GraphFault(kind=KIND.SERVER_ERROR, times=9, status=599), Problem.UNAVAILABLE),
    "a connection that breaks": (GraphFault(kind=KIND.DROPPED, times=9), Problem.UNAVAILABLE),
    "half an answer": (GraphFault(kind=KIND.TRUNCATED, times=9), Problem.UNAVAILABLE),
    "a page of HTML": (GraphFault(kind=KIND.NOT_JSON, times=9), Problem.UNREADABLE),
    "a person's error 5009": (GraphFault(kind=KIND.PERSON_ERROR, times=9), Problem.NOT_FOUND),
    "a person's error 5016": (GraphFault(kind=KIND.PERSON_ERROR, times=9, code="5016"), Problem.NOT_FOUND),
    "an answer without the person": (GraphFault(kind=KIND.PERSON_MISSING, times=9), Problem.UNREADABLE),
    "null for the items": (GraphFault(kind=KIND.NULL_ITEMS, times=9), Problem.UNREADABLE),
    "a refused sign-in": (TokenFault(kind=TOKEN.REFUSED, times=9), Problem.NOT_SIGNED_IN),
    "a token endpoint that is down": (TokenFault(kind=TOKEN.SERVER_ERROR, times=9), Problem.NOT_SIGNED_IN),
    "a token endpoint that is too busy": (TokenFault(kind=TOKEN.THROTTLED, times=9), Problem.NOT_SIGNED_IN),
}


def marks(messages) -> set[str]:
    (table,) = [block for message in messages for block in message.blocks if block["type"] == "table"]
    return {cell["text"] for row in table["rows"][1:] for cell in row[1:]}


def sentences(messages) -> str:
    return "\n".join(
        block["text"]["text"] for message in messages for block in message.blocks if block["type"] == "section"
    )


@pytest.mark.parametrize(("fault", "problem"), TROUBLE.values(), ids=TROUBLE)
async def test_trouble_is_unknown_in_every_hour_with_a_sentence(sekimori, fault, problem):
    async with sekimori() as bot:
        bot.sim.control.fault(fault)
        replies = await bot.ask("U0SEC", "佐藤さん 来週")
        assert marks(replies) == {"？"}
        assert sentences(replies) == JA.because[problem] + JA.all_unknown
        (picture,) = bot.sim.control.files
        assert JA.all_unknown in picture.alt
        assert "空き," not in picture.alt
        outcome = (await bot.entries())[-1]
        assert (outcome.kind, outcome.body["result"]) == (EntryKind.QUESTION_OUTCOME, "unknown")
        assert not any("graph_call_without_entry" in str(alert.blocks) for alert in await bot.watched())


async def test_a_calendar_that_never_answers_is_unknown(sekimori):
    async with sekimori() as bot:
        impatient(bot, seconds=0.4)
        bot.sim.control.fault(GraphFault(kind=KIND.TIMEOUT, times=9, seconds=5))
        replies = await bot.ask("U0SEC", "佐藤さん 来週")
        assert marks(replies) == {"？"}
        assert JA.because[Problem.TIMED_OUT] in sentences(replies)


def impatient(bot, *, seconds: float) -> None:
    bot.desk.provider._calls._client.timeout = httpx.Timeout(seconds)


async def test_a_status_nobody_knows_is_unknown_where_it_applies(sekimori):
    async with sekimori() as bot:
        bot.sim.control.fault(GraphFault(kind=KIND.UNKNOWN_STATUS))
        replies = await bot.ask("U0SEC", "佐藤さん 来週")
        assert marks(replies) == {"？", "○"}
        assert JA.some_unknown in sentences(replies)
        (picture,) = bot.sim.control.files
        assert "水): 8:00–20:00 不明" in picture.alt


async def test_a_short_throttling_is_waited_for_as_long_as_graph_says(sekimori):
    async with sekimori() as bot:
        bot.sim.control.fault(GraphFault(kind=KIND.THROTTLED, retry_after=1))
        began = asyncio.get_running_loop().time()
        assert "○" in marks(await bot.ask("U0SEC", "佐藤さん 来週"))
        assert asyncio.get_running_loop().time() - began >= 1
        intents = await bot.entries(EntryKind.CALL_INTENT)
        outcomes = await bot.entries(EntryKind.CALL_OUTCOME)
        assert [entry.body["attempt"] for entry in intents] == [1, 2]
        assert [entry.body["status"] for entry in outcomes] == ["429", "200"]
        sent = [call.headers["client-request-id"] for call in bot.sim.control.graph_calls]
        assert sent == [entry.id for entry in intents]
        assert await bot.watched() == []


async def test_a_token_that_graph_no_longer_takes_is_renewed(sekimori):
    async with sekimori() as bot:
        bot.sim.control.fault(GraphFault(kind=KIND.UNAUTHORIZED))
        assert "○" in marks(await bot.ask("U0SEC", "佐藤さん 来週"))
        assert len(await bot.entries(EntryKind.TOKEN_OBTAINED)) == 2
        assert await bot.watched() == []


async def test_the_next_question_after_an_outage_is_answered(sekimori):
    async with sekimori() as bot:
        bot.sim.control.fault(GraphFault(kind=KIND.SERVER_ERROR, times=3))
        assert marks(await bot.ask("U0SEC", "佐藤さん 来週")) == {"？"}
        assert "○" in marks(await bot.ask("U0SEC", "佐藤さん 来週"))


async def test_a_certificate_that_entra_does_not_know_is_unknown(stage):
    async with stage({"file:bot.pem": "file:other.pem"}) as made:
        (made.folder / "other.pem").write_bytes(make_credential("northwind").pem())
        async with made.serving() as bot:
            assert marks(await bot.ask("U0SEC", "佐藤さん 来週")) == {"？"}
            assert bot.sim.control.graph_calls == []
            assert await bot.entries(EntryKind.CALL_INTENT) == []
