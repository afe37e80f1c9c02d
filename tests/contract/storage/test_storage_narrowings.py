"""What owners narrowed, and who asked, on either engine."""

import uuid
from datetime import UTC, datetime

import pytest

from sekimori.audit.entry import EntryKind
from sekimori.audit.keys import signer_from_seed
from sekimori.core.ids import EntryId, PersonId, UserId
from sekimori.desk.domain.disclosure import Precision
from sekimori.desk.domain.narrowing import InForce, Narrowing
from sekimori.storage.audit_log import SqlAuditLog
from sekimori.storage.database import open_database
from sekimori.storage.lookups import SqlLookups
from sekimori.storage.narrowings import SqlNarrowings

NOW = datetime(2026, 11, 24, 1, 5, tzinfo=UTC)
SATO, SATOH = PersonId("sato"), PersonId("s_to")


@pytest.fixture
async def database(storage_url, tmp_path):
    async with await open_database(storage_url, folder=tmp_path) as opened:
        yield opened


async def test_what_is_narrowed_is_seen_by_every_instance_at_once(database):
    one, other = SqlNarrowings(database), SqlNarrowings(database)
    assert await one.in_force() == InForce()
    await one.pause(SATO, UserId("U0SATO"))
    await one.narrow(SATO, Precision.DAY_PART, NOW)
    await one.pause(None, UserId("U0ADMIN"))
    paused = Narrowing(paused_by=UserId("U0SATO"), precision=Precision.DAY_PART, narrowed_at=NOW)
    assert await other.in_force() == InForce(paused_by=UserId("U0ADMIN"), people={SATO: paused})
    await other.resume(SATO)
    await other.resume(None)
    left = Narrowing(precision=Precision.DAY_PART, narrowed_at=NOW)
    assert await one.in_force() == InForce(people={SATO: left})


async def test_the_record_says_who_asked_about_whom_and_what_came_of_it(database):
    log = SqlAuditLog(
        database, signer=signer_from_seed(b"s" * 32), clock=lambda: NOW, new_id=lambda: EntryId(str(uuid.uuid4()))
    )
    asker = {"partner": "contoso", "team": "T0CONTOSO", "user": "U0SEC", "channel": "C0SHARED"}
    window = ["2026-11-30T00:00:00+00:00", "2026-12-07T00:00:00+00:00"]
    about = {**asker, "person": "sato", "window": window, "precision": "typed", "purpose": "p"}
    asked = await log.append(EntryKind.QUESTION_INTENT, about)
    await log.append(EntryKind.QUESTION_INTENT, {**about, "person": "suzuki"})
    ended = {"question": asked.id, "result": "shown", "periods": 168, "unknown": 2, "surface": "modal"}
    await log.append(EntryKind.QUESTION_OUTCOME, ended)
    await log.append(EntryKind.QUESTION_REFUSED, {"reason": "person_paused", **asker, "person": "sato"})
    await log.append(EntryKind.PERSON_PAUSED, {"person": "sato", "team": "T0FABRIKAM", "user": "U0SATO"})
    refused, shown = await SqlLookups(database).about(SATO, most=10)
    assert (refused.result, refused.user, refused.window) == ("refused", "U0SEC", None)
    assert (shown.seq, shown.result, shown.periods, shown.unknown, shown.surface) == (1, "shown", 168, 2, "modal")
    assert (shown.purpose, shown.precision, shown.at) == ("p", "typed", NOW)
    assert [lookup.seq for lookup in await SqlLookups(database).about(SATO, most=1)] == [4]
    assert await SqlLookups(database).about(SATOH, most=10) == ()
