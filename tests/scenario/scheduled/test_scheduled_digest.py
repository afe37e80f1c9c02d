"""Every Monday the owner is told who asked, when, why, for what and what was shown: once, nobody else."""

import json
from datetime import timedelta

from sekimori.audit.entry import EntryKind


def digests(bot):
    return [post for post in bot.posted() if post.channel == "D0SATO"]


def said(post):
    return json.dumps(post.blocks, ensure_ascii=False)


async def test_the_owner_gets_a_digest_of_the_week(sekimori, hands):
    async with sekimori() as bot:
        hands.set(weekday=2, clock="10:00")
        await hands.settle(bot)
        before = len(digests(bot))  # the week before, in which nobody asked
        await bot.ask("U0SEC", "佐藤さん 来週")
        await bot.ask("U0OTHER", "佐藤さん 来週")
        await hands.to(bot, weekday=0, clock="09:00", weeks=1)
        await hands.on(bot, timedelta(hours=1))
        (digest,) = digests(bot)[before:]
        assert "1 件" in digest.text
        assert '"user_id": "U0SEC"' in said(digest)
        assert "schedule coordination" in said(digest)
        assert "見せました" in said(digest)
        assert "U0OTHER" not in said(digest), (
            "a refused question of somebody who named nobody we know is not about Sato"
        )
        assert len(await bot.entries(EntryKind.DIGEST_SENT)) >= 1


async def test_a_digest_that_a_downtime_missed_is_sent_once_and_says_that_nobody_asked(stage, hands):
    async with stage() as made:
        async with made.serving() as bot:
            await hands.settle(bot)
        hands.set(weekday=3, clock="10:00", weeks=1)
        for _again in range(2):
            async with made.serving() as bot:
                await hands.settle(bot)
        (digest,) = digests(bot)
        assert "0 件" in digest.text
        assert {block["type"] for block in digest.blocks} == {"header", "section"}
