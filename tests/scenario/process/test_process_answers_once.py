"""Killed again and again in the middle of its answers, the service answers each question once."""

ASK = ("U0SEC", "C0SHARED", "<@U0BOT> 佐藤さん 来週")


async def test_each_question_has_one_answer_and_one_picture(host, until):
    async with host() as machine:
        control, asked = machine.stage.sim.control, []
        for _run in range(3):
            async with machine.serving() as service:
                before = len(machine.answers())
                asked += [(await control.say(*ASK)).message.ts for _ in range(3)]
                await until(lambda seen=before: len(machine.answers()) > seen)
                await service.kill()
        async with machine.stage.serving() as bot:
            await bot.idle()
        assert sorted(answer.thread_ts for answer in machine.answers()) == sorted(asked)
        assert sorted(m.thread_ts for m in control.messages if m.files) == sorted(asked)
        assert machine.rows("SELECT count(*) FROM sendings") == [(0,)]
        assert await machine.verified() == 0
