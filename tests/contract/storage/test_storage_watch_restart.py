"""An audit entry proves one Graph call: also after a restart, and where another instance saw the first one."""

import asyncio
import json
import uuid
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from sekimori.audit.entry import EntryKind
from sekimori.audit.keys import signer_from_seed
from sekimori.bootstrap import envelopes
from sekimori.core.ids import EntryId
from sekimori.storage.audit_log import SqlAuditLog
from sekimori.storage.claims import SqlClaims
from sekimori.storage.database import Database, open_database
from sekimori.storage.outbox import SqlOutbox
from sekimori.storage.tables import findings
from sekimori.storage.watch_ledger import SqlWatchLedger
from sekimori.watch.batch import Batch, Line
from sekimori.watch.delivery import Delivery
from sekimori.watch.domain.detection import Detector
from sekimori.watch.domain.language import Language
from sekimori.watch.domain.profile import IdentityProfile
from sekimori.watch.intake import Intake
from sekimori.watch.ledger import Committed, Contested, Overtaken, Work
from sekimori.watch.live import LiveWatch, Voice
from sekimori.watch.rulebook import shipped_rules

NOW = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
APP = "6f1d2c3b-4a59-4871-8e90-aabbccddeeff"


def call(request: str, entry_id: str) -> bytes:
    properties = {
        "requestId": request,
        "clientRequestId": entry_id,
        "appId": APP,
        "requestMethod": "POST",
        "requestUri": "https://graph.microsoft.com/v1.0/users/sato%40fabrikam.example/calendar/getSchedule",
        "responseStatusCode": 200,
        "timeGenerated": "2026-11-23T00:30:01Z",
    }
    record = {
        "time": "2026-11-23T00:30:01Z",
        "operationName": "Microsoft Graph Activity",
        "category": "MicrosoftGraphActivityLogs",
        "resultSignature": "200",
        "properties": properties,
    }
    return json.dumps(record).encode()


def batch(*texts: bytes, start: int = 1) -> Batch:
    lines = tuple(Line(text=text, path="graph.ndjson", line=start + index) for index, text in enumerate(texts))
    return Batch(lines=lines, positions={"graph.ndjson": str(start + len(lines) - 1)})


def log_on(database: Database) -> SqlAuditLog:
    return SqlAuditLog(
        database,
        signer=signer_from_seed(b"s" * 32),
        clock=lambda: NOW,
        new_id=lambda: EntryId(str(uuid.uuid4())),
    )


def watch_on(database: Database) -> LiveWatch:
    profile = IdentityProfile(name="Sekimori", app_id=APP, recorded=True)
    return LiveWatch(
        intake=Intake(envelopes=envelopes()),
        detector=Detector(rules=shipped_rules(), profiles=(profile,)),
        own_entries=log_on(database),
        ledger=SqlWatchLedger(database, clock=lambda: NOW),
        delivery=Delivery(SqlOutbox(database, clock=lambda: NOW), []),
        voice=Voice(language=Language.EN, zone=UTC),
        clock=lambda: NOW,
    )


async def announced(database: Database) -> str:
    body = {"provider": "outlook", "method": "POST", "resource": "calendar/getSchedule", "people": ["sato"]}
    return (await log_on(database).append(EntryKind.CALL_INTENT, body)).id


async def alerts(database: Database) -> list[str]:
    """Return the rule of each finding, oldest first."""
    async with database.reading() as connection:
        told = (await connection.execute(select(findings.c.finding).order_by(findings.c.place))).scalars()
        return [json.loads(text)["rule"] for text in told]


async def test_an_id_that_is_used_again_after_a_restart_is_found(storage_url, tmp_path):
    async with await open_database(storage_url, folder=tmp_path) as database:
        entry = await announced(database)
        await watch_on(database).take(batch(call("r1", entry)))
        assert await alerts(database) == []
    async with await open_database(storage_url, folder=tmp_path) as database:
        watch = watch_on(database)
        await watch.take(batch(call("r1", entry), start=2))
        assert await alerts(database) == [], "the log is delivered at least once"
        await watch.take(batch(call("r2", entry), start=3))
        assert await alerts(database) == ["graph_call_without_entry"]


