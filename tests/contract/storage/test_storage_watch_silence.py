"""What is usual for a log is kept, shared by instances, and a silence is told once by all of them together."""

from datetime import UTC, datetime, timedelta

from sekimori.storage.database import Database, open_database
from sekimori.storage.watch_record import SqlWatchRecord
from sekimori.watch.batch import Line
from sekimori.watch.domain.detection import Detector
from sekimori.watch.domain.habit import Patience
from sekimori.watch.listening import Listening
from sekimori.watch.rulebook import shipped_rules
from sekimori.watch.stage import Sighting

MONDAY = datetime(2026, 10, 5, tzinfo=UTC)
STEP = timedelta(minutes=10)
RULES = [rule for rule in shipped_rules() if rule.id == "log_category_silent"]
LINE = b'{"time":"x","category":"AuditLogs","properties":{"category":"ApplicationManagement"}}'


def listening(database: Database) -> Listening:
    return Listening(
        detector=Detector(RULES), store=SqlWatchRecord(database), patience=Patience(surprise=1.5), zone=UTC
    )


async def tick(database: Database, stage: Listening, now: datetime) -> list[str]:
    async with database.transaction():
        findings = await stage.tick(now)
    stage.committed()
    return [str(finding.event.detail.values["log"]) for finding in findings]


async def hear(stage: Listening, now: datetime) -> None:
    sightings = [Sighting(Line(text=text, path="a", line=1)) for text in (b"{}", LINE, b'{"category":"X"}')]
    await stage.decide(stage.look(sightings), now)
    stage.committed()


async def test_a_silence_is_told_once_also_after_a_restart_and_by_one_of_two(storage_url, tmp_path):
    async with await open_database(storage_url, folder=tmp_path) as database:
        stage, now = listening(database), MONDAY
        while now < MONDAY + timedelta(hours=6):
            await hear(stage, now)
            assert await tick(database, stage, now) == []
            now += 6 * STEP
        week = MONDAY + timedelta(weeks=1)
        await hear(stage, week)
        assert await tick(database, stage, week) == []
    async with (
        await open_database(storage_url, folder=tmp_path) as one,
        await open_database(storage_url, folder=tmp_path) as two,
    ):
        first, second, now, told = listening(one), listening(two), week, []
        while now < week + timedelta(hours=5):
            now += STEP
            told += await tick(one, first, now)
            told += await tick(two, second, now + STEP / 2)
        assert told == ["AuditLogs"]
        assert await tick(one, listening(one), now) == []


async def test_what_one_instance_hears_ends_the_silence_for_all(storage_url, tmp_path):
    async with (
        await open_database(storage_url, folder=tmp_path) as one,
        await open_database(storage_url, folder=tmp_path) as two,
    ):
        first, second, now, told = listening(one), listening(two), MONDAY, []
        while now < MONDAY + timedelta(days=8):
            if now.hour < 12:
                await hear(second, now)
            told += await tick(one, first, now)
            told += await tick(two, second, now + STEP / 2)
            now += 3 * STEP
        assert told == []


async def test_the_log_of_a_record_in_an_envelope_is_known_too(storage_url, tmp_path):
    async with await open_database(storage_url, folder=tmp_path) as database:
        sighting = Sighting(Line(text=b"{}", path="a", line=1), record={"category": "SignInLogs"})
        assert listening(database).look([sighting]) == {"SignInLogs"}
