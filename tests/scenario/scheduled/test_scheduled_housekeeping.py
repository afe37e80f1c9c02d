"""Once a day old rows go, by themselves; of the audit log not one does."""

from datetime import timedelta

from sekimori.storage.inbox import SqlInbox


async def test_answered_requests_are_forgotten_after_a_week_and_the_record_is_not(sekimori, hands):
    async with sekimori() as bot:
        requests = SqlInbox(bot.ground.database, clock=hands)
        await requests.accept("event_id:Ev1", b"{}")
        await requests.done("event_id:Ev1")
        entries = len(await bot.entries())
        for days, left in ((6, 1), (2, 0)):
            await hands.on(bot, timedelta(days=days))
            async with bot.ground.database.reading() as connection:
                count = "SELECT count(*) FROM inbox WHERE key = 'event_id:Ev1'"
                assert (await connection.exec_driver_sql(count)).scalar_one() == left
        assert len(await bot.entries()) >= entries
