"""The commands say what they found, and end with the status that the reference names."""

import asyncio
import json
import sqlite3
import uuid
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sekimori.audit.entry import EntryKind
from sekimori.audit.keys import SEED_SIZE
from sekimori.cli import main
from sekimori.core.ids import EntryId
from sekimori.manifest.loader import load
from sekimori.storage.audit_keys import signer_of
from sekimori.storage.audit_log import SqlAuditLog
from sekimori.storage.database import open_database

MANIFEST = """\
[service]
language = "en"

[identity]
tenant_id = "11111111-2222-4333-8444-555555555555"
app_id = "6f1d2c3b-4a59-4871-8e90-aabbccddeeff"
certificate = "file:bot.pem"

[slack]
app_id = "A0APP"
team = "T0FABRIKAM"
signing_secret = "env:SIGNING"
bot_token = "env:TOKEN"
"""


@pytest.fixture
def manifest(tmp_path) -> Path:
    path = tmp_path / "sekimori.toml"
    path.write_text(MANIFEST)
    return path


@pytest.fixture
def run(monkeypatch, capsys):
    def call(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["sekimori", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    return call


def record(manifest: Path, *kinds: EntryKind) -> Path:
    async def append() -> Path:
        declared, folder = load(manifest), manifest.parent
        async with await open_database(declared.service.storage, folder=folder) as database:
            signer = signer_of(
                declared.audit, database=database.path, folder=folder, environ={}, random_bytes=lambda n: b"r" * n
            )
            log = SqlAuditLog(
                database,
                signer=signer,
                clock=lambda: datetime(2026, 11, 23, 0, 30, tzinfo=UTC),
                new_id=lambda: EntryId(str(uuid.uuid4())),
            )
            for number, kind in enumerate(kinds):
                await log.append(kind, {"n": number, "reason": None})
            return database.path

    assert SEED_SIZE == 32
    return asyncio.run(append())


def test_check_explains_a_valid_manifest(run, manifest):
    status, out, err = run("manifest", "check", manifest)
    assert (status, err) == (0, "")
    assert f"{manifest} is valid." in out
    status, out, _ = run("manifest", "check", manifest, "--lang", "ja")
    assert "尋ねてよい人はいません。" in out


def test_check_warns_without_failing(run, manifest):
    person = '[[people]]\nid = "sato"\nnames = ["Sato"]\nmailbox = "sato@fabrikam.example"\nuntil = 2020-01-01\n'
    manifest.write_text(MANIFEST + person)
    status, out, _ = run("manifest", "check", manifest)
    assert status == 0
    assert "people[0].until: ended on 2020-01-01" in out


def test_check_names_every_mistake(run, manifest):
    manifest.write_text(MANIFEST.replace("app_id", "ap_id"))
    status, out, err = run("manifest", "check", manifest)
    assert (status, out) == (2, "")
    assert f'{manifest}:6:1: identity.ap_id: unknown key; did you mean "app_id"?' in err
    assert f"{manifest}:4:1: identity.app_id: is missing" in err
    assert f"{manifest}:10:1: slack.ap_id: unknown key" in err


def test_a_manifest_that_is_not_there(run, tmp_path):
    status, _, err = run("manifest", "check", tmp_path / "none.toml")
    assert status == 2
    assert "there is no manifest" in err
    assert "mend these places" not in err
    status, _, err = run("manifest", "check", tmp_path)
    assert status == 2
    assert f"the manifest {tmp_path} is a folder" in err
    assert str(tmp_path / "sekimori.toml") in err


def test_check_takes_the_manifest_as_an_option_too(run, manifest):
    assert f"{manifest} is valid." in run("manifest", "check", "--manifest", manifest)[1]
    assert run("manifest", "check", "other.toml", "--manifest", manifest)[0] == 2


def test_check_doubts_permissions_nobody_offers_and_files_that_are_not_there(run, manifest):
    permissions = 'permissions = ["Calendars.ReadBasicAll", "Calendars.ReadBasic.All"]\n\n[slack]'
    manifest.write_text(MANIFEST.replace("\n[slack]", permissions))
    status, out, _ = run("manifest", "check", manifest)
    assert status == 0
    doubt = "identity.permissions[0]: there is no known permission Calendars.ReadBasicAll"
    assert f'{doubt}; did you mean "Calendars.ReadBasic.All"?' in out
    assert "permissions[1]" not in out
    assert "identity.certificate: there is no file bot.pem" in out
    manifest.with_name("bot.pem").write_text("")
    assert "there is no file" not in run("manifest", "check", manifest)[1]


def test_check_names_endpoints_and_refuses_clear_text(run, manifest):
    manifest.write_text(MANIFEST + '[endpoints]\ngraph = "https://graph.example/v1.0"\n')
    assert "graph: https://graph.example/v1.0 is not the vendor's own host" in run("manifest", "check", manifest)[1]
    manifest.write_text(MANIFEST + '[endpoints]\nlogin = "https://login.microsoftonline.us"\n')
    out = run("manifest", "check", manifest)[1]
    assert "Endpoint login: https://login.microsoftonline.us" in out
    assert "not the vendor's own" not in out
    for key in ("slack_api", "graph", "login", "google", "google_token"):
        manifest.write_text(MANIFEST + f'[endpoints]\n{key} = "http://proxy.example/"\n')
        status, _, err = run("manifest", "check", manifest)
        assert status == 2
        assert f"endpoints.{key}: would send tokens in clear text" in err
        for here in ("127.0.0.1", "localhost", "[::1]"):
            manifest.write_text(MANIFEST + f'[endpoints]\n{key} = "http://{here}:9001/"\n')
            assert run("manifest", "check", manifest)[0] == 0


def test_schema_is_json(run):
    status, out, _ = run("manifest", "schema")
    assert status == 0
    assert json.loads(out)["title"] == "sekimori.toml"


def test_verify_says_ok_and_the_head(run, manifest):
    record(manifest, EntryKind.SERVICE_STARTED, EntryKind.CALL_INTENT)
    status, out, _ = run("audit", "verify", "--manifest", manifest)
    assert status == 0
    assert out.startswith("audit verify: ok, 2 entries, head ")


def test_verify_names_the_place_of_a_change(run, manifest):
    path = record(manifest, *[EntryKind.CALL_INTENT] * 9)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE audit_entries SET text = replace(text, '\"n\":6', '\"n\":5') WHERE seq = 7")
    connection.close()
    status, out, _ = run("audit", "verify", "--manifest", manifest)
    assert (status, out) == (1, "audit verify: broken at entry 7: its text does not match its hash\n")


def test_verify_of_a_damaged_lost_or_absent_database(run, manifest):
    path = record(manifest, EntryKind.CALL_INTENT)
    path.write_bytes(b"rubbish" * 1000)
    status, out, _ = run("audit", "verify", "--manifest", manifest)
    assert status == 1
    assert out.startswith("audit verify: broken at entry 1: it cannot be read: the file is not a database")
    path.unlink()
    status, out, _ = run("audit", "verify", "--manifest", manifest)
    assert (status, out) == (
        1,
        "audit verify: broken at entry 1: the database is missing, and its checkpoint file is not\n",
    )
    path.with_name("sekimori.db.checkpoint").unlink()
    status, _, err = run("audit", "verify", "--manifest", manifest)
    assert status == 2
    assert "there is no database yet" in err


def test_verify_without_a_key_is_a_wrong_call(run, manifest):
    path = record(manifest, EntryKind.CALL_INTENT)
    path.with_name("sekimori.db.audit-key.pem").unlink()
    status, _, err = run("audit", "verify", "--manifest", manifest)
    assert status == 2
    assert "no key to verify" in err
    path.with_name("sekimori.db.audit-key.pem").write_text("not a key")
    status, _, err = run("audit", "verify", "--manifest", manifest)
    assert status == 2
    assert "the key that signed this log" in err
    assert "genpkey" not in err


def test_verify_against_a_head_that_was_kept_elsewhere(run, manifest, tmp_path):
    path = record(manifest, *[EntryKind.CALL_INTENT] * 3)
    kept = tmp_path / "kept.note"
    kept.write_text(path.with_name("sekimori.db.checkpoint").read_text())
    assert run("audit", "verify", "--manifest", manifest, "--checkpoint", kept)[0] == 0
    kept.write_text("nobody signed this")
    status, out, _ = run("audit", "verify", "--manifest", manifest, "--checkpoint", kept)
    assert status == 1
    assert "the signed head that was kept elsewhere is not signed" in out
    assert run("audit", "verify", "--manifest", manifest, "--checkpoint", tmp_path / "none")[0] == 2


def test_show_as_a_table_in_local_time(run, manifest):
    record(manifest, EntryKind.SERVICE_STARTED, EntryKind.QUESTION_REFUSED)
    status, out, _ = run("audit", "show", "--manifest", manifest)
    assert status == 0
    assert "2026-11-23 09:30:00" in out
    assert "a question was refused" in out
    assert "質問を断った" in run("audit", "show", "--manifest", manifest, "--lang", "ja")[1]
    assert "started" not in run("audit", "show", "--manifest", manifest, "--after", "1")[1]


def test_show_as_json_gives_what_was_hashed(run, manifest):
    record(manifest, EntryKind.SERVICE_STARTED, EntryKind.CALL_INTENT)
    _, out, _ = run("audit", "show", "--manifest", manifest, "--format", "json")
    first, second = map(json.loads, out.splitlines())
    assert (first["seq"], first["kind"], first["body"]) == (1, "service.started", {"n": 0, "reason": None})
    assert second["previous"] == first["hash"]


def test_show_does_not_print_a_changed_entry(run, manifest):
    path = record(manifest, EntryKind.CALL_INTENT)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE audit_entries SET text = replace(text, '\"n\":0', '\"n\":5')")
    connection.close()
    status, out, err = run("audit", "show", "--manifest", manifest)
    assert (status, out) == (1, "")
    assert "the audit log was changed" in err


def test_a_log_on_a_server_is_shown_and_verified_alike(run, manifest, postgresql_url):
    manifest.write_text(MANIFEST.replace("[service]", f'[service]\nstorage = "{postgresql_url}"'))
    status, _, err = run("audit", "verify", "--manifest", manifest)
    assert status == 2
    assert "there is no key to verify" in err
    path = record(manifest, EntryKind.SERVICE_STARTED, EntryKind.CALL_INTENT)
    status, out, err = run("audit", "verify", "--manifest", manifest)
    assert (status, err) == (0, "")
    assert out.startswith("audit verify: ok, 2 entries, head ")
    assert len(run("audit", "show", "--manifest", manifest, "--format", "json")[1].splitlines()) == 2
    path.with_name(path.name + ".checkpoint").unlink()
    status, out, err = run("audit", "verify", "--manifest", manifest)
    assert (status, out[:16]) == (0, "audit verify: ok")
    assert "no signed head from outside the database was compared" in err
