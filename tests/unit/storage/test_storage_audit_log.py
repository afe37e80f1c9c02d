"""The audit log on disk: nothing half-written, nothing changed unseen, whoever writes and whatever fails."""

import asyncio
import itertools
import os
import random
import sqlite3
import stat
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sekimori.audit.entry import EntryKind
from sekimori.audit.keys import signer_from_seed
from sekimori.audit.log import AuditBroken, AuditUnavailable
from sekimori.audit.verify import Broken, Verified
from sekimori.core.ids import EntryId
from sekimori.storage.audit_check import check_audit_log
from sekimori.storage.audit_log import SqlAuditLog
from sekimori.storage.checkpoint_file import CheckpointFile
from sekimori.storage.database import Database, open_database, open_for_reading
from sekimori.storage.errors import StorageUnavailable

NOW = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
SIGNER = signer_from_seed(b"s" * 32)
URL = "sqlite:///audit.db"


def log_on(database: Database, signer=SIGNER) -> SqlAuditLog:
    return SqlAuditLog(database, signer=signer, clock=lambda: NOW, new_id=lambda: EntryId(str(uuid.uuid4())))


async def fill(folder: Path, entries: int) -> Path:
    async with await open_database(URL, folder=folder) as database:
        for number in range(entries):
            await log_on(database).append(EntryKind.CALL_INTENT, {"n": number})
        return database.path


async def check(folder: Path, signer=SIGNER):
    async with await open_for_reading(URL, folder=folder) as database:
        return await check_audit_log(database, signer.key)


def edit(path: Path, *statements: str) -> None:
    with sqlite3.connect(path) as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


