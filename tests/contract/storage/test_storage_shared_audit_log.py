"""One log, whatever keeps it and however many write it: one chain, and no change unseen."""

import asyncio
import uuid
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from sekimori.audit.entry import EntryKind
from sekimori.audit.keys import signer_from_seed
from sekimori.audit.log import AuditBroken
from sekimori.audit.verify import Broken, Verified
from sekimori.core.ids import EntryId
from sekimori.storage.audit_check import check_audit_log
from sekimori.storage.audit_log import SqlAuditLog
from sekimori.storage.checkpoint_file import CheckpointFile
from sekimori.storage.database import Database, open_database, open_for_reading

NOW = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
SIGNER = signer_from_seed(b"s" * 32)


def log_on(database: Database, checkpoint=None, signer=SIGNER) -> SqlAuditLog:
    return SqlAuditLog(
        database,
        signer=signer,
        clock=lambda: NOW,
        new_id=lambda: EntryId(str(uuid.uuid4())),
        checkpoint=checkpoint,
    )


@pytest.fixture
async def database(storage_url, tmp_path):
    async with await open_database(storage_url, folder=tmp_path) as opened:
        yield opened


async def fill(database: Database, entries: int) -> None:
    for number in range(entries):
        await log_on(database).append(EntryKind.CALL_INTENT, {"n": number, "why": "来週 \\x00 'quoted'"})


async def execute(database: Database, *statements: str) -> None:
    async with database.transaction() as connection:
        for statement in statements:
            await connection.exec_driver_sql(statement)


async def test_two_instances_make_one_chain(storage_url, tmp_path):
    async with (
        await open_database(storage_url, folder=tmp_path) as one,
        await open_database(storage_url, folder=tmp_path) as two,
    ):
        logs = [log_on(one), log_on(two)]
        entries = await asyncio.gather(*(logs[n % 2].append(EntryKind.CALL_INTENT, {"n": n}) for n in range(30)))
        assert sorted(entry.seq for entry in entries) == list(range(1, 31))
        found = await check_audit_log(one, SIGNER.key)
        assert isinstance(found, Verified), found
        note = CheckpointFile.beside(one.path).read()
        assert note is not None
        assert note.split("\n")[1] == "30"


async def test_a_reader_finds_it_sound_while_others_write(storage_url, tmp_path):
    async with (
        await open_database(storage_url, folder=tmp_path) as database,
        await open_for_reading(storage_url, folder=tmp_path) as reader,
    ):
        await fill(database, 1)
        writing = asyncio.create_task(fill(database, 15))
        while not writing.done():
            found = await check_audit_log(reader, SIGNER.key)
            assert isinstance(found, Verified), found
        await writing


@pytest.mark.parametrize(
    ("statement", "seq"),
    [
        ("UPDATE audit_entries SET text = replace(text, '\"n\":2', '\"n\":9') WHERE seq = 3", 3),
        ("UPDATE audit_entries SET hash = upper(hash) WHERE seq = 4", 4),
        ("UPDATE audit_entries SET id = 'x' WHERE seq = 2", 2),
        ("DELETE FROM audit_entries WHERE seq = 1", 1),
        ("DELETE FROM audit_entries WHERE seq = 5", 5),
        ("DELETE FROM audit_entries", 1),
        ("UPDATE audit_entries SET seq = seq + 1 WHERE seq = 5", 5),
        ("INSERT INTO audit_entries SELECT 6, 'x', text, hash, signature FROM audit_entries WHERE seq = 5", 6),
        ("DELETE FROM audit_head", 5),
        ("DROP TABLE audit_entries", 1),
        ("DROP TABLE audit_head", 1),
        ("ALTER TABLE audit_entries RENAME COLUMN text TO words", 1),
    ],
)
async def test_a_change_behind_our_back_is_named(database, statement, seq):
    await fill(database, 5)
    assert isinstance(await check_audit_log(database, SIGNER.key), Verified)
    await execute(database, statement)
    found = await check_audit_log(database, SIGNER.key)
    assert isinstance(found, Broken), found
    assert found.seq == seq


async def test_an_earlier_state_with_its_own_head_is_seen_from_the_file(database):
    await fill(database, 3)
    async with database.reading() as connection:
        note, peaks = (await connection.execute(text("SELECT note, peaks FROM audit_head"))).one()
    await fill(database, 2)
    async with database.transaction() as connection:
        await connection.execute(text("DELETE FROM audit_entries WHERE seq > 3"))
        await connection.execute(text("UPDATE audit_head SET note = :n, peaks = :p"), {"n": note, "p": peaks})
    found = await check_audit_log(database, SIGNER.key)
    assert isinstance(found, Broken)
    assert found.seq == 4
    with pytest.raises(AuditBroken, match="checkpoint file counts 5"):
        await log_on(database).append(EntryKind.CALL_INTENT, {})


async def test_instances_sign_with_one_key(database):
    await fill(database, 1)
    with pytest.raises(AuditBroken, match="not signed with this key") as raised:
        await log_on(database, signer=signer_from_seed(b"x" * 32)).append(EntryKind.CALL_INTENT, {})
    assert "signing_key" in raised.value.hint


async def test_each_host_keeps_a_head_of_its_own_which_may_lag_far_behind(postgresql_url, tmp_path):
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
    async with (
        await open_database(postgresql_url, folder=tmp_path / "a") as one,
        await open_database(postgresql_url, folder=tmp_path / "b") as two,
        await open_for_reading(postgresql_url, folder=tmp_path / "c") as elsewhere,
    ):
        await fill(one, 2)
        await fill(two, 5)
        for database in (one, two, elsewhere):
            found = await check_audit_log(database, SIGNER.key)
            assert isinstance(found, Verified), found
        await execute(two, "DELETE FROM audit_entries WHERE seq > 2", "DELETE FROM audit_head")
        assert isinstance(await check_audit_log(one, SIGNER.key), Broken)
        assert list((tmp_path / "c").iterdir()) == []


async def test_the_head_is_copied_to_where_the_manifest_says(database, tmp_path):
    kept = CheckpointFile(tmp_path / "kept.note")
    await log_on(database, checkpoint=kept).append(EntryKind.CALL_INTENT, {})
    assert not CheckpointFile.beside(database.path).path.exists()
    assert isinstance(await check_audit_log(database, SIGNER.key, checkpoint=kept), Verified)
    kept.write("nobody signed this")
    assert isinstance(await check_audit_log(database, SIGNER.key, checkpoint=kept), Broken)
