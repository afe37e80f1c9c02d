"""A job is done at its instant, by one instance, once: after a downtime too, and not again when it was late."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from sekimori.core.jobs import Job, Jobs, Planning
from sekimori.storage.database import open_database
from sekimori.storage.jobs import SqlJobs
from sekimori.storage.leases import Lease

MONDAY = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
WEEK, LEASE, HOUR = timedelta(days=7), timedelta(seconds=30), timedelta(hours=1)
POST = Job(name="weekly:contoso:sato", due=MONDAY, payload='{"channel":"C0SHARED"}')


class Clock:
    def __init__(self):
        self.now = MONDAY - HOUR

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def instances(storage_url, tmp_path, clock):
    opened = [await open_database(storage_url, folder=tmp_path) for _ in "abc"]
    yield [
        SqlJobs(database, clock=clock, lease=Lease(holder=name, lasting=LEASE))
        for database, name in zip(opened, "abc", strict=True)
    ]
    for database in opened:
        await database.close()


@pytest.fixture
def jobs(instances) -> Jobs:
    return instances[0]


async def test_a_job_is_given_when_it_is_due(jobs, clock):
    assert await jobs.plan(POST) is Planning.PLANNED
    assert await jobs.claim() == ()
    clock.now = MONDAY
    (claimed,) = await jobs.claim()
    assert (claimed.job, claimed.attempt) == (POST, 1)
    assert await jobs.claim() == ()
    assert await jobs.finish(claimed)
    assert await jobs.planned() == ()


async def test_instances_that_ask_at_once_get_each_job_once(instances, clock):
    for number in range(12):
        await instances[0].plan(Job(name=f"reminder:{number:02}", due=MONDAY))
    clock.now = MONDAY
    taken = await asyncio.gather(*(jobs.claim(limit=2) for jobs in instances * 4))
    assert Counter(claimed.job.name for works in taken for claimed in works) == Counter(
        f"reminder:{number:02}" for number in range(12)
    )


async def test_what_a_downtime_missed_is_done_once(jobs, clock):
    await jobs.plan(POST)
    clock.now = MONDAY + 3 * WEEK + HOUR
    assert await jobs.plan(Job(name=POST.name, due=MONDAY + 4 * WEEK)) is Planning.KEPT
    (claimed,) = await jobs.claim()
    assert claimed.job.due == MONDAY
    assert await jobs.finish(claimed, again=MONDAY + 4 * WEEK)
    assert await jobs.claim() == ()
    assert [job.due for job in await jobs.planned()] == [MONDAY + 4 * WEEK]
    clock.now = MONDAY + 4 * WEEK
    assert len(await jobs.claim()) == 1


async def test_what_was_done_late_is_not_done_again_for_the_same_instant(jobs, clock):
    await jobs.plan(POST)
    clock.now = MONDAY + HOUR
    (claimed,) = await jobs.claim()
    await jobs.finish(claimed)
    assert await jobs.plan(POST) is Planning.DONE_BEFORE
    assert await jobs.plan(Job(name=POST.name, due=MONDAY - WEEK)) is Planning.DONE_BEFORE
    assert await jobs.claim() == ()
    assert await jobs.plan(Job(name=POST.name, due=MONDAY + WEEK)) is Planning.PLANNED
    assert await jobs.plan(POST) is Planning.DONE_BEFORE
    assert [job.due for job in await jobs.planned()] == [MONDAY + WEEK]


async def test_planning_again_at_every_start_changes_nothing(instances):
    assert await instances[0].plan(POST) is Planning.PLANNED
    for jobs in instances:
        assert await jobs.plan(POST) is Planning.KEPT
    assert await instances[1].planned() == (POST,)


async def test_a_job_that_waits_moves_with_the_manifest(jobs, clock):
    await jobs.plan(POST)
    moved = Job(name=POST.name, due=MONDAY + HOUR, payload="{}")
    assert await jobs.plan(moved) is Planning.MOVED
    clock.now = MONDAY
    assert await jobs.claim() == ()
    clock.now = MONDAY + HOUR
    assert [claimed.job for claimed in await jobs.claim()] == [moved]


async def test_a_job_in_work_stays_with_whom_it_is(instances, clock):
    one, two, _ = instances
    await one.plan(POST)
    clock.now = MONDAY
    (claimed,) = await one.claim()
    assert await two.plan(Job(name=POST.name, due=MONDAY + WEEK)) is Planning.KEPT
    for _ in range(4):
        clock.now += LEASE * 0.9
        await one.renew()
        assert await two.claim() == ()
    assert await one.finish(claimed)


async def test_the_job_of_an_instance_that_crashed_is_attempted_again(instances, clock):
    one, two, three = instances
    await one.plan(POST)
    clock.now = MONDAY
    (lost,) = await one.claim()
    clock.now += LEASE
    taken = [claimed for works in await asyncio.gather(two.claim(), three.claim()) for claimed in works]
    assert [(claimed.job, claimed.attempt) for claimed in taken] == [(POST, 2)]
    assert not await one.finish(lost, again=MONDAY + WEEK)
    assert await one.planned() == (POST,)
    assert await asyncio.gather(two.finish(taken[0]), three.finish(taken[0])) in ([True, False], [False, True])


async def test_who_took_his_own_job_a_second_time_ends_it_by_the_second_claim(jobs, clock):
    await jobs.plan(POST)
    clock.now = MONDAY
    (first,) = await jobs.claim()
    clock.now += LEASE
    (second,) = await jobs.claim()
    assert not await jobs.finish(first)
    assert await jobs.finish(second)


async def test_a_job_that_could_not_be_done_is_tried_later(instances, clock):
    one, two, _ = instances
    await one.plan(POST)
    clock.now = MONDAY
    (claimed,) = await one.claim()
    assert await one.postpone(claimed, MONDAY + HOUR)
    clock.now = MONDAY + HOUR - timedelta(seconds=1)
    assert await two.claim() == ()
    clock.now = MONDAY + HOUR
    (again,) = await two.claim()
    assert (again.job, again.attempt) == (POST, 2)


async def test_a_restart_takes_up_what_it_left(instances, clock):
    one, *_ = instances
    await one.plan(POST)
    clock.now = MONDAY
    await one.claim()
    await one.release()
    assert [claimed.attempt for claimed in await one.claim()] == [2]


async def test_jobs_are_listed_by_what_their_names_begin_with(jobs):
    for name, hours in (("reminder:b", 2), ("reminder:a", 1), ("watch_x", 3), ("watchdog", 4)):
        await jobs.plan(Job(name=name, due=MONDAY + hours * HOUR))
    assert [job.name for job in await jobs.planned("reminder:")] == ["reminder:a", "reminder:b"]
    assert [job.name for job in await jobs.planned("watch_")] == ["watch_x"]
    await jobs.cancel("reminder:a")
    assert [job.name for job in await jobs.planned()] == ["reminder:b", "watch_x", "watchdog"]


async def test_the_longest_overdue_goes_first(jobs, clock):
    for name, hours in (("c", 1), ("a", 3), ("b", 2)):
        await jobs.plan(Job(name=name, due=MONDAY + hours * HOUR))
    clock.now = MONDAY + 4 * HOUR
    assert [claimed.job.name for claimed in await jobs.claim(limit=2)] == ["c", "b"]


async def test_a_job_is_not_due_again_in_its_own_past(jobs, clock):
    await jobs.plan(POST)
    clock.now = MONDAY
    (claimed,) = await jobs.claim()
    with pytest.raises(ValueError, match="due again later"):
        await jobs.finish(claimed, again=MONDAY)


async def test_what_was_done_long_ago_is_forgotten_and_what_comes_again_never(jobs, clock):
    await jobs.plan(POST)
    await jobs.plan(Job(name="once", due=MONDAY))
    clock.now = MONDAY
    for claimed in await jobs.claim():
        await jobs.finish(claimed, again=MONDAY + WEEK if claimed.job == POST else None)
    assert await jobs.forget(older_than=WEEK) == 0
    clock.now = MONDAY + 2 * WEEK
    assert await jobs.forget(older_than=WEEK) == 1
    assert [job.name for job in await jobs.planned()] == [POST.name]