async def test_a_closed_database_is_one_file_that_verifies(tmp_path):
    path = await fill(tmp_path, 3)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["audit.db", "audit.db.checkpoint"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    found = await check(tmp_path)
    assert isinstance(found, Verified)
    assert found.size == 3


async def test_an_appended_entry_is_durable_before_the_database_is_closed(tmp_path):
    async with await open_database(URL, folder=tmp_path) as database:
        entry = await log_on(database).append(EntryKind.SERVICE_STARTED, {})
        async with await open_for_reading(URL, folder=tmp_path) as other:
            assert await log_on(other).find(entry.id) == entry
            assert isinstance(await check_audit_log(other, SIGNER.key), Verified)


async def test_the_next_service_goes_on_where_the_last_one_ended(tmp_path):
    await fill(tmp_path, 2)
    await fill(tmp_path, 2)
    async with await open_database(URL, folder=tmp_path) as database:
        assert [entry.seq async for entry in log_on(database).read()] == [1, 2, 3, 4]
    assert isinstance(await check(tmp_path), Verified)


async def test_reading_goes_page_by_page(tmp_path, monkeypatch):
    monkeypatch.setattr("sekimori.storage.audit_reader._PAGE", 2)
    await fill(tmp_path, 5)
    async with await open_database(URL, folder=tmp_path) as database:
        assert [entry.seq async for entry in log_on(database).read(after=1)] == [2, 3, 4, 5]


async def test_two_writers_at_once_make_one_chain(tmp_path):
    async with await open_database(URL, folder=tmp_path) as one, await open_database(URL, folder=tmp_path) as two:
        logs = [log_on(one), log_on(two)]
        entries = await asyncio.gather(*(logs[n % 2].append(EntryKind.CALL_INTENT, {"n": n}) for n in range(20)))
    assert sorted(entry.seq for entry in entries) == list(range(1, 21))
    found = await check(tmp_path)
    assert isinstance(found, Verified)
    note = CheckpointFile.beside(tmp_path / "audit.db").read()
    assert note is not None
    assert note.split("\n")[1] == "20"


async def test_a_full_disk_refuses_the_entry_and_keeps_the_log_sound(tmp_path, full_disk):
    async with await open_database(URL, folder=tmp_path) as database:
        log = log_on(database)
        await log.append(EntryKind.SERVICE_STARTED, {})
        async with full_disk(database, spare=1):
            with pytest.raises(AuditUnavailable, match="the disk is full"):
                await append_many(log, 50)
            kept = [entry.seq async for entry in log.read()]
        entry = await log.append(EntryKind.CALL_OUTCOME, {})
    assert entry.seq == len(kept) + 1
    assert isinstance(await check(tmp_path), Verified)


async def test_whether_it_is_ready_is_known_from_the_last_write_and_else_tried(tmp_path, full_disk):
    async with await open_database(URL, folder=tmp_path) as database:
        log = log_on(database)
        await log.append(EntryKind.SERVICE_STARTED, {})
        await log.ready()
        async with full_disk(database):
            with pytest.raises(AuditUnavailable):
                await append_many(log, 50)
            before = [entry.seq async for entry in log.read()]
            for _ in range(2):
                with pytest.raises(AuditUnavailable, match="the disk is full"):
                    await log.ready()
        await log.ready()
        assert [entry.seq async for entry in log.read()] == before
        assert (await log.append(EntryKind.CALL_OUTCOME, {})).seq == len(before) + 1
    assert isinstance(await check(tmp_path), Verified)


async def test_it_is_not_ready_after_another_write_failed_either(tmp_path, full_disk):
    async with await open_database(URL, folder=tmp_path) as database:
        log = log_on(database)
        await log.append(EntryKind.SERVICE_STARTED, {})
        async with full_disk(database):
            with pytest.raises(StorageUnavailable):
                async with database.transaction() as connection:
                    await connection.exec_driver_sql("CREATE TABLE more AS SELECT randomblob(100000) AS room")
            with pytest.raises(AuditUnavailable, match="the disk is full"):
                await log.ready()


async def test_a_log_that_was_changed_is_not_ready(tmp_path):
    path = await fill(tmp_path, 2)
    async with await open_database(URL, folder=tmp_path) as database:
        log = log_on(database)
        edit(path, "UPDATE audit_head SET peaks = '[]'")
        for use in (log.append(EntryKind.CALL_INTENT, {}), log.ready()):
            with pytest.raises(AuditBroken):
                await use


async def test_a_writer_that_does_not_let_go_makes_the_log_unavailable(tmp_path):
    path = await fill(tmp_path, 1)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageUnavailable, match="the database is locked"):
        await open_database(URL, folder=tmp_path, patience=0.05)
    other.execute("ROLLBACK")
    async with await open_database(URL, folder=tmp_path, patience=0.05) as database:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(AuditUnavailable, match="locked"):
            await log_on(database).append(EntryKind.CALL_INTENT, {})
        other.execute("ROLLBACK")
        other.close()
        assert (await log_on(database).append(EntryKind.CALL_INTENT, {})).seq == 2


async def test_a_checkpoint_that_cannot_be_written_makes_the_log_unavailable(tmp_path):
    await fill(tmp_path, 1)
    blocked = tmp_path / "audit.db.checkpoint.new"
    blocked.mkdir()
    async with await open_database(URL, folder=tmp_path) as database:
        with pytest.raises(AuditUnavailable, match="checkpoint cannot be written"):
            await log_on(database).append(EntryKind.CALL_INTENT, {})
    assert isinstance(await check(tmp_path), Verified)
    blocked.rmdir()
    await fill(tmp_path, 1)
    assert isinstance(await check(tmp_path), Verified)


async def test_crashes_between_commit_and_checkpoint_are_no_tampering(tmp_path, monkeypatch):
    def die(_self, _size):
        raise RuntimeError("killed")

    for entries in range(1, 4):
        with monkeypatch.context() as patched:
            patched.setattr(SqlAuditLog, "_publish", die)
            with pytest.raises(RuntimeError, match="killed"):
                await fill(tmp_path, 1)
        found = await check(tmp_path)
        assert isinstance(found, Verified)
        assert found.size == entries
        note = CheckpointFile.beside(tmp_path / "audit.db").read()
        assert note is None if entries == 1 else note.split("\n")[1] == "1"


