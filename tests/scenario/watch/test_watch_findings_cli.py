"""`sekimori findings`: what the operator sees and does at a terminal, on the database of a service that ran."""

import asyncio
import json

import pytest

from sekimori.cli import main
from sekimori.sim.faults import SlackFault
from sekimori.storage import outbox
from sekimori.watch import delivery


@pytest.fixture
def command(monkeypatch, capsys):
    """Run the command line in a thread of its own; return its exit status, output and errors."""

    async def run(made, *words):
        monkeypatch.setattr("sys.argv", ["sekimori", "findings", *words, "--manifest", str(made.manifest)])

        def ended() -> int:
            try:
                main()
            except SystemExit as status:
                return int(status.code or 0)
            return 0

        capsys.readouterr()
        status = await asyncio.to_thread(ended)
        return status, *capsys.readouterr()

    return run


async def test_alerts_are_listed_shown_and_judged(stage, command):
    async with stage() as made:
        async with made.serving() as bot:
            await made.sim.control.detonate("permission_requested")
            await bot.watched()
        status, out, _ = await command(made, "list", "--format", "json")
        (alert,) = [each for each in map(json.loads, out.splitlines()) if "permission_requested" in each["rules"]]
        assert (status, alert["state"], alert["decision"]) == (0, "new", None)
        assert alert["findings"][0]["rule_id"] == "permission_requested"
        assert alert["findings"][0]["source"]["path"].startswith("logs/"), "nothing of the host"
        short = alert["id"][:8]

        status, _, err = await command(made, "mark", short, "expected", "--why", "release")
        assert (status, "いつまで" in err) == (2, True)
        status, _, err = await command(made, "mark", "ffffffffffff", "acknowledged")
        assert (status, "見つかりません" in err) == (2, True)
        marked = ("mark", short, "expected", "--why", "release 1.2", "--until", "2026-12-31", "--lang", "en")
        status, _, err = await command(made, *marked)
        assert status == 0, err

        status, out, _ = await command(made, "show", short, "--lang", "en")
        assert status == 0
        assert "release 1.2" in out
        assert "cli:" in out
        assert "slack  delivered" in out or "slack  waiting" in out
        assert "What was changed" in out
        status, out, _ = await command(made, "list", "--state", "expected")
        assert short in out
        status, out, _ = await command(made, "show", "00000000")
        assert status == 2


async def test_what_slack_refuses_for_good_is_a_dead_letter_that_can_be_replayed(stage, command, monkeypatch):
    monkeypatch.setattr(delivery, "PATIENCE", (0.1, 0.2))
    monkeypatch.setattr(outbox, "REFUSALS", (0.02, 0.02))
    async with stage() as made:
        made.sim.control.fault(SlackFault(method="chat.postMessage", times=99, error="invalid_blocks"))
        async with made.serving() as bot:
            await made.sim.control.detonate("permission_requested")
            async with asyncio.timeout(10):
                while (await command(made, "dead-letters"))[0] == 0:  # noqa: ASYNC110 - another process looks
                    await asyncio.sleep(0.1)
            assert bot.alerts() == []
        status, out, _ = await command(made, "dead-letters")
        assert (status, "slack" in out, "invalid_blocks" in out) == (1, True, True)
        made.sim.control.clear_faults()
        status, out, _ = await command(made, "dead-letters", "--replay", "--sink", "slack")
        assert (status, "will be delivered again" in out) == (0, True)
        async with made.serving() as bot:
            assert await bot.watched()
        assert (await command(made, "dead-letters"))[0] == 0
