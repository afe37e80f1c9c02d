"""A restart neither loses nor doubles a finding: it is committed together with the offset behind it."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from sekimori.storage.database import open_database
from sekimori.storage.findings import Known, New, SqlFindings
from sekimori.storage.leases import Lease
from sekimori.storage.offsets import SqlOffsets

NOW = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)


@pytest.fixture
async def database(storage_url, tmp_path):
    async with await open_database(storage_url, folder=tmp_path) as opened:
        yield opened


async def test_a_finding_is_new_once(database):
    findings = SqlFindings(database)
    assert await findings.record("f1", '{"a":1}', NOW) == New()
    assert await findings.record("f1", '{"a":2}', NOW) == Known()
    (kept,) = await findings.undelivered()
    assert (kept.fingerprint, kept.finding_json, kept.recorded_at) == ("f1", '{"a":1}', NOW)


async def test_what_was_not_delivered_is_listed_in_order(database):
    findings = SqlFindings(database)
    for fingerprint in ("c", "a", "b"):
        await findings.record(fingerprint, "{}", NOW)
    await findings.mark_delivered("a", NOW)
    assert [finding.fingerprint for finding in await findings.undelivered()] == ["c", "b"]
    assert await findings.record("a", "{}", NOW) == Known()


async def test_offsets_are_kept_by_stream(database):
    offsets = SqlOffsets(database)
    assert await offsets.get("logs/a.ndjson") is None
    await offsets.put("logs/a.ndjson", "10")
    await offsets.put("logs/b.ndjson", "1")
    await offsets.put("logs/a.ndjson", "20")
    assert (await offsets.get("logs/a.ndjson"), await offsets.get("logs/b.ndjson")) == ("20", "1")


async def test_finding_and_offset_are_committed_together_or_not_at_all(database):
    findings, offsets = SqlFindings(database), SqlOffsets(database)

    async def killed_before_the_end() -> None:
        async with database.transaction():
            await findings.record("f1", "{}", NOW)
            await offsets.put("s", "10")
            assert await offsets.get("s") == "10"
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError, match="killed"):
        await killed_before_the_end()
    assert (await findings.undelivered(), await offsets.get("s")) == ((), None)
    async with database.transaction():
        await findings.record("f1", "{}", NOW)
        await offsets.put("s", "10")
    assert len(await findings.undelivered()) == 1
    assert await offsets.get("s") == "10"


async def test_a_finding_that_two_instances_make_is_new_once(storage_url, tmp_path):
    opened = [await open_database(storage_url, folder=tmp_path) for _ in range(3)]
    answers = await asyncio.gather(*(SqlFindings(one).record("f1", "{}", NOW) for one in opened * 4))
    assert answers.count(New()) == 1
    for one in opened:
        await one.close()


async def test_two_instances_deliver_each_finding_once(database):
    findings = SqlFindings(database)
    for number in range(9):
        await findings.record(f"f{number}", "{}", NOW)
    shown = []

    async def deliver(holder: str) -> None:
        async for found in findings.claim_undelivered(Lease(holder=holder), lambda: NOW):
            shown.append(found.fingerprint)
            await asyncio.sleep(0.005)
            await findings.mark_delivered(found.fingerprint, NOW)

    await asyncio.gather(deliver("a"), deliver("b"))
    assert sorted(shown) == [f"f{number}" for number in range(9)]
    assert await findings.undelivered() == ()


async def test_a_finding_that_was_not_taken_comes_again(database):
    findings, times = SqlFindings(database), [NOW]
    await findings.record("f1", "{}", NOW)
    await findings.record("f2", "{}", NOW)

    async def offered(holder: str) -> list[str]:
        lease = Lease(holder=holder, lasting=timedelta(minutes=5))
        return [found.fingerprint async for found in findings.claim_undelivered(lease, lambda: times[-1])]

    assert await offered("a") == ["f1", "f2"]
    assert await offered("a") == ["f1", "f2"]
    assert await offered("b") == []
    times.append(NOW + timedelta(minutes=5))
    assert await offered("b") == ["f1", "f2"]