async def test_an_id_that_another_instance_saw_first_is_found(storage_url, tmp_path):
    async with (
        await open_database(storage_url, folder=tmp_path) as one,
        await open_database(storage_url, folder=tmp_path) as two,
    ):
        entry, unused = await announced(one), await announced(one)
        first, second = watch_on(one), watch_on(two)
        await second.take(batch(call("r0", unused)))
        await first.take(batch(call("r1", entry)))
        await second.take(batch(call("r2", entry), start=2))
        assert await alerts(one) == ["graph_call_without_entry"]


async def test_of_two_instances_that_see_two_uses_at_once_one_finds_it(storage_url, tmp_path):
    async with (
        await open_database(storage_url, folder=tmp_path) as one,
        await open_database(storage_url, folder=tmp_path) as two,
    ):
        entries = [await announced(one) for _ in range(10)]
        first, second = watch_on(one), watch_on(two)
        await asyncio.gather(
            first.take(batch(*(call(f"a{n}", entry) for n, entry in enumerate(entries)))),
            second.take(batch(*(call(f"b{n}", entry) for n, entry in enumerate(entries)))),
        )
        assert await alerts(one) == ["graph_call_without_entry"] * 10


async def test_claims_alerts_and_positions_are_committed_together_or_not_at_all(storage_url, tmp_path):
    async with await open_database(storage_url, folder=tmp_path) as database:
        ledger = SqlWatchLedger(database, clock=lambda: NOW)
        first = Work(stream="s", positions={"a": "1"}, claims={"e1": "r1", "e2": "r2"})
        assert await ledger.commit(first) == Committed(fresh=0)
        second = Work(stream="s", positions={"a": "9"}, claims={"e1": "r1", "e2": "r9", "e3": "r3"})
        assert await ledger.commit(second) == Contested(claims={"e2": "r2"})
        assert await ledger.claims() == {"e1": "r1", "e2": "r2"}
        assert await ledger.positions("s") == {"a": "1"}


async def test_nothing_is_committed_that_another_instance_has_read_already(storage_url, tmp_path):
    async with await open_database(storage_url, folder=tmp_path) as database:
        ledger = SqlWatchLedger(database, clock=lambda: NOW)
        fresh = Work(stream="s", positions={"a": "5"}, since={"a": ""}, claims={"e1": "r1"})
        assert await ledger.commit(fresh) == Committed(fresh=0)
        late = Work(stream="s", positions={"a": "3", "b": "1"}, since={"a": "", "b": ""}, claims={"e2": "r2"})
        assert await ledger.commit(late) == Overtaken(parts=frozenset({"a"}))
        assert await ledger.positions("s") == {"a": "5"}
        assert await ledger.claims() == {"e1": "r1"}
        assert await ledger.commit(Work(stream="s", positions={"a": "8"}, since={"a": "5"})) == Committed(fresh=0)
        assert await ledger.positions("other") == {}


@pytest.mark.parametrize("request_id", ["", "\x00", "\ud800", "予定" * 500])
async def test_whatever_a_log_says_can_be_kept(storage_url, tmp_path, request_id):
    async with await open_database(storage_url, folder=tmp_path) as database:
        claims = SqlClaims(database)
        await claims.keep({"e": request_id}, NOW)
        await claims.keep({"e": "later"}, NOW)
        assert await claims.all() == {"e": request_id}
        assert await claims.taken({"e": request_id, "f": "x"}) == {}
        assert await claims.taken({"e": "other"}) == {"e": request_id}


async def test_many_claims_at_once(storage_url, tmp_path):
    many = {f"e{number}": f"r{number}" for number in range(1234)}
    async with await open_database(storage_url, folder=tmp_path) as database:
        claims = SqlClaims(database)
        await claims.keep(many, NOW)
        assert await claims.all() == many
        assert await claims.taken(many) == {}
        assert len(await claims.taken(dict.fromkeys(many, "other"))) == 1234
