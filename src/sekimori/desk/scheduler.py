"""Does the jobs that are due: weekly posts, reminders, standing checks."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeAlias

import structlog

from sekimori.core.clock import Clock
from sekimori.core.errors import SekimoriError
from sekimori.core.jobs import ClaimedJob, Jobs

_log = structlog.get_logger(__name__)

PATIENCE: Final = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
"""How long after a failed attempt the next one is made; the last one repeats."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The job was done, or need not be; ``again`` is its next instant, counted from now, where it has one."""

    again: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """The job could not be done now; it is tried again then."""

    until: datetime


Outcome: TypeAlias = Done | Later
Doer: TypeAlias = Callable[[ClaimedJob], Awaitable[Outcome]]
"""Does one job. It may have been begun before, see :class:`ClaimedJob`; one that raises is tried again."""


class Scheduler:
    """Gives each job that is due to the doer of its kind, which is what stands before the colon in its name.

    Several instances may run one each on the same jobs. ``pause`` and ``renewal`` are seconds: between two looks at
    what is due, and between two signs of life, which is to be well within the lease of the jobs.
    """

    def __init__(
        self, jobs: Jobs, doers: Mapping[str, Doer], *, clock: Clock, pause: float = 2.0, renewal: float = 10.0
    ) -> None:
        self._jobs = jobs
        self._doers = dict(doers)
        self._clock = clock
        self._pause = pause
        self._renewal = renewal

    async def run(self) -> None:
        """Do what is due, until cancelled; then what is in work is given back."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._repeat(self._renewal, self._jobs.renew))
                await self._tried(self._jobs.release)  # what an earlier run of this instance had in work
                await self._repeat(self._pause, self.work_off)
        finally:
            await self._tried(self._jobs.release)

    async def work_off(self) -> int:
        """Do what is due now, side by side; return how many jobs that was.

        Raises:
            SekimoriError: the jobs cannot be read or kept.
        """
        claimed = await self._jobs.claim()
        for settled in await asyncio.gather(*map(self._do, claimed), return_exceptions=True):
            if isinstance(settled, BaseException):
                raise settled
        return len(claimed)

    async def _do(self, claimed: ClaimedJob) -> None:
        kind = claimed.job.name.partition(":")[0]
        outcome = await self._outcome(kind, claimed)
        if isinstance(outcome, Later):
            kept = await self._jobs.postpone(claimed, outcome.until)
        else:
            kept = await self._jobs.finish(claimed, again=outcome.again)
        if kept:
            _log.info("job.ended", kind=kind, outcome=type(outcome).__name__.lower(), attempt=claimed.attempt)
        else:
            _log.warning("job.taken_over", kind=kind, attempt=claimed.attempt)

    async def _outcome(self, kind: str, claimed: ClaimedJob) -> Outcome:
        doer = self._doers.get(kind)
        if doer is None:  # of a later version, perhaps, which another instance runs already
            _log.warning("job.of_no_known_kind", kind=kind)
            return Later(until=self._clock() + PATIENCE[0])
        try:
            return await doer(claimed)
        except Exception as error:  # noqa: BLE001 - one job's defect is not the others'
            # The exception's text may quote what somebody wrote; its kind is enough to find it.
            _log.error("job.failed", kind=kind, error=type(error).__name__, attempt=claimed.attempt)
            return Later(until=self._clock() + PATIENCE[min(claimed.attempt, len(PATIENCE)) - 1])

    async def _repeat(self, pause: float, step: Callable[[], Awaitable[object]]) -> None:
        while True:
            await self._tried(step)
            await asyncio.sleep(pause)

    async def _tried(self, step: Callable[[], Awaitable[object]]) -> None:
        try:
            await step()
        except SekimoriError as error:
            _log.warning("jobs.not_kept", code=error.code, reason=error.words)
