"""Runs everything the desk does by itself beside the rest of it."""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from sekimori.core.clock import Clock
from sekimori.core.jobs import Job, Jobs
from sekimori.desk.scheduler import Doer, Scheduler


class Chore(Protocol):
    """One file's kind of jobs."""

    def doers(self) -> Mapping[str, Doer]:
        """Return who does which kind of job."""
        ...

    def jobs(self, now: datetime) -> Sequence[Job]:
        """Return the jobs that are to be planned at every start."""
        ...


class Scheduled:
    """The jobs of all chores, planned and done."""

    def __init__(self, jobs: Jobs, chores: Sequence[Chore], clock: Clock, *, pause: float = 2.0) -> None:
        self._jobs = jobs
        self._chores = tuple(chores)
        self._clock = clock
        doers = {kind: doer for chore in self._chores for kind, doer in chore.doers().items()}
        self.scheduler = Scheduler(jobs, doers, clock=clock, pause=pause)
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Plan what is to be done, and begin to do what is due.

        Raises:
            StorageUnavailable: it could not be planned.
        """
        await self.plan()
        self._task = asyncio.create_task(self.scheduler.run())

    async def plan(self) -> None:
        """Plan what the manifest says; what waits already, or is overdue, stays.

        Raises:
            StorageUnavailable: it could not be planned.
        """
        for chore in self._chores:
            for job in chore.jobs(self._clock()):
                await self._jobs.plan(job)

    async def close(self) -> None:
        """Leave what is not done to the next run, or to another instance."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
