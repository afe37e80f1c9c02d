"""Every job that is due is done once by the doer of its kind; one that fails is tried again and disturbs no other."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from sekimori.core.jobs import ClaimedJob, Job
from sekimori.desk.scheduler import PATIENCE, Done, Later, Scheduler
from sekimori.storage.database import open_database
from sekimori.storage.jobs import SqlJobs
from sekimori.storage.leases import Lease

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
WEEK = timedelta(days=7)


class Clock:
    now = MONDAY

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def database(tmp_path):
    async with await open_database("sqlite:///jobs.db", folder=tmp_path) as opened:
        yield opened


@pytest.fixture
def jobs(database, clock):
    return SqlJobs(database, clock=clock, lease=Lease(holder="a"))


async def test_each_kind_has_its_doer_and_what_comes_weekly_comes_again(jobs, clock):
    done = []

    async def post(claimed: ClaimedJob) -> Done:
        done.append(claimed.job.payload)
        return Done(again=MONDAY + WEEK)

    async def remind(claimed: ClaimedJob) -> Done:
        done.append(claimed.job.name)
        return Done()

    scheduler = Scheduler(jobs, {"weekly": post, "reminder": remind}, clock=clock)
    await jobs.plan(Job(name="weekly:contoso:sato", due=MONDAY, payload="C0SHARED"))
    await jobs.plan(Job(name="reminder:sato:3", due=MONDAY))
    assert await scheduler.work_off() == 2
    assert await scheduler.work_off() == 0
    assert sorted(done) == ["C0SHARED", "reminder:sato:3"]
    assert [(job.name, job.due) for job in await jobs.planned()] == [("weekly:contoso:sato", MONDAY + WEEK)]


async def test_a_failure_is_tried_again_and_disturbs_no_other(jobs, clock):
    attempts, done = [], []

    async def fail(claimed: ClaimedJob) -> Done:
        attempts.append(claimed.attempt)
        raise RuntimeError("what somebody wrote")

    async def remind(claimed: ClaimedJob) -> Done:
        done.append(claimed.job.name)
        return Done()

    scheduler = Scheduler(jobs, {"weekly": fail, "reminder": remind}, clock=clock)
    await jobs.plan(Job(name="weekly:x", due=MONDAY))
    await jobs.plan(Job(name="reminder:x", due=MONDAY))
    for wait in (*PATIENCE, PATIENCE[-1]):
        await scheduler.work_off()
        clock.now += wait - timedelta(seconds=1)
        assert await scheduler.work_off() == 0
        clock.now += timedelta(seconds=1)
    assert (attempts, done) == ([1, 2, 3, 4, 5], ["reminder:x"])


async def test_a_doer_may_ask_for_later(jobs, clock):
    async def wait(claimed: ClaimedJob) -> Done | Later:
        return Done() if claimed.attempt > 1 else Later(until=clock.now + timedelta(hours=2))

    scheduler = Scheduler(jobs, {"check": wait}, clock=clock)
    await jobs.plan(Job(name="check:x", due=MONDAY))
    assert await scheduler.work_off() == 1
    clock.now += timedelta(hours=1)
    assert await scheduler.work_off() == 0
    clock.now += timedelta(hours=1)
    assert await scheduler.work_off() == 1
    assert await jobs.planned() == ()


async def test_a_kind_that_nobody_knows_waits_for_who_does(jobs, clock):
    await jobs.plan(Job(name="new_kind:x", due=MONDAY))
    assert await Scheduler(jobs, {}, clock=clock).work_off() == 1
    assert [job.name for job in await jobs.planned()] == ["new_kind:x"]


async def test_it_holds_what_takes_long_and_gives_back_what_it_is_cut_off_from(database):
    lease = timedelta(seconds=0.6)

    def now() -> datetime:
        return datetime.now(UTC)

    def jobs_of(holder: str) -> SqlJobs:
        return SqlJobs(database, clock=now, lease=Lease(holder=holder, lasting=lease))

    begun = asyncio.Event()

    async def slow(claimed: ClaimedJob) -> Done:
        begun.set()
        await asyncio.sleep(60)
        return Done()

    await jobs_of("a").plan(Job(name="slow:x", due=now()))
    running = asyncio.create_task(Scheduler(jobs_of("a"), {"slow": slow}, clock=now, pause=0.05, renewal=0.1).run())
    await asyncio.wait_for(begun.wait(), 5)
    await asyncio.sleep(1)
    assert await jobs_of("b").claim() == ()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert [claimed.attempt for claimed in await jobs_of("b").claim()] == [2]


async def test_it_goes_on_when_the_jobs_cannot_be_read_for_a_while(database, jobs, clock):
    done = asyncio.Event()

    async def remind(claimed: ClaimedJob) -> Done:
        done.set()
        return Done()

    async with database.transaction() as connection:
        await connection.exec_driver_sql("ALTER TABLE jobs RENAME TO mislaid")
    running = asyncio.create_task(Scheduler(jobs, {"reminder": remind}, clock=clock, pause=0.02, renewal=0.02).run())
    await asyncio.sleep(0.1)
    async with database.transaction() as connection:
        await connection.exec_driver_sql("ALTER TABLE mislaid RENAME TO jobs")
    await jobs.plan(Job(name="reminder:x", due=MONDAY))
    await asyncio.wait_for(done.wait(), 5)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
