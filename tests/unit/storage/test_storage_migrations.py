"""A database of an earlier release is brought to this one, with all that is in it."""

import sqlite3
import uuid
from datetime import UTC, datetime

import pytest

from sekimori.audit.chain import GENESIS, link
from sekimori.audit.checkpoint import signed
from sekimori.audit.entry import EntryKind
from sekimori.audit.keys import signer_from_seed
from sekimori.audit.merkle import Tree
from sekimori.audit.verify import Verified, entry_signature
from sekimori.core.ids import EntryId
from sekimori.storage.audit_check import check_audit_log
from sekimori.storage.audit_log import SqlAuditLog
from sekimori.storage.database import open_database, open_for_reading
from sekimori.storage.errors import StorageDamaged
from sekimori.storage.inbox import SqlInbox
from sekimori.storage.outbox import SqlOutbox
from sekimori.storage.schema import LATEST, MIGRATIONS
from sekimori.watch.domain.level import Level

NOW = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
SIGNER = signer_from_seed(b"s" * 32)
URL = "sqlite:///data.db"
FIRST_RELEASE = """
CREATE TABLE audit_entries (
    seq INTEGER NOT NULL, id TEXT NOT NULL, text TEXT NOT NULL, hash TEXT NOT NULL, signature BLOB NOT NULL,
    PRIMARY KEY (seq), UNIQUE (id)
);
CREATE TABLE audit_head (only INTEGER NOT NULL, note TEXT NOT NULL, peaks TEXT NOT NULL, PRIMARY KEY (only));
CREATE TABLE findings (
    place INTEGER NOT NULL, fingerprint TEXT NOT NULL, finding TEXT NOT NULL, recorded_at TEXT NOT NULL,
    delivered_at TEXT, PRIMARY KEY (place), UNIQUE (fingerprint)
);
CREATE TABLE inbox (
    place INTEGER NOT NULL, "key" TEXT NOT NULL, payload BLOB, accepted_at TEXT NOT NULL, done_at TEXT,
    PRIMARY KEY (place), UNIQUE ("key")
);
CREATE TABLE offsets (stream TEXT NOT NULL, "offset" TEXT NOT NULL, PRIMARY KEY (stream));
PRAGMA user_version=1;
"""


@pytest.fixture
def earlier(tmp_path):
    """A database as the first release left it, with one entry and one piece of open work."""
    entry, text = link(
        seq=1, entry_id=EntryId(str(uuid.uuid4())), at=NOW, kind=EntryKind.CALL_INTENT, body={}, previous=GENESIS
    )
    tree = Tree().grown(text)
    row = (1, entry.id, text.decode(), entry.hash, entry_signature(entry.hash, SIGNER))
    head = (signed(tree.size, tree.root, SIGNER), " ".join(peak.hex() for peak in tree.peaks))
    with sqlite3.connect(tmp_path / "data.db") as connection:
        connection.executescript(FIRST_RELEASE)
        connection.execute("INSERT INTO audit_entries VALUES (?, ?, ?, ?, ?)", row)
        connection.execute("INSERT INTO audit_head VALUES (1, ?, ?)", head)
        connection.execute("INSERT INTO inbox VALUES (1, 'Ev1', x'01', '2026-11-23T00:30:00.000000+00:00', NULL)")
    connection.close()
    return tmp_path


async def test_what_the_first_release_wrote_is_there_and_goes_on(earlier):
    async with await open_database(URL, folder=earlier) as database:
        assert [work.key for work in await SqlInbox(database, clock=lambda: NOW).pending()] == ["Ev1"]
        log = SqlAuditLog(
            database, signer=SIGNER, clock=lambda: NOW, new_id=lambda: EntryId("00000000-0000-4000-8000-000000000002")
        )
        assert (await log.append(EntryKind.CALL_OUTCOME, {})).seq == 2
    async with await open_for_reading(URL, folder=earlier) as database:
        found = await check_audit_log(database, SIGNER.key)
    assert isinstance(found, Verified)
    assert found.size == 2


async def test_what_the_first_release_found_and_did_not_deliver_is_an_alert_and_is_delivered(earlier):
    with sqlite3.connect(earlier / "data.db") as connection:
        for number, delivered in ((1, None), (2, "2026-11-23T00:31:00.000000+00:00")):
            text = f'{{"fingerprint":"f{number}","rule":"r","level":"medium","title":"t","summary":"s"}}'
            row = (number, f"f{number}", text, "2026-11-23T00:30:00.000000+00:00", delivered)
            connection.execute("INSERT INTO findings VALUES (?, ?, ?, ?, ?)", row)
    connection.close()
    async with await open_database(URL, folder=earlier) as database:
        outbox = SqlOutbox(database, clock=lambda: NOW)
        await outbox.register({"slack": Level.LOW})
        waiting = await outbox.next("slack")
        assert (waiting.bundle.id, waiting.bundle.level, waiting.bundle.count) == ("f1", "medium", 1)
        await outbox.taken(waiting, None)
        assert await outbox.next("slack") is None
        assert await outbox.waiting() == 0


async def test_the_log_of_the_first_release_can_be_verified_as_it_is(earlier):
    async with await open_for_reading(URL, folder=earlier) as database:
        assert isinstance(await check_audit_log(database, SIGNER.key), Verified)


async def test_the_first_release_will_refuse_what_this_one_wrote(earlier):
    await (await open_database(URL, folder=earlier)).close()
    with sqlite3.connect(earlier / "data.db") as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (LATEST,)
    connection.close()


async def test_an_upgrade_that_fails_changes_nothing(earlier):
    before = (earlier / "data.db").read_bytes()
    with sqlite3.connect(earlier / "data.db") as connection:
        connection.execute("CREATE TABLE jobs (x)")
    connection.close()
    with pytest.raises(StorageDamaged):
        await open_database(URL, folder=earlier)
    with sqlite3.connect(earlier / "data.db") as connection:
        connection.execute("DROP TABLE jobs")
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
        assert (
            "claimed_by" not in connection.execute("SELECT sql FROM sqlite_master WHERE name = 'inbox'").fetchone()[0]
        )
    connection.close()
    assert before.startswith(b"SQLite format 3")


async def test_a_version_that_is_no_number_is_told(tmp_path):
    await (await open_database(URL, folder=tmp_path)).close()
    with sqlite3.connect(tmp_path / "data.db") as connection:
        connection.execute("UPDATE sekimori_schema SET version_num = 'x'")
    connection.close()
    with pytest.raises(StorageDamaged, match="version cannot be read"):
        await open_database(URL, folder=tmp_path)


def test_the_steps_are_numbered_without_a_gap():
    numbers = sorted(int(path.name[1:5]) for path in (MIGRATIONS / "versions").glob("r*.py"))
    assert numbers == list(range(1, LATEST + 1))
