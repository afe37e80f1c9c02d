"""A service that cannot do its work says why in a line or two, with the place, and does not start."""

import asyncio
import socket
import sqlite3
import sys

import pytest

from sekimori.bootstrap import open_ground, record_start
from sekimori.cli import main

PERSON = 'precision = "typed"\nhorizon_days = 42\nhours'
BROKEN = {
    "a name that does not end": ('name = "予定の窓口"', 'name = "予定の窓口', "sekimori.toml:5:"),
    "a key nobody knows": (PERSON, PERSON.replace("precision", "precison"), 'did you mean "precision"?'),
    "a person nobody listed": ('may_ask = ["sato", ', 'may_ask = ["saito", ', "saito"),
    "a tenant that is no id": ("11111111-2222-4333-8444-555555555555", "fabrikam", "identity.tenant_id"),
    "a secret in plain sight": ("file:slack-signing-secret", "8f742231b10e8888abcd99yyyzzz85a5", "signing_secret"),
    "a secret that is not there": ("file:slack-signing-secret", "file:nowhere/secret", "nowhere/secret"),
    "a certificate that is not there": ("file:bot.pem", "file:nowhere.pem", "nowhere.pem"),
    "a certificate that is none": ("file:bot.pem", "file:slack-bot-token", "private key"),
    "authorities that are not there": ("sim-ca.pem", "nowhere.pem", "nowhere.pem"),
    "authorities that are none": ("sim-ca.pem", "slack-bot-token", "slack-bot-token"),
    "a database in a folder that is not there": ("sqlite:///sekimori", "sqlite:///nowhere/sekimori", "nowhere"),
}


@pytest.fixture
def start(monkeypatch, capfd, output):
    """Run the command as its user does; return the exit status and what it said."""

    def started(manifest) -> tuple[object, str]:
        monkeypatch.setattr(sys, "argv", ["sekimori", "serve", "--manifest", str(manifest)])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code, capfd.readouterr().err + output.getvalue()

    return started


@pytest.mark.parametrize(("old", "new", "words"), BROKEN.values(), ids=BROKEN)
def test_it_does_not_start_on(declared, start, old, new, words):
    status, said = start(declared({old: new}))
    assert status == 2
    assert words in said
    assert "Traceback" not in said
    assert "8f742231b10e8888abcd99yyyzzz85a5" not in said


def test_it_does_not_start_without_a_manifest(tmp_path, start):
    status, said = start(tmp_path / "sekimori.toml")
    assert status == 2
    assert "sekimori.toml" in said
    assert "Traceback" not in said


def test_it_does_not_start_on_a_record_that_was_changed(declared, start):
    manifest = declared()

    async def once() -> None:
        async with open_ground(manifest, environ={}) as ground:
            await record_start(ground, [])
            await record_start(ground, [])

    asyncio.run(once())
    with sqlite3.connect(manifest.with_name("sekimori.db")) as database:
        database.execute("DELETE FROM audit_entries WHERE seq = 2")
    database.close()
    status, said = start(manifest)
    assert status not in {0, None}
    assert "it ends at entry 1, its signed head counts 2" in said
    assert "Traceback" not in said


def test_it_does_not_start_on_a_file_that_is_no_database(declared, start):
    manifest = declared()
    manifest.with_name("sekimori.db").write_bytes(b"not a database" * 1000)
    status, said = start(manifest)
    assert status not in {0, None}
    assert "not a database" in said
    assert "Traceback" not in said


def test_it_does_not_start_where_its_port_is_taken(declared, start, caplog):
    caplog.set_level("INFO", logger="uvicorn.error")  # the simulator of an earlier test silenced its own server
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        status, said = start(declared(listen=port))
    assert status not in {0, None}
    assert str(port) in said + caplog.text
    assert "Traceback" not in said


@pytest.mark.parametrize("port", ["0", "65536", "eight", "-1", " 80"])
def test_it_does_not_start_on_a_port_that_is_none(declared, start, monkeypatch, port):
    monkeypatch.setenv("PORT", port)
    status, said = start(declared())
    assert status not in {0, None}
    assert repr(port) in said
