"""A change that the manifest announced is recorded as expected, with who and why, and no sink is told of it."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from sekimori.bootstrap import envelopes
from sekimori.core.timespan import Timespan
from sekimori.sim import world
from sekimori.storage.alert_book import SqlAlertBook
from sekimori.storage.arrivals import SqlArrivals
from sekimori.storage.database import open_database
from sekimori.storage.outbox import SqlOutbox
from sekimori.storage.tables import deliveries, findings
from sekimori.storage.watch_ledger import SqlWatchLedger
from sekimori.watch.batch import Batch, Line
from sekimori.watch.delivery import Delivery
from sekimori.watch.domain.detection import Detector
from sekimori.watch.domain.language import Language
from sekimori.watch.domain.level import Level
from sekimori.watch.domain.profile import ChangeWindow, IdentityProfile
from sekimori.watch.domain.standing import Standing
from sekimori.watch.intake import Intake
from sekimori.watch.live import LiveWatch, Voice
from sekimori.watch.rulebook import shipped_folder, shipped_rules

NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)
WINDOW = ChangeWindow(
    span=Timespan(NOW - timedelta(hours=1), NOW + timedelta(hours=1)),
    what=frozenset({"credential"}),
    why="yearly rotation",
)
OBJECT = "2b3c4d5e-6f70-4182-93a4-b5c6d7e8f901"
PROFILE = IdentityProfile(name="Sekimori", app_id=world.APP, object_id=OBJECT, change_windows=(WINDOW,))


def line(number: int, at: datetime) -> Line:
    samples = (shipped_folder() / "federated_credential_added.samples.ndjson").read_text(encoding="utf-8")
    record: dict[str, Any] = json.loads(samples.splitlines()[0])["raw"]
    said = at.isoformat()
    record["time"] = record["properties"]["activityDateTime"] = said
    record["properties"]["id"] = record["correlationId"] = record["properties"]["correlationId"] = f"c{number}"
    record["properties"]["targetResources"][0]["id"] = OBJECT
    return Line(text=json.dumps(record).encode(), path="log", line=number)


async def test_what_was_announced_is_recorded_and_not_told(storage_url, tmp_path):
    async with await open_database(storage_url, folder=tmp_path) as database:
        outbox = SqlOutbox(database, clock=lambda: NOW)
        await outbox.register({"lake": Level.INFORMATIONAL})
        watch = LiveWatch(
            intake=Intake(envelopes=envelopes()),
            detector=Detector(rules=shipped_rules(), profiles=(PROFILE,)),
            own_entries=None,
            ledger=SqlWatchLedger(database, clock=lambda: NOW),
            delivery=Delivery(outbox, []),
            voice=Voice(language=Language.EN, zone=UTC),
            clock=lambda: NOW,
        )
        lines = (line(1, NOW), line(2, NOW + timedelta(minutes=9)), line(3, NOW + timedelta(hours=2)))
        await watch.take(Batch(lines=lines, positions={"log": "3"}, since={"log": ""}), "s")
        book = SqlAlertBook(database)
        (told,) = await book.listed(standing=Standing.NEW, limit=9)
        (expected,) = await book.listed(standing=Standing.EXPECTED, limit=9)
        assert (told.level, told.count) == (Level.HIGH, 1)
        assert (expected.level, expected.count) == (Level.INFORMATIONAL, 2), "the same again is folded"
        assert "admin@fabrikam.example" in expected.lead.summary
        assert "yearly rotation" in expected.lead.summary
        (arrived,) = await SqlArrivals(database).since(NOW - timedelta(days=1))
        assert json.loads(arrived.finding_json)["level"] == "high", "a drill asks for what was told"
        async with database.reading() as connection:
            asked = (await connection.execute(select(deliveries.c.alert))).scalars().all()
            waiting = select(findings.c.alert).where(findings.c.delivered_at.is_(None))
            assert list(asked) == [told.id]
            assert list((await connection.execute(waiting)).scalars()) == [told.id]
