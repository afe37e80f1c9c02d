"""Work that is due at an instant: posts, reminders, checks. Kept through restarts, done by one instance."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Something due at an instant, under a name of its own.

    Attributes:
        name: says what it is, to whoever does it; ``kind:whose`` by habit.
        due: an aware instant.
        payload: the doer's own text; ids and codes.
    """

    name: str
    due: datetime
    payload: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedJob:
    """A job that this instance is to do now; ``attempt`` counts from 1.

    Past the first attempt somebody may have done a part of it, or all but the last step, before he was cut off.
    """

    job: Job
    attempt: int


class Planning(StrEnum):
    """What became of a wish to have something done."""

    PLANNED = "planned"
    MOVED = "moved"
    KEPT = "kept"
    DONE_BEFORE = "done_before"


class Jobs(Protocol):
    """Keeps jobs until they are done. Every method raises SekimoriError where it could not be kept."""

    async def plan(self, job: Job) -> Planning:
        """Have a job done at its instant; may be said again at every start.

        A job of that name that waits is moved to the new instant, and given the new payload. One that is overdue, or
        in work, stays as it is: what a downtime missed is done first. One that was done at that instant, or
        at a later one, is not done again.
        """
        ...

    async def claim(self, *, limit: int = 10) -> Sequence[ClaimedJob]:
        """Take what is due and what nobody does, the longest overdue first. Each job goes to one instance."""
        ...

    async def finish(self, claimed: ClaimedJob, *, again: datetime | None = None) -> bool:
        """Note that a job was done, and is due again or not; False where another instance took it over meanwhile.

        However often it was due during a downtime, it is done once: ``again`` is the next instant from now on.
        """
        ...

    async def postpone(self, claimed: ClaimedJob, until: datetime) -> bool:
        """Try a job again later, which is still the job due then; False as for :meth:`finish`."""
        ...

    async def cancel(self, name: str) -> None:
        """Forget a job; whoever is at it may still end it."""
        ...

    async def planned(self, prefix: str = "") -> Sequence[Job]:
        """Return what waits or is in work under names that begin so, the earliest first."""
        ...

    async def renew(self) -> None:
        """Say that this instance is alive and at work on what it claimed."""
        ...

    async def release(self) -> None:
        """Give back what this instance claimed: at its end, and at its start what an earlier run of it left."""
        ...
