"""Once a day, lets go of what the desk keeps only for a while. The audit log is not among it: it is never trimmed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

import structlog

from sekimori.core.clock import Clock
from sekimori.core.jobs import ClaimedJob, Job
from sekimori.desk.scheduler import Doer, Done, Outcome

_log = structlog.get_logger(__name__)

KIND: Final = "housekeeping"
EVERY: Final = timedelta(days=1)

KEYS_KEPT: Final = timedelta(days=7)
"""Requests that were answered, by Slack's names alone: Slack repeats one for about an hour, and a signature is too old
after five minutes."""
JOBS_KEPT: Final = timedelta(days=90)
"""Jobs that were done and are not due again: a reminder that was sent is planned no more a day after its time."""
NOTICES_KEPT: Final = timedelta(days=60)
"""Messages that the desk put up by itself: a watch looks four weeks ahead, and a weekly post stands for a week."""


class Forgetful(Protocol):
    """Keeps rows of which the old ones can go."""

    async def forget(self, *, older_than: timedelta) -> int:
        """Drop what is done with for longer than that; return how many rows.

        Raises:
            SekimoriError: some may be gone; the rest goes another time.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """What is kept, and for how long after it is done with."""

    what: str
    rows: Forgetful
    kept: timedelta


class Housekeeping:
    """Does the daily round; one instance of all does it."""

    def __init__(self, keeps: Sequence[Keep], clock: Clock) -> None:
        self._keeps = tuple(keeps)
        self._clock = clock

    def doers(self) -> Mapping[str, Doer]:
        """Return who does which kind of job."""
        return {KIND: self.round}

    def jobs(self, now: datetime) -> Sequence[Job]:
        """Return what is to be planned."""
        return [Job(name=f"{KIND}:daily", due=now)]

    async def round(self, _claimed: ClaimedJob) -> Outcome:
        """Let go of what is old."""
        gone = {keep.what: await keep.rows.forget(older_than=keep.kept) for keep in self._keeps}
        _log.info("housekeeping.ended", **gone)
        return Done(again=self._clock() + EVERY)
