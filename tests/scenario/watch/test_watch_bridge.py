"""A Graph call is ours only if an audit entry announced it, and only once; nothing else has to be known for that."""

from sekimori.audit.entry import EntryKind

RULE = "graph_call_without_entry"


def accused(alerts) -> list:
    return [alert for alert in alerts if RULE in str(alert.blocks)]


async def test_a_call_without_any_id_is_found_although_all_else_looks_right(sekimori, intrude):
    async with sekimori() as bot:
        await intrude(bot.sim).read_schedule(None)
        assert len(accused(await bot.watched())) == 1


async def test_a_call_under_an_invented_id_is_found(sekimori, intrude):
    async with sekimori() as bot:
        await intrude(bot.sim).read_schedule("7d9f3b52-5c0e-4c7e-9a41-2f6f0f1f7c11")
        assert len(accused(await bot.watched())) == 1


async def test_a_call_under_the_id_of_an_entry_that_was_used_is_found(sekimori, intrude):
    async with sekimori() as bot:
        await bot.ask("U0SEC", "佐藤さん 来週")
        assert await bot.watched() == []
        (intent,) = await bot.entries(EntryKind.CALL_INTENT)
        await intrude(bot.sim).read_schedule(intent.id)
        assert len(accused(await bot.watched())) == 1


async def test_an_id_in_other_letters_is_the_same_id(sekimori, intrude):
    async with sekimori() as bot:
        await bot.ask("U0SEC", "佐藤さん 来週")
        (intent,) = await bot.entries(EntryKind.CALL_INTENT)
        await intrude(bot.sim).read_schedule(intent.id.upper())
        assert len(accused(await bot.watched())) == 1


async def test_a_call_under_the_id_of_an_entry_that_announces_no_call_is_found(sekimori, intrude):
    async with sekimori() as bot:
        await bot.ask("U0SEC", "佐藤さん 来週")
        (question,) = await bot.entries(EntryKind.QUESTION_INTENT)
        await intrude(bot.sim).read_schedule(question.id)
        assert len(accused(await bot.watched())) == 1


async def test_an_id_used_before_the_watch_was_restarted_is_still_used(stage, intrude):
    async with stage() as made:
        async with made.serving() as bot:
            await bot.ask("U0SEC", "佐藤さん 来週")
            assert await bot.watched() == []
            (intent,) = await bot.entries(EntryKind.CALL_INTENT)
        async with made.serving() as bot:
            await intrude(made.sim).read_schedule(intent.id)
            assert len(accused(await bot.watched())) == 1


async def test_the_bots_calls_are_recognised_by_a_watch_that_starts_after_them(stage):
    async with stage() as made:
        async with made.serving() as bot:
            bot.watching.cancel()
            await bot.ask("U0SEC", "佐藤さん 来週")
        async with made.serving() as bot:
            assert await bot.watched() == []


async def test_a_log_that_is_delivered_twice_accuses_nobody(sekimori):
    async with sekimori() as bot:
        await bot.ask("U0SEC", "佐藤さん 来週")
        again = (bot.stage.logs / "graph-activity.ndjson").read_bytes()
        (bot.stage.logs / "redelivered.ndjson").write_bytes(again)
        assert await bot.watched() == []


async def test_many_questions_and_one_theft_are_told_apart(sekimori, intrude):
    async with sekimori() as bot:
        for _ in range(3):
            await bot.ask("U0SEC", "佐藤さん 明日")
        await intrude(bot.sim).read_schedule(None)
        await bot.ask("U0SEC", "佐藤さん 明日")
        assert len(accused(await bot.watched())) == 1
