"""A clock for scenarios whose hands the test moves: the service, Slack and the calendars go by it, by no other."""

import asyncio
import functools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sekimori.storage.jobs import SqlJobs


class Hands:
    """Starts on a Sunday noon, with no holiday in the weeks after it; a step waits until what is due then is done."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone
        self.start = datetime(2026, 6, 7, 12, tzinfo=zone)
        self.now = self.start.astimezone(UTC)

    def __call__(self) -> datetime:
        return self.now

    def set(self, *, weekday: int, clock: str, weeks: int = 0) -> None:
        hour, minute = map(int, clock.split(":"))
        day = self.start + timedelta(days=1 + weekday, weeks=weeks)
        self.now = day.replace(hour=hour, minute=minute).astimezone(UTC)

    async def to(self, bot, *, weekday: int, clock: str, weeks: int = 0) -> None:
        self.set(weekday=weekday, clock=clock, weeks=weeks)
        await self.settle(bot)

    async def on(self, bot, by: timedelta) -> None:
        self.now += by
        await self.settle(bot)

    async def settle(self, bot) -> None:
        jobs = SqlJobs(bot.ground.database, clock=self, lease=bot.ground.lease)
        async with asyncio.timeout(20):
            while any(job.due <= self.now for job in await jobs.planned()):
                await bot.desk.scheduled.scheduler.work_off()
                await asyncio.sleep(0.02)


@pytest.fixture
def hands() -> Hands:
    return Hands(ZoneInfo("Asia/Tokyo"))


@pytest.fixture
def stage(stage, hands):
    """The stage of every scenario, by these hands."""
    return functools.partial(stage, clock=hands)
