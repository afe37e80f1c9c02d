"""Whatever keeps audit entries keeps them alike: in memory as in a database of either engine."""

import uuid
from datetime import UTC, datetime

import pytest

from sekimori.audit.canonical import NotCanonicalError
from sekimori.audit.chain import GENESIS
from sekimori.audit.entry import EntryKind
from sekimori.audit.keys import signer_from_seed
from sekimori.audit.log import AuditLog, AuditUnavailable
from sekimori.audit.memory import MemoryAuditLog
from sekimori.core.ids import EntryId
from sekimori.storage.audit_log import SqlAuditLog
from sekimori.storage.database import open_database

NOW = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)


def new_id() -> EntryId:
    return EntryId(str(uuid.uuid4()))


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
async def log(request, tmp_path):
    if request.param == "memory":
        yield MemoryAuditLog(clock=lambda: NOW, new_id=new_id)
        return
    url = "sqlite:///audit.db" if request.param == "sqlite" else request.getfixturevalue("postgresql_url")
    async with await open_database(url, folder=tmp_path) as database:
        yield SqlAuditLog(database, signer=signer_from_seed(b"s" * 32), clock=lambda: NOW, new_id=new_id)


async def test_entries_are_numbered_linked_and_given_back_in_order(log: AuditLog):
    first = await log.append(EntryKind.SERVICE_STARTED, {})
    second = await log.append(EntryKind.CALL_INTENT, {"people": ["sato"], "attempt": 1})
    assert (first.seq, first.previous, first.at) == (1, GENESIS, NOW)
    assert (second.seq, second.previous) == (2, first.hash)
    assert [entry async for entry in log.read()] == [first, second]
    assert [entry async for entry in log.read(after=1)] == [second]
    assert [entry async for entry in log.read(after=2)] == []


async def test_an_entry_is_found_by_the_id_given_away_before(log: AuditLog):
    known = new_id()
    entry = await log.append(EntryKind.CALL_INTENT, {}, entry_id=known)
    assert entry.id == known
    assert await log.find(known) == entry
    assert await log.find(new_id()) is None


async def test_an_id_is_used_once(log: AuditLog):
    known = new_id()
    await log.append(EntryKind.CALL_INTENT, {}, entry_id=known)
    with pytest.raises(AuditUnavailable):
        await log.append(EntryKind.CALL_INTENT, {}, entry_id=known)
    assert (await log.append(EntryKind.CALL_OUTCOME, {})).seq == 2


async def test_what_cannot_be_spelled_is_not_written(log: AuditLog):
    with pytest.raises(NotCanonicalError):
        await log.append(EntryKind.CALL_OUTCOME, {"seconds": 0.5})
    assert [entry async for entry in log.read()] == []
    assert (await log.append(EntryKind.CALL_OUTCOME, {})).seq == 1
