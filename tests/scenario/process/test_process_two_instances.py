"""Two instances on one PostgreSQL: each question is answered once, by whichever is there, and the record is one."""

import copy
import dataclasses
import socket
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from sekimori.sim.faults import SlackFault

ASK = ("U0SEC", "C0SHARED", "<@U0BOT> 佐藤さん 来週")
UNDONE = "SELECT count(*) FROM inbox WHERE done_at IS NULL"


def on_server(machine, url, name="sekimori.toml", port=None):
    """Declare the same service on a server; under another name and port, one more instance of it."""
    text = machine.stage.manifest.read_text("utf-8")
    text = text.replace("sqlite:///sekimori.db", url)
    if port is not None:
        text = text.replace(f"127.0.0.1:{machine.port}", f"127.0.0.1:{port}")
    stage = copy.copy(machine.stage)
    stage.manifest = stage.folder / name
    stage.manifest.write_text(text, "utf-8")
    return dataclasses.replace(machine, stage=stage, port=port or machine.port, runs=10 if port else 0)


@pytest.fixture
def count(postgresql_url):
    def counted(query: str) -> int:
        with psycopg.connect(postgresql_url) as connection:
            row = connection.execute(query).fetchone()
            assert row is not None
            return row[0]

    return counted


async def test_a_request_that_reaches_both_is_answered_once(host, until, postgresql_url, count):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    async with host() as machine:
        first = on_server(machine, postgresql_url)
        second = on_server(first, postgresql_url, "second.toml", port)
        control = machine.stage.sim.control
        async with first.serving("--only", "desk") as one, second.serving("--only", "desk") as two:
            said = await control.say(*ASK)
            control.events_url = f"{one.url}/slack/events"
            assert (await control.replay(said.attempts[0])).status == 200
            await control.say(*ASK)
            control.events_url = f"{two.url}/slack/events"
            await control.say(*ASK)
            await until(lambda: len(machine.answers()) == 3 and count(UNDONE) == 0)
            assert await one.terminate() == 0
            await control.say(*ASK)
            await until(lambda: len(machine.answers()) == 4)
            assert await two.terminate() == 0
        assert len(machine.answers()) == 4
        assert await first.verified() == await second.verified() == 0


async def test_the_question_of_an_instance_that_was_killed_is_answered_by_the_other(host, until, postgresql_url, count):
    def ahead() -> datetime:
        return datetime.now(UTC) + timedelta(minutes=2)

    async with host() as bare:
        machine = on_server(bare, postgresql_url)
        control = machine.stage.sim.control
        async with machine.stage.serving(ahead) as other:
            control.fault(SlackFault(method="users.info", retry_after=30))
            async with machine.serving("--only", "desk") as service:
                await control.say(*ASK)
                await service.kill()
            control.clear_faults()  # it may have ended before it asked
            assert machine.answers() == []
            assert count(UNDONE) == 1
            assert await other.desk.edge.resume() == 1, "two minutes later nobody holds it"
            await until(lambda: len(machine.answers()) == 1 and count(UNDONE) == 0)
        assert len(machine.answers()) == 1
        assert await machine.verified() == 0
