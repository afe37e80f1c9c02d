"""Alerts on their way: what each sink is still to be given, and what was given up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, and_, case, delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from sekimori.core.clock import Clock
from sekimori.storage.bundles import load_bundle
from sekimori.storage.database import Database
from sekimori.storage.dialect import insert_into
from sekimori.storage.instants import read, written
from sekimori.storage.leases import FREE, Lease, is_free
from sekimori.storage.tables import alert_keys, alerts, deliveries, findings, sinks
from sekimori.watch.delivery import Waiting
from sekimori.watch.domain.level import Level

_ALONE: Final = Lease(holder="the only instance", lasting=timedelta(minutes=5))

EDITS_APART: tuple[float, ...] = (1.0, 5.0, 15.0, 60.0)
"""Seconds between two revisions of one alert that a sink is given; the last one repeats."""

REFUSALS: Final = (5.0, 30.0, 300.0, 1800.0)
"""Seconds until an alert that was refused is offered again; after the last of them it is given up."""

KEYS_KEPT: Final = timedelta(days=2)
"""How long it is remembered what would lead a further finding to an alert: longer than anything is folded."""

KEPT_FOR: Final = timedelta(days=3)
"""How long a sink may be gone before what it was not given is laid aside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """An alert that a sink was not given, and will not be unless somebody asks for it."""

    place: int
    sink: str
    alert: str
    attempts: int
    reason: str | None
    dead_at: datetime


class SqlOutbox:
    """What waits for each sink; of the instances on one database, one delivers each.

    An alert is given again where it was not delivered before ``lease`` ends: longer than any sink takes for one.
    """

    def __init__(self, database: Database, *, clock: Clock, lease: Lease = _ALONE) -> None:
        self._database = database
        self._clock = clock
        self._lease = lease

    async def register(self, names: Mapping[str, Level]) -> None:
        """Say which sinks there are from now on, and from which level on each is told.

        What was found while there was none is asked of all of them; a sink that is new beside others begins with now.
        What an earlier run of this instance had in hand when it ended is free again.
        """
        now = written(self._clock())
        async with self._database.transaction() as connection:
            await self._lease.release(connection, deliveries)
            await _forget_keys(connection, self._clock() - KEYS_KEPT)
            await connection.execute(delete(sinks))
            for name, level in names.items():
                await connection.execute(insert_into(connection, sinks).values(name=name, rank=level.rank))
            # what waits for a sink that is gone would wait for ever
            gone = deliveries.c.sink.not_in(list(names))
            await connection.execute(
                delete(deliveries).where(gone, deliveries.c.taken == 0, deliveries.c.dead_at.is_(None))
            )
            await connection.execute(update(deliveries).where(gone).values(due_at=None))
            for row in (await connection.execute(_untold())).all():
                for name, level in names.items():
                    if Level(row.level).at_least(level):
                        await connection.execute(insert_into(connection, deliveries).values(**_first(row, name, now)))

    async def next(self, sink: str) -> Waiting | None:
        """Take what is due for a sink, oldest first; what another instance delivers is passed over.

        Raises:
            StorageUnavailable: the database cannot be written.
        """
        now = self._clock()
        due = select(deliveries).where(deliveries.c.sink == sink, deliveries.c.due_at <= written(now))
        async with self._database.transaction() as connection:
            places = await self._lease.take(connection, deliveries, due.order_by(deliveries.c.place), now, 1)
            if not places:
                return None
            row = (await connection.execute(select(deliveries).where(deliveries.c.place == places[0]))).one()
            bundle = await load_bundle(connection, row.alert)
            return Waiting(place=row.place, bundle=bundle, reference=row.reference, attempts=row.attempts)

    async def taken(self, waiting: Waiting, reference: str | None) -> None:
        """Note that the sink has it; a later revision follows when the edits are far enough apart."""
        now, revision = self._clock(), waiting.bundle.revision
        apart = EDITS_APART[min(revision, len(EDITS_APART)) - 1]
        later = written(now + timedelta(seconds=apart))
        change = update(deliveries).where(deliveries.c.place == waiting.place)
        async with self._database.transaction() as connection:
            await connection.execute(
                change.values(
                    taken=revision,
                    taken_at=written(now),
                    reference=reference,
                    attempts=0,
                    reason=None,
                    not_before=later,
                    due_at=case((deliveries.c.wanted > revision, later), else_=None),
                    **FREE,
                )
            )
            await _mark_delivered(connection, waiting.bundle.id, written(now))

    async def failed(self, waiting: Waiting, reason: str) -> None:
        """Note that the sink took nothing; what it was not given for :data:`KEPT_FOR` is laid aside."""
        now = self._clock()
        change = update(deliveries).where(deliveries.c.place == waiting.place)
        async with self._database.transaction() as connection:
            counted = {"attempts": deliveries.c.attempts + 1, "reason": reason, **FREE}
            sink = (await connection.execute(change.values(**counted).returning(deliveries.c.sink))).scalar_one()
            old = and_(deliveries.c.due_at.is_not(None), deliveries.c.wanted_at < written(now - KEPT_FOR))
            laid = update(deliveries).where(deliveries.c.sink == sink, old)
            await connection.execute(laid.values(dead_at=written(now), due_at=None, reason=reason, **FREE))

    async def refused(self, waiting: Waiting, reason: str) -> None:
        """Note that the sink did not take this one; it is due again later, or given up."""
        now, attempts = self._clock(), waiting.attempts + 1
        if attempts > len(REFUSALS):
            fate: dict[str, Any] = {"dead_at": written(now), "due_at": None}
        else:
            fate = {"due_at": written(now + timedelta(seconds=REFUSALS[attempts - 1]))}
        async with self._database.transaction() as connection:
            change = update(deliveries).where(deliveries.c.place == waiting.place)
            await connection.execute(change.values(attempts=attempts, reason=reason, **fate, **FREE))

    async def seconds_to_next(self, sink: str) -> float | None:
        """Return in how many seconds something is due for a sink; None where nothing will be by itself."""
        now = self._clock()
        query = select(func.min(deliveries.c.due_at)).where(
            deliveries.c.sink == sink, deliveries.c.due_at.is_not(None), is_free(deliveries, now)
        )
        async with self._database.reading() as connection:
            due = (await connection.execute(query)).scalar_one_or_none()
        return (read(due) - now).total_seconds() if due else None

    async def waiting(self) -> int:
        """Return how many findings some sink does not have yet."""
        query = select(func.count()).select_from(findings).where(findings.c.delivered_at.is_(None))
        async with self._database.reading() as connection:
            return int((await connection.execute(query)).scalar_one())

    async def dead_letters(self) -> tuple[DeadLetter, ...]:
        """Return what was given up, oldest first."""
        query = select(deliveries).where(deliveries.c.dead_at.is_not(None)).order_by(deliveries.c.dead_at)
        async with self._database.reading() as connection:
            return tuple(_dead(row) for row in (await connection.execute(query)).all())

    async def replay(self, places: Sequence[int]) -> int:
        """Ask again for what was given up; returns how many that are."""
        now = written(self._clock())
        again = update(deliveries).where(deliveries.c.place.in_(places), deliveries.c.dead_at.is_not(None))
        async with self._database.transaction() as connection:
            values = {"dead_at": None, "due_at": now, "wanted_at": now, "attempts": 0}
            return int((await connection.execute(again.values(**values))).rowcount)