async def test_an_entry_is_never_part_of_a_larger_transaction(tmp_path):
    async with await open_database(URL, folder=tmp_path) as database, database.transaction():
        with pytest.raises(RuntimeError, match="larger transaction"):
            await log_on(database).append(EntryKind.CALL_INTENT, {})


@pytest.mark.parametrize(
    ("statement", "seq"),
    [
        ("UPDATE audit_entries SET text = replace(text, '\"n\":2', '\"n\":9') WHERE seq = 3", 3),
        ("UPDATE audit_entries SET hash = upper(hash) WHERE seq = 4", 4),
        ("UPDATE audit_entries SET text = NULL WHERE seq = 4", None),
        ("UPDATE audit_entries SET text = x'ff' WHERE seq = 4", 4),
        ("UPDATE audit_entries SET signature = x'00' WHERE seq = 4", 4),
        ("UPDATE audit_entries SET id = 'x' WHERE seq = 2", 2),
        ("DELETE FROM audit_entries WHERE seq = 1", 1),
        ("DELETE FROM audit_entries WHERE seq = 3", 3),
        ("DELETE FROM audit_entries WHERE seq = 5", 5),
        ("DELETE FROM audit_entries", 1),
        ("UPDATE audit_entries SET seq = seq + 1 WHERE seq = 5", 5),
        ("INSERT INTO audit_entries SELECT 6, 'x', text, hash, signature FROM audit_entries WHERE seq = 5", 6),
        ("INSERT INTO audit_entries SELECT 0, 'x', text, hash, signature FROM audit_entries WHERE seq = 5", 1),
        ("DELETE FROM audit_head", 5),
        ("UPDATE audit_head SET note = replace(note, char(10) || '5' || char(10), char(10) || '4' || char(10))", 5),
        ("UPDATE audit_head SET peaks = '[]'", 5),
        ("UPDATE audit_head SET peaks = ''", 5),
        ("UPDATE audit_head SET peaks = upper(peaks)", 5),
        ("UPDATE audit_head SET peaks = x'ff'", 5),
        ("DROP TABLE audit_entries", 1),
        ("DROP TABLE audit_head", 1),
        ("ALTER TABLE audit_entries RENAME COLUMN text TO words", 1),
    ],
)
async def test_a_change_behind_our_back_is_named(tmp_path, statement, seq):
    path = await fill(tmp_path, 5)
    if seq is None:
        with pytest.raises(sqlite3.IntegrityError):
            edit(path, statement)
        return
    edit(path, statement)
    found = await check(tmp_path)
    assert isinstance(found, Broken), found
    assert found.seq == seq


async def test_the_whole_database_put_back_to_an_earlier_state_is_seen_and_the_evidence_stays(tmp_path):
    path = await fill(tmp_path, 3)
    earlier = path.read_bytes()
    await fill(tmp_path, 2)
    path.write_bytes(earlier)
    found = await check(tmp_path)
    assert isinstance(found, Broken)
    assert found.seq == 4
    async with await open_database(URL, folder=tmp_path) as database:
        with pytest.raises(AuditBroken, match="checkpoint file counts 5"):
            await log_on(database).append(EntryKind.CALL_INTENT, {})
    assert await check(tmp_path) == found


async def test_a_head_that_was_kept_elsewhere_shows_what_the_folder_cannot(tmp_path):
    path = await fill(tmp_path, 2)
    file = tmp_path / "audit.db.checkpoint"
    earlier, earlier_note = path.read_bytes(), file.read_text()
    await fill(tmp_path, 2)
    published = file.read_text()
    path.write_bytes(earlier)
    file.write_text(earlier_note)
    async with await open_for_reading(URL, folder=tmp_path) as database:
        assert isinstance(await check_audit_log(database, SIGNER.key), Verified)
        found = await check_audit_log(database, SIGNER.key, kept_elsewhere=(published,))
    assert isinstance(found, Broken)
    assert found.seq == 3


