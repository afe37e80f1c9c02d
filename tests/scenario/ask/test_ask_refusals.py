"""Whoever may not know is told the same words, whether the person exists or not; the record alone holds the reason."""

from collections.abc import Iterator

import pytest

from sekimori.audit.entry import EntryKind
from sekimori.desk.slack.wording import JA
from sekimori.sim.faults import SlackFault

REFUSALS = {
    "an unlisted colleague of the secretary": ("U0OTHER", "佐藤さん 来週", "requester_unlisted", None),
    "somebody of a third company in the same channel": ("U0THIRD", "佐藤さん 来週", "partner_unlisted", None),
    "a user of company B's own": ("U0SUZUKI", "佐藤さん 来週", "partner_unlisted", None),
    "a name nobody has": ("U0SEC", "架空さん 来週", "person_unknown", None),
    "somebody who is listed, and not for the secretary": ("U0SEC", "高橋さん 来週", "person_not_granted", "takahashi"),
    "a day past the horizon": ("U0SEC", "佐藤さん 2099年1月5日", "window_beyond_horizon", "sato"),
    "a week that is over": ("U0SEC", "佐藤さん 先週", "window_past", "sato"),
}


@pytest.mark.parametrize(("user", "text", "reason", "person"), REFUSALS.values(), ids=REFUSALS)
async def test_refused_in_the_same_words_and_recorded_with_the_reason(sekimori, user, text, reason, person):
    async with sekimori() as bot:
        (reply,) = await bot.ask(user, text)
        assert reply.text == JA.refused
        assert reply.visible_to == user
        assert await bot.refusal() == reason
        (entry,) = await bot.entries()
        assert (entry.body["user"], entry.body["channel"], entry.body["person"]) == (user, "C0SHARED", person)
        assert text.partition("さん")[0] not in str(entry.body)
        assert bot.sim.control.graph_calls == []
        assert bot.sim.control.records == []


async def test_the_refusals_cannot_be_told_apart(sekimori):
    async with sekimori() as bot:
        replies = [await bot.ask(user, text) for user, text, _reason, _person in REFUSALS.values() if user == "U0SEC"]
        shown = [(message.text, message.visible_to, list(visible(message.blocks))) for (message,) in replies]
        assert shown == shown[:1] * len(shown)


def visible(blocks) -> Iterator[object]:
    """Yield what a reader sees of blocks, and what a button does, without the ids that differ each time."""
    for block in blocks:
        yield block.get("text")
        for element in block.get("elements", ()):
            yield element.get("text"), element.get("action_id")


async def test_the_right_question_in_the_wrong_channel_is_refused(sekimori):
    async with sekimori({'channels = ["C0SHARED"]': 'channels = ["C0ELSEWHERE"]'}) as bot:
        (reply,) = await bot.ask("U0SEC", "佐藤さん 来週")
        assert reply.text == JA.refused
        assert await bot.refusal() == "channel_unlisted"


async def test_a_grant_that_has_run_out_is_refused(sekimori):
    over = {'purpose = "schedule coordination"\nuntil = ': 'purpose = "schedule coordination"\nuntil = 2020-01-01 # '}
    async with sekimori(over) as bot:
        (reply,) = await bot.ask("U0SEC", "佐藤さん 来週")
        assert reply.text == JA.refused
        assert await bot.refusal() == "requester_expired"


async def test_a_question_nobody_understands_is_asked_back_and_recorded(sekimori):
    async with sekimori() as bot:
        (reply,) = await bot.ask("U0SEC", "佐藤さんの予定")
        assert JA.example in reply.text
        assert (await bot.refusal()).startswith("not_understood:")
        assert bot.sim.control.graph_calls == []


async def test_whoever_may_not_ask_learns_nothing_from_unclear_words(sekimori):
    async with sekimori() as bot:
        (reply,) = await bot.ask("U0OTHER", "佐藤さんの予定")
        assert reply.text == JA.refused
        assert await bot.refusal() == "requester_unlisted"


@pytest.mark.parametrize("error", ["user_not_found", "internal_error"])
async def test_where_slack_does_not_say_who_asks_nobody_is_answered(sekimori, error):
    async with sekimori() as bot:
        bot.sim.control.fault(SlackFault(method="users.info", error=error))
        (reply,) = await bot.ask("U0SEC", "佐藤さん 来週")
        assert reply.text == JA.refused
        assert await bot.refusal() == "actor_unconfirmed:not_looked_up"


async def test_what_was_typed_is_nowhere_once_it_was_answered(stage):
    async with stage() as made:
        async with made.serving() as bot:
            await bot.ask("U0SEC", "佐藤さん 来週")
            await bot.ask("U0OTHER", "佐藤さん 内密のご相談 来週")
            assert len(await bot.entries(EntryKind.QUESTION_REFUSED)) == 1
        assert [path.name for path in made.folder.glob("sekimori.db-*")] == []
        assert [where for where, _ in made.leaks(["内密のご相談", "佐藤さん 来週"])] == []