async def _forget_keys(connection: AsyncConnection, before: datetime) -> None:
    old = select(alerts.c.id).where(alerts.c.recorded_at < written(before))
    await connection.execute(delete(alert_keys).where(alert_keys.c.alert.in_(old)))


def _untold() -> Any:
    waits = exists().where(findings.c.alert == alerts.c.id, findings.c.delivered_at.is_(None))
    asked = exists().where(deliveries.c.alert == alerts.c.id)
    query = select(alerts.c.id, alerts.c.level, alerts.c.revision, alerts.c.recorded_at)
    return query.where(alerts.c.muted_by.is_(None), waits, ~asked).order_by(alerts.c.place)


def _first(row: Row[*tuple[Any, ...]], sink: str, now: str) -> dict[str, Any]:
    asked = {"wanted": row.revision, "wanted_at": now, "due_at": now, "taken": 0, "attempts": 0}
    return {"alert": row.id, "sink": sink, **asked}


async def _mark_delivered(connection: AsyncConnection, alert: str, now: str) -> None:
    still = deliveries.c.sink.in_(select(sinks.c.name))
    everywhere = select(func.min(deliveries.c.taken)).where(deliveries.c.alert == alert, still)
    change = update(findings).where(findings.c.alert == alert, findings.c.delivered_at.is_(None))
    await connection.execute(change.where(findings.c.revision <= everywhere.scalar_subquery()).values(delivered_at=now))


def _dead(row: Row[*tuple[Any, ...]]) -> DeadLetter:
    return DeadLetter(
        place=row.place,
        sink=row.sink,
        alert=row.alert,
        attempts=row.attempts,
        reason=row.reason,
        dead_at=read(row.dead_at),
    )