async def test_a_checkpoint_file_that_was_removed_is_missed(tmp_path):
    await fill(tmp_path, 3)
    (tmp_path / "audit.db.checkpoint").unlink()
    found = await check(tmp_path)
    assert isinstance(found, Broken)
    assert "in the checkpoint file is missing" in found.reason


async def test_a_log_that_was_tampered_with_does_not_grow(tmp_path):
    path = await fill(tmp_path, 3)
    edit(path, "DELETE FROM audit_entries WHERE seq = 3")
    async with await open_database(URL, folder=tmp_path) as database:
        with pytest.raises(AuditBroken):
            await log_on(database).append(EntryKind.CALL_INTENT, {})
        assert [entry.seq async for entry in log_on(database).read()] == [1, 2]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entries SET text = replace(text, '\"n\":1', '\"n\":9') WHERE seq = 2",
        (
            "UPDATE audit_entries SET text = one.text, hash = one.hash FROM"
            " (SELECT * FROM audit_entries WHERE seq = 1) AS one WHERE audit_entries.seq = 2"
        ),
        "UPDATE audit_entries SET text = 'not an entry' WHERE seq = 2",
    ],
)
async def test_a_reader_does_not_believe_a_changed_entry(tmp_path, statement):
    path = await fill(tmp_path, 2)
    edit(path, statement)
    async with await open_database(URL, folder=tmp_path) as database:
        with pytest.raises(AuditBroken, match="entry"):
            _ = [entry async for entry in log_on(database).read()]


async def test_another_key_is_noticed_at_once(tmp_path):
    await fill(tmp_path, 1)
    other = signer_from_seed(b"x" * 32)
    async with await open_database(URL, folder=tmp_path) as database:
        with pytest.raises(AuditBroken, match="not signed with this key"):
            await log_on(database, other).append(EntryKind.CALL_INTENT, {})
    assert isinstance(await check(tmp_path, other), Broken)


