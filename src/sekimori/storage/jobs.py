"""Jobs in the database: due at an instant, done once, whoever of the instances does them."""

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, Update, and_, delete, select, update

from sekimori.core.clock import Clock
from sekimori.core.jobs import ClaimedJob, Job, Planning
from sekimori.storage.backend import Turn
from sekimori.storage.database import Database
from sekimori.storage.dialect import insert_into
from sekimori.storage.forgetting import forget_rows
from sekimori.storage.instants import read, written
from sekimori.storage.leases import FREE, Lease
from sekimori.storage.tables import jobs

_WAITING: Final = (jobs.c.name, jobs.c.due_at, jobs.c.payload, jobs.c.attempts)


class SqlJobs:
    """The :class:`~sekimori.core.jobs.Jobs` of all instances on one database.

    A claim has to be renewed before the lease ends. Who crashes or is cut off loses it, and the next one makes another
    attempt: a job is done at least once, and only ever by two instances if the first was frozen for a whole lease.
    """

    def __init__(self, database: Database, *, clock: Clock, lease: Lease) -> None:
        self._database = database
        self._clock = clock
        self._lease = lease

    async def plan(self, job: Job) -> Planning:
        """Have a job done at its instant; see :meth:`Jobs.plan`.

        Raises:
            StorageUnavailable: it could not be kept.
        """
        due, now = written(job.due), written(self._clock())
        async with self._database.transaction(Turn.JOBS) as connection:
            query = select(jobs.c.due_at, jobs.c.last_due_at, jobs.c.claimed_until, jobs.c.payload)
            query = query.where(jobs.c.name == job.name).with_for_update()
            known = (await connection.execute(query)).one_or_none()
            outcome = _planning(known, due, job.payload, now)
            if outcome in (Planning.PLANNED, Planning.MOVED):
                row = {"due_at": due, "payload": job.payload, "attempts": 0, "done_at": None, **FREE}
                added = insert_into(connection, jobs).values(name=job.name, **row)
                await connection.execute(added.on_conflict_do_update(index_elements=["name"], set_=row))
        return outcome

    async def claim(self, *, limit: int = 10) -> tuple[ClaimedJob, ...]:
        """Take what is due; see :meth:`Jobs.claim`.

        Raises:
            StorageUnavailable: nothing was claimed.
        """
        now = self._clock()
        due = select(jobs).where(jobs.c.due_at <= written(now)).order_by(jobs.c.due_at, jobs.c.name)
        async with self._database.transaction() as connection:
            names = await self._lease.take(connection, jobs, due, now, limit)
            if not names:
                return ()
            mine = jobs.c.name.in_(names)
            await connection.execute(update(jobs).where(mine).values(attempts=jobs.c.attempts + 1))
            rows = (await connection.execute(select(*_WAITING).where(mine).order_by(jobs.c.due_at, jobs.c.name))).all()
        return tuple(ClaimedJob(job=_job(row), attempt=row.attempts) for row in rows)

    async def finish(self, claimed: ClaimedJob, *, again: datetime | None = None) -> bool:
        """Note that a job was done; see :meth:`Jobs.finish`.

        Raises:
            StorageUnavailable: it could not be noted.
            ValueError: it would be due again at or before the instant that it was done for.
        """
        if again is not None and again <= claimed.job.due:
            raise ValueError("a job that was done is due again later, or not at all")
        done = {"last_due_at": written(claimed.job.due), "done_at": written(self._clock()), "attempts": 0}
        return await self._change(claimed, due_at=written(again) if again else None, **done)

    async def postpone(self, claimed: ClaimedJob, until: datetime) -> bool:
        """Try a job again later; see :meth:`Jobs.postpone`. Until then it is held, by nobody.

        Raises:
            StorageUnavailable: it could not be noted; it is tried again when the lease ends.
        """
        return await self._change(claimed, claimed_until=written(until))

    async def cancel(self, name: str) -> None:
        """Forget a job.

        Raises:
            StorageUnavailable: it could not be forgotten.
        """
        async with self._database.transaction() as connection:
            await connection.execute(delete(jobs).where(jobs.c.name == name))

    async def planned(self, prefix: str = "") -> tuple[Job, ...]:
        """Return what waits or is in work, the earliest first.

        Raises:
            StorageUnavailable: the database cannot be read.
        """
        query = select(*_WAITING).where(jobs.c.due_at.is_not(None), jobs.c.name.startswith(prefix, autoescape=True))
        async with self._database.reading() as connection:
            rows = (await connection.execute(query.order_by(jobs.c.due_at, jobs.c.name))).all()
        return tuple(_job(row) for row in rows)

    async def renew(self) -> None:
        """Hold for longer what this instance holds; to be called well within the lease.

        Raises:
            StorageUnavailable: the claims go on to their end.
        """
        async with self._database.transaction() as connection:
            await self._lease.renew(connection, jobs, self._clock())

    async def release(self) -> None:
        """Give back what this instance holds.

        Raises:
            StorageUnavailable: the claims go on to their end.
        """
        async with self._database.transaction() as connection:
            await self._lease.release(connection, jobs)

    async def forget(self, *, older_than: timedelta) -> int:
        """Drop what was done longer ago than that and is not due again; returns how many.

        A name that is dropped can be planned again for the same instant.

        Raises:
            StorageUnavailable: some may be gone.
        """
        over = and_(jobs.c.due_at.is_(None), jobs.c.done_at < written(self._clock() - older_than))
        return await forget_rows(self._database, jobs, over)

    async def _change(self, claimed: ClaimedJob, **values: Any) -> bool:
        async with self._database.transaction() as connection:
            change = self._mine(claimed).values(**{**FREE, **values})
            return (await connection.execute(change)).rowcount == 1

    def _mine(self, claimed: ClaimedJob) -> Update:
        return update(jobs).where(
            jobs.c.name == claimed.job.name,
            jobs.c.claimed_by == self._lease.holder,
            jobs.c.due_at == written(claimed.job.due),
            jobs.c.attempts == claimed.attempt,
        )


def _planning(known: Row[*tuple[Any, ...]] | None, due: str, payload: str, now: str) -> Planning:
    if known is None:
        return Planning.PLANNED
    if known.due_at is None:
        return Planning.DONE_BEFORE if due <= (known.last_due_at or "") else Planning.PLANNED
    in_work = known.claimed_until is not None and known.claimed_until > now
    if in_work or known.due_at <= now or (known.due_at, known.payload) == (due, payload):
        return Planning.KEPT
    return Planning.DONE_BEFORE if due <= (known.last_due_at or "") else Planning.MOVED


def _job(row: Row[*tuple[Any, ...]]) -> Job:
    return Job(name=row.name, due=read(row.due_at), payload=row.payload)
