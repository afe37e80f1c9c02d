"""However the process ends, what Slack was told is accepted is answered, and once; what was found is told."""

import shutil
import signal

from sekimori.sim.faults import GraphFault, GraphFaultKind, SlackFault

ASK = ("U0SEC", "C0SHARED", "<@U0BOT> 佐藤さん 来週")
UNDONE = "SELECT count(*) FROM inbox WHERE done_at IS NULL"


async def test_it_ends_with_one_file_that_proves_itself(host, until):
    async with host() as machine:
        async with machine.serving() as service:
            await machine.stage.sim.control.say(*ASK)
            await until(machine.answers)
            await machine.stage.sim.control.detonate("unrecorded_graph_call")
            await until(machine.stage.alerts)
            assert await service.terminate() == 0
        assert not {"sekimori.db-wal", "sekimori.db-shm"} & set(machine.left())
        assert machine.rows("PRAGMA integrity_check") == [("ok",)]
        assert machine.rows(UNDONE) == [(0,)]
        assert await machine.verified() == 0
        copy = shutil.copy(machine.database, machine.stage.folder / "copy")
        machine.database.unlink()
        shutil.copy(copy, machine.database)
        assert await machine.verified() == 0


async def test_sigterm_finishes_the_answer_in_hand(host):
    async with host() as machine:
        machine.stage.sim.control.fault(GraphFault(kind=GraphFaultKind.THROTTLED, retry_after=1))
        async with machine.serving() as service:
            said = await machine.stage.sim.control.say(*ASK)
            assert said.attempts[0].status == 200
            assert machine.answers() == []
            assert await service.terminate() == 0
        assert len(machine.answers()) == 1
        assert machine.rows(UNDONE) == [(0,)]


async def test_killed_between_acceptance_and_answer_the_next_run_answers_once(host, until):
    async with host() as machine:
        control = machine.stage.sim.control
        control.fault(SlackFault(method="users.info", retry_after=30))
        async with machine.serving() as service:
            said = await control.say(*ASK)
            assert said.attempts[0].status == 200
            await service.kill()
        control.clear_faults()
        assert machine.answers() == []
        async with machine.stage.serving() as bot:
            await bot.idle()
            assert (await control.replay(said.attempts[0])).status == 200
            await bot.idle()
        assert len(machine.answers()) == 1
        assert machine.rows(UNDONE) == [(0,)]


async def test_killed_while_graph_answers_the_record_is_sound_and_the_next_run_answers(host, until):
    async with host() as machine:
        control = machine.stage.sim.control
        control.fault(GraphFault(kind=GraphFaultKind.TIMEOUT, seconds=8))
        async with machine.serving() as service:
            await control.say(*ASK)
            await until(lambda: control.graph_calls)
            await service.kill()
        assert await machine.verified() == 0
        async with machine.stage.serving() as bot:
            await bot.idle()
            assert len(control.graph_calls) == 2
            assert await bot.watched() == []
        assert len(machine.answers()) == 1
        assert await machine.verified() == 0


async def test_killed_before_an_alert_was_delivered_the_next_run_delivers_it_once(host, until):
    async with host() as machine:
        control = machine.stage.sim.control
        control.fault(SlackFault(method="chat.postMessage", times=99, retry_after=30))
        async with machine.serving() as service:
            await control.detonate("permission_requested")
            await until(machine.stage.findings)
            await service.kill()
        control.clear_faults()
        assert machine.stage.alerts() == []
        async with machine.stage.serving() as bot:
            assert len(await bot.watched()) == len(machine.stage.findings())


async def test_the_desk_runs_alone_and_ctrl_c_ends_it_like_sigterm(host, until):
    async with host() as machine:
        async with machine.serving("--only", "desk") as service:
            await machine.stage.sim.control.say(*ASK)
            await until(machine.answers)
            await machine.stage.sim.control.detonate("unrecorded_graph_call")
            service.process.send_signal(signal.SIGINT)
            assert await service.process.wait() == 0
            assert "Traceback" not in service.log.read_text()
        assert machine.stage.alerts() == []
        async with machine.stage.serving() as bot:
            accused = [alert for alert in await bot.watched() if "graph_call_without_entry" in str(alert.blocks)]
        assert len(accused) == 1