async def test_any_byte_of_an_entry_in_the_file_itself(tmp_path):
    """Every copy of an entry that the file holds is a live one: no byte of it can be changed unseen."""
    path = await fill(tmp_path, 40)
    sound = path.read_bytes()
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT seq, text, hash, signature FROM audit_entries").fetchall()
    connection.close()
    chance = random.Random(7)
    for _ in range(60):
        seq, *values = chance.choice(rows)
        raw = chance.choice(values)
        raw = raw.encode() if isinstance(raw, str) else raw
        for start in occurrences(sound, raw):
            changed = bytearray(sound)
            changed[start + chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
            path.write_bytes(changed)
            found = await check(tmp_path)
            assert isinstance(found, Broken)
            assert found.seq in (seq, seq + 1)  # an entry's hash stands in its follower too


async def test_a_file_that_sqlite_cannot_read_is_broken_too(tmp_path):
    path = await fill(tmp_path, 40)
    sound = bytearray(path.read_bytes())
    page = int.from_bytes(sound[16:18])
    for start, end in ((0, 16), (page, page + 100), (100, page)):
        damaged = sound[:start] + os.urandom(end - start) + sound[end:]
        path.write_bytes(damaged)
        try:
            assert isinstance(await check(tmp_path), Broken)
        except StorageUnavailable as error:
            pytest.fail(f"damage is told as {error!r}")


async def test_half_a_file_is_broken(tmp_path):
    path = await fill(tmp_path, 40)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert isinstance(await check(tmp_path), Broken)


async def append_many(log: SqlAuditLog, entries: int) -> None:
    for _ in range(entries):
        await log.append(EntryKind.CALL_INTENT, {"people": ["sato"] * 40})


def occurrences(content: bytes, part: bytes):
    starts = itertools.accumulate(
        itertools.repeat(0), lambda at, _: content.find(part, at + 1), initial=content.find(part)
    )
    return list(itertools.takewhile(lambda at: at >= 0, starts))


async def test_entries_that_come_together_are_written_together(tmp_path, monkeypatch):
    async with await open_database(URL, folder=tmp_path) as database:
        log = log_on(database)
        await log.append(EntryKind.SERVICE_STARTED, {})
        heads = []
        write = CheckpointFile.write
        monkeypatch.setattr(
            CheckpointFile, "write", lambda file, note, **how: (heads.append(note), write(file, note, **how))
        )
        entries = await asyncio.gather(*(log.append(EntryKind.CALL_INTENT, {"n": n}) for n in range(50)))
        assert [entry.body["n"] for entry in entries] == list(range(50))
        assert [entry.seq for entry in entries] == list(range(2, 52))
        assert len(heads) <= 2
    assert isinstance(await check(tmp_path), Verified)


async def test_what_no_entry_can_hold_fails_alone(tmp_path):
    async with await open_database(URL, folder=tmp_path) as database:
        log = log_on(database)
        bodies = [{"n": 1}, {"n": 0.5}, {"n": 2}]
        ended = await asyncio.gather(
            *(log.append(EntryKind.CALL_INTENT, body) for body in bodies), return_exceptions=True
        )
        assert [type(each).__name__ for each in ended] == ["Entry", "NotCanonicalError", "Entry"]


async def test_an_id_that_is_there_already_fails_alone(tmp_path):
    async with await open_database(URL, folder=tmp_path) as database:
        log, known = log_on(database), EntryId("11111111-2222-4333-8444-555555555555")
        wishes = [None, known, None, known, None]
        ended = await asyncio.gather(
            *(log.append(EntryKind.CALL_INTENT, {}, entry_id=name) for name in wishes), return_exceptions=True
        )
        kinds = [type(each).__name__ for each in ended]
        assert kinds == ["Entry", "Entry", "Entry", "AuditUnavailable", "Entry"]
    assert isinstance(await check(tmp_path), Verified)


async def test_a_group_that_cannot_be_written_fails_whole_and_leaves_nothing(tmp_path):
    async with await open_database(URL, folder=tmp_path, patience=0.05) as database:
        log = log_on(database)
        await log.append(EntryKind.SERVICE_STARTED, {})
        with sqlite3.connect(database.path) as other:
            other.execute("BEGIN IMMEDIATE")
            ended = await asyncio.gather(
                *(log.append(EntryKind.CALL_INTENT, {"n": n}) for n in range(5)), return_exceptions=True
            )
        other.close()
        assert [type(each).__name__ for each in ended] == ["AuditUnavailable"] * 5
        assert (await log.append(EntryKind.CALL_OUTCOME, {})).seq == 2
    assert isinstance(await check(tmp_path), Verified)


async def test_who_gives_up_waiting_takes_nothing_from_the_others(tmp_path):
    async with await open_database(URL, folder=tmp_path) as database:
        log = log_on(database)
        appends = [asyncio.create_task(log.append(EntryKind.CALL_INTENT, {"n": n})) for n in range(6)]
        await asyncio.sleep(0)
        appends[0].cancel()
        appends[3].cancel()
        ended = await asyncio.gather(*appends, return_exceptions=True)
        assert [type(each).__name__ for each in ended].count("Entry") == 4
    assert isinstance(await check(tmp_path), Verified)


def test_a_checkpoint_file_that_many_write_at_once_is_always_whole(tmp_path):
    file = CheckpointFile(tmp_path / "log.checkpoint")
    notes = [f"{number}\n" * 50 for number in range(8)]
    with ThreadPoolExecutor(len(notes)) as pool:
        writing = [pool.submit(CheckpointFile(file.path).write, note) for note in notes * 5]
        seen = [file.read() for _ in range(200)]
        for each in writing:
            each.result()
    assert {*seen, file.read()} <= {None, *notes}
    assert [path.name for path in tmp_path.iterdir()] == ["log.checkpoint"]
