"""Before a grant ends, the owner and the requester are told so in direct messages: each once."""

from datetime import UTC, date, datetime, timedelta

import pytest

from sekimori.audit.entry import EntryKind


@pytest.fixture
def ending(stage, hands):
    """A stage on which everything ends in sixteen days."""
    last = (hands.now + timedelta(days=16)).astimezone(hands.zone).date()
    until = (hands.now + timedelta(days=120)).date().isoformat()
    return lambda: stage({f"until = {until}": f"until = {last.isoformat()}"}), last


def about_sato(bot):
    return [post for post in bot.posted() if "佐藤" in post.text and "あと" in post.text]


def noon(hands, day: date) -> None:
    hands.now = datetime(day.year, day.month, day.day, 12, tzinfo=hands.zone).astimezone(UTC)


async def test_owner_and_requester_are_told_fourteen_three_and_one_days_before(ending, hands):
    start, last = ending
    async with start() as made, made.serving() as bot:
        await hands.settle(bot)
        assert about_sato(bot) == []
        for days in (14, 3, 1):
            before = len(about_sato(bot))
            noon(hands, last - timedelta(days=days))
            await hands.settle(bot)
            await hands.on(bot, timedelta(minutes=5))
            told = {post.channel: post for post in about_sato(bot)[before:]}
            assert sorted(told) == ["D0SATO", "D0SEC"]
            assert all(f"あと{days}日" in post.text for post in told.values())
            (named,) = [block for block in told["D0SATO"].blocks if block["type"] == "rich_text"]
            assert named["elements"][0]["elements"][1:] == [{"type": "user", "user_id": "U0SEC"}]
        sent = [entry.body["person"] for entry in await bot.entries(EntryKind.REMINDER_SENT)]
        assert sent.count("sato") == 6
        assert bot.sim.control.graph_calls == []


async def test_a_downtime_leaves_one_reminder_of_each_to_send(ending, hands):
    start, last = ending
    async with start() as made:
        async with made.serving() as bot:
            await hands.settle(bot)
        noon(hands, last - timedelta(days=2))
        for _again in range(2):
            async with made.serving() as bot:
                await hands.settle(bot)
        assert sorted(post.channel for post in about_sato(bot)) == ["D0SATO", "D0SEC"]
        assert all("あと2日" in post.text for post in about_sato(bot))
