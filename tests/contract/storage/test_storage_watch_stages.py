"""What a stage remembers is committed with the positions of the records that taught it, or not at all."""

import asyncio
from datetime import UTC, datetime

import pytest

from sekimori.bootstrap import envelopes
from sekimori.storage.database import open_database
from sekimori.storage.offsets import SqlOffsets
from sekimori.storage.outbox import SqlOutbox
from sekimori.storage.watch_ledger import SqlWatchLedger
from sekimori.watch.batch import Batch, Line
from sekimori.watch.delivery import Delivery
from sekimori.watch.domain.detection import Detector
from sekimori.watch.domain.language import Language
from sekimori.watch.intake import Intake
from sekimori.watch.ledger import Committed, Overtaken
from sekimori.watch.live import LiveWatch, Voice
from sekimori.watch.rulebook import shipped_rules

NOW = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
RECORD = b'{"category":"AuditLogs","operationName":"x","properties":{"id":"%d"}}'


class Counting:
    """Counts records in the database, and does not believe its memory before the commit."""

    def __init__(self, database) -> None:
        self.kept, self.told, self.broken = SqlOffsets(database), [], False

    def look(self, sightings):
        assert all(sighting.source.line != 13 for sighting in sightings), "nobody tested this one enough"
        return [sighting.record["properties"]["id"] for sighting in sightings]

    async def decide(self, looked, now):
        assert now == NOW
        await self.kept.put("count", str(int(await self.kept.get("count") or 0) + len(looked)))
        if self.broken:
            raise RuntimeError("in the middle")
        return []

    async def tick(self, now):
        await self.kept.put("ticks", str(int(await self.kept.get("ticks") or 0) + 1))
        return []

    def committed(self):
        self.told.append("committed")

    def abandoned(self):
        self.told.append("abandoned")


def watch_on(database, stage) -> LiveWatch:
    return LiveWatch(
        intake=Intake(envelopes=envelopes()),
        detector=Detector(rules=shipped_rules()),
        own_entries=None,
        ledger=SqlWatchLedger(database, clock=lambda: NOW),
        delivery=Delivery(SqlOutbox(database, clock=lambda: NOW), []),
        voice=Voice(language=Language.EN, zone=UTC),
        clock=lambda: NOW,
        stages=[stage],
    )


def batch(since: str, *numbers: int) -> Batch:
    lines = tuple(Line(text=RECORD % number, path="a", line=number) for number in numbers)
    return Batch(lines=lines, positions={"a": str(numbers[-1])}, since={"a": since})


async def test_what_is_remembered_goes_with_the_positions(storage_url, tmp_path):
    async with await open_database(storage_url, folder=tmp_path) as database:
        stage = Counting(database)
        watch = watch_on(database, stage)
        assert await watch.take(batch("", 1, 2), "s") == Committed(fresh=0)
        assert await watch.take(batch("", 1, 2, 3), "s") == Overtaken(parts=frozenset({"a"}))
        stage.broken = True
        with pytest.raises(RuntimeError):
            await watch.take(batch("2", 3), "s")
        stage.broken = False
        assert await stage.kept.get("count") == "2"
        await watch.take(batch("2", 3), "s")
        await watch.tick()
        assert (await stage.kept.get("count"), await stage.kept.get("ticks")) == ("3", "1")
        assert stage.told == ["committed", "abandoned", "abandoned", "committed", "committed"]


async def test_a_record_that_a_stage_fails_on_is_passed_over(storage_url, tmp_path):
    async with await open_database(storage_url, folder=tmp_path) as database:
        stage = Counting(database)
        assert await watch_on(database, stage).take(batch("", 12, 13, 14), "s") == Committed(fresh=0)
        assert await stage.kept.get("count") == "2"


async def test_two_instances_that_read_the_same_part_count_each_record_once(storage_url, tmp_path):
    async with (
        await open_database(storage_url, folder=tmp_path) as one,
        await open_database(storage_url, folder=tmp_path) as two,
    ):
        stages = [Counting(one), Counting(two)]
        watches = [watch_on(one, stages[0]), watch_on(two, stages[1])]
        outcomes = await asyncio.gather(*(watch.take(batch("", 1, 2, 3), "s") for watch in watches))
        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Committed", "Overtaken"]
        assert await stages[0].kept.get("count") == "3"
