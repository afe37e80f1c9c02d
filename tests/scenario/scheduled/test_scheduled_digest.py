"""Every Monday the owner is told who asked, when, why, for what and what was shown: once, nobody else."""

import json
from datetime import timedelta

from sekimori.audit.entry import EntryKind
from sekimori.core.confidential import Personal
from sekimori.core.ids import ChannelId, TeamId, UserId
from sekimori.desk.domain.ask import Asking, Desk
from sekimori.desk.domain.asker import Actor, Place
from sekimori.desk.domain.journal import Journal
from sekimori.desk.terms import policy_of


def digests(bot):
    return [post for post in bot.posted() if post.channel == "D0SATO"]


def said(post):
    return json.dumps(post.blocks, ensure_ascii=False)


async def ask(bot, hands, user):
    """Ask as Slack's edge does; the edge itself would refuse the stamp of a clock that is behind."""
    policy = policy_of(bot.ground.manifest)
    desk = Desk(policy=policy, provider=bot.desk.provider, journal=Journal(bot.ground.audit), clock=hands)
    actor = Actor(user=UserId(user), team=TeamId("T0CONTOSO"))
    place = Place(channel=ChannelId("C0SHARED"))
    return await desk.ask(Asking(actor=actor, place=place, text=Personal("佐藤さん 来週")))


async def test_the_owner_gets_a_digest_of_the_week(sekimori, hands):
    async with sekimori(clock=hands) as bot:
        hands.set(weekday=2, clock="10:00")
        await hands.settle(bot)
        before = len(digests(bot))  # the week before, in which nobody asked
        await ask(bot, hands, "U0SEC")
        await ask(bot, hands, "U0OTHER")
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
        async with made.serving(hands) as bot:
            await hands.settle(bot)
        hands.set(weekday=3, clock="10:00", weeks=1)
        for _again in range(2):
            async with made.serving(hands) as bot:
                await hands.settle(bot)
        (digest,) = digests(bot)
        assert "0 件" in digest.text
        assert {block["type"] for block in digest.blocks} == {"header", "section"}
