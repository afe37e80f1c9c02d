"""What the watch learnt of our audit log survives a restart, is not read again, and shows which calls are missing."""

import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

from sekimori.audit.entry import Entry, EntryKind
from sekimori.audit.keys import signer_from_seed
from sekimori.core.ids import EntryId
from sekimori.storage.audit_log import SqlAuditLog
from sekimori.storage.claims import SqlClaims
from sekimori.storage.database import Database, open_database
from sekimori.storage.watch_record import SqlWatchRecord
from sekimori.watch.domain.detection import Detector
from sekimori.watch.domain.level import Level
from sekimori.watch.domain.profile import IdentityProfile
from sekimori.watch.domain.trail import MemoryTrail
from sekimori.watch.own_record import OwnRecord
from sekimori.watch.reconciling import Reconciling
from sekimori.watch.rulebook import shipped_rules

START = datetime(2026, 11, 20, 1, tzinfo=UTC)
PROFILE = IdentityProfile(name="desk", app_id="6f1d2c3b-4a59-4871-8e90-aabbccddeeff", recorded=True)
RULES = [rule for rule in shipped_rules() if rule.id == "entries_without_call"]


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


class Read(SqlAuditLog):
    """An audit log that counts what was read of it."""

    count = 0

    async def read(self, *, after: int = 0) -> AsyncIterator[Entry]:
        async for entry in super().read(after=after):
            self.count += 1
            yield entry


class Watch:
    """The watch's side of one process, and the desk that writes the log."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database, self.clock = database, clock
        signer, new_id = signer_from_seed(b"s" * 32), lambda: EntryId(str(uuid.uuid4()))
        self.log = Read(database, signer=signer, clock=clock, new_id=new_id)
        self.trail = MemoryTrail()
        self.record = OwnRecord(entries=self.log, trail=self.trail, store=SqlWatchRecord(database))
        detector = Detector(RULES, profiles=[PROFILE], trail=self.trail)
        self.stage = Reconciling(record=self.record, detector=detector, profile=PROFILE)

    async def call(self, status: str = "200") -> str:
        body = {"provider": "outlook", "method": "POST", "resource": "calendar/getSchedule", "people": ["sato"]}
        entry = await self.log.append(EntryKind.CALL_INTENT, body)
        await self.log.append(EntryKind.CALL_OUTCOME, {"call": entry.id, "status": status})
        return entry.id

    async def logged(self, *entries: str) -> None:
        await SqlClaims(self.database).keep({entry: f"r-{entry}" for entry in entries}, self.clock())

    async def tick(self, later: timedelta = timedelta()) -> list[tuple[int, Level]]:
        self.clock.now += later
        await self.record.learn()
        async with self.database.transaction():
            findings = await self.stage.tick(self.clock())
        return [(finding.event.detail.values["missing"], finding.level) for finding in findings]


HOUR = timedelta(hours=1)


async def test_an_outage_is_told_once_a_day_until_calls_come_again(storage_url, tmp_path):
    async with await open_database(storage_url, folder=tmp_path) as database:
        watch = Watch(database, Clock())
        await watch.tick()
        seen, *_ = [await watch.call() for _ in range(3)]
        await watch.call("timed_out")
        await watch.logged(seen)
        assert await watch.tick(HOUR) == []
        assert await watch.tick(HOUR + timedelta(seconds=1)) == [(2, Level.HIGH)]
        assert await watch.tick() == []
        await watch.call()
        assert await watch.tick(3 * HOUR) == [], "the same outage"
        await watch.call()
        assert await watch.tick(22 * HOUR) == [(1, Level.HIGH)], "a day later it is told again"
        watch.clock.now += HOUR
        await watch.logged(await watch.call())
        watch.clock.now += HOUR
        await watch.call()
        assert await watch.tick(3 * HOUR) == [(1, Level.HIGH)], "a call came in between: another outage"


async def test_calls_that_are_lost_while_others_come_are_a_lesser_matter(storage_url, tmp_path):
    async with await open_database(storage_url, folder=tmp_path) as database:
        watch = Watch(database, Clock())
        await watch.tick()
        await watch.call()
        watch.clock.now += timedelta(minutes=1)
        await watch.logged(await watch.call())
        assert await watch.tick(3 * HOUR) == [(1, Level.MEDIUM)]


async def test_a_restart_neither_forgets_nor_doubles_and_gives_waiting_records_time(storage_url, tmp_path):
    clock = Clock()
    async with await open_database(storage_url, folder=tmp_path) as database:
        watch = Watch(database, clock)
        await watch.tick()
        await watch.call()
    async with await open_database(storage_url, folder=tmp_path) as database:
        watch = Watch(database, clock)
        assert await watch.tick(10 * HOUR) == [], "records may wait that were written while it was down"
        assert await watch.tick(HOUR / 2) == [(1, Level.HIGH)]
    async with await open_database(storage_url, folder=tmp_path) as database:
        watch = Watch(database, clock)
        assert await watch.tick(HOUR) == []
        assert await watch.tick(HOUR) == []


async def test_a_start_reads_only_what_is_not_done_with(storage_url, tmp_path):
    clock = Clock()
    async with await open_database(storage_url, folder=tmp_path) as database:
        watch = Watch(database, clock)
        await watch.log.append(EntryKind.TOKEN_OBTAINED, {"uti": "AbC", "resource": "graph"})
        old = [await watch.call() for _ in range(4)]
        await watch.logged(*old)
        await watch.tick(timedelta(days=4))
        new = await watch.call()
        await watch.tick()
        assert set(watch.trail.intents) == {new}
    async with await open_database(storage_url, folder=tmp_path) as database:
        again = Watch(database, clock)
        await again.tick()
        assert again.log.count == 2
        assert again.trail.has_token("AbC"), "tokens are kept apart"
        assert again.trail.intent(old[0]) is None
        assert await again.record.recall(), "an old entry is looked up where a late call names it"
        assert again.trail.intent(old[0]) is not None
        assert not again.trail.intent("invented")
        assert not await again.record.recall()


async def test_what_is_old_is_dropped(storage_url, tmp_path):
    async with await open_database(storage_url, folder=tmp_path) as database:
        watch = Watch(database, Clock())
        await watch.log.append(EntryKind.TOKEN_OBTAINED, {"uti": "AbC", "resource": "graph"})
        await watch.logged(await watch.call())
        await watch.tick()
        watch.clock.now += timedelta(days=100)
        await watch.call()
        await watch.tick()
        assert await watch.record.store.tokens() == {}
        assert await SqlClaims(database).all() == {}
        assert not watch.trail.remembers(START)
