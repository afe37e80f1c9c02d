"""Alerts for people: listed, shown with their history, judged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import case, select, update

from sekimori.core.ids import EntryId
from sekimori.storage.backend import Turn
from sekimori.storage.bundles import decision_of, load_bundle
from sekimori.storage.database import Database
from sekimori.storage.dialect import insert_into
from sekimori.storage.instants import read, written
from sekimori.storage.tables import alerts, decisions, deliveries
from sekimori.watch.bundle import Bundle, Decision
from sekimori.watch.domain.shown import shown
from sekimori.watch.domain.standing import Standing
from sekimori.watch.judgement import LONGEST_WHY, Judgement, Scope

SHORTEST_NAME: Final = 8
"""How many characters of an alert's id are enough to mean it, where no other begins so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """How far an alert is with one sink."""

    sink: str
    taken_at: datetime | None
    waiting: bool
    dead: bool
    reason: str | None


class SqlAlertBook:
    """The :class:`~sekimori.watch.judgement.AlertBook` on disk."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, alert: str) -> Bundle | None:
        """Return the alert of that id, or the only one whose id begins so."""
        if len(alert) < SHORTEST_NAME or not alert.isalnum():
            return None
        async with self._database.reading() as connection:
            query = select(alerts.c.id).where(alerts.c.id.startswith(alert, autoescape=True)).limit(2)
            found = (await connection.execute(query)).scalars().all()
            return await load_bundle(connection, found[0]) if len(found) == 1 else None

    async def listed(self, *, standing: Standing | None = None, limit: int = 100) -> tuple[Bundle, ...]:
        """Return alerts, the newest first."""
        query = select(alerts.c.id).order_by(alerts.c.place.desc()).limit(limit)
        if standing is not None:
            query = query.where(alerts.c.standing == standing.value)
        async with self._database.reading() as connection:
            ids = (await connection.execute(query)).scalars().all()
            return tuple([await load_bundle(connection, alert, parts=1) for alert in ids])

    async def whole(self, alert: str, *, parts: int = 1000) -> Bundle | None:
        """Return an alert with all its findings, up to so many."""
        found = await self.find(alert)
        if found is None:
            return None
        async with self._database.reading() as connection:
            return await load_bundle(connection, found.id, parts=parts)

    async def history(self, alert: str) -> tuple[Decision, ...]:
        """Return what was said of an alert, the oldest first."""
        query = select(decisions).where(decisions.c.alert == alert).order_by(decisions.c.place)
        async with self._database.reading() as connection:
            return tuple(decision_of(row) for row in (await connection.execute(query)).all())

    async def carried(self, alert: str) -> tuple[Carried, ...]:
        """Return how far an alert is with each sink."""
        query = select(deliveries).where(deliveries.c.alert == alert).order_by(deliveries.c.sink)
        async with self._database.reading() as connection:
            rows: Sequence[Any] = (await connection.execute(query)).all()
        return tuple(
            Carried(
                sink=row.sink,
                taken_at=read(row.taken_at) if row.taken_at else None,
                waiting=row.due_at is not None,
                dead=row.dead_at is not None,
                reason=row.reason,
            )
            for row in rows
        )

    async def judge(self, bundle: Bundle, judgement: Judgement, *, at: datetime, entry: EntryId) -> Bundle:
        """Let a judgement count: it takes the place of what was said before, and every sink is to show it."""
        now = written(at)
        async with self._database.transaction(Turn.WATCH) as connection:
            earlier = update(decisions).where(decisions.c.alert == bundle.id, decisions.c.ended_at.is_(None))
            await connection.execute(earlier.values(ended_at=now))
            row = insert_into(connection, decisions).values(**_row(bundle, judgement, now, entry))
            place = (await connection.execute(row.returning(decisions.c.place))).scalar_one()
            change = update(alerts).where(alerts.c.id == bundle.id)
            change = change.values(standing=judgement.standing.value, decision=place, revision=alerts.c.revision + 1)
            revision = (await connection.execute(change.returning(alerts.c.revision))).scalar_one()
            await connection.execute(_shown_everywhere(bundle.id, revision, now))
            return await load_bundle(connection, bundle.id)


def _row(bundle: Bundle, judgement: Judgement, now: str, entry: EntryId) -> dict[str, Any]:
    actor = bundle.lead.actor if judgement.scope is Scope.ACTOR else None
    return {
        "alert": bundle.id,
        "standing": judgement.standing.value,
        "who": judgement.who,
        "why": shown_reason(judgement.why),
        "at": now,
        "until": written(judgement.until) if judgement.until and judgement.standing.mutes else None,
        "rules": msgspec.json.encode(list(bundle.rules)).decode(),
        "app": bundle.lead.app_key,
        "actor": actor,
        "entry": entry,
    }


def shown_reason(why: str) -> str:
    """Return a reason as it is kept: lines joined, without control characters, cut to its longest."""
    lines = [shown(line).strip() for line in why.splitlines()]
    return " ".join(line for line in lines if line)[:LONGEST_WHY]


def _shown_everywhere(alert: str, revision: int, now: str) -> Any:
    dead = deliveries.c.dead_at.is_not(None)
    done = deliveries.c.taken >= deliveries.c.wanted
    change = update(deliveries).where(deliveries.c.alert == alert)
    return change.values(
        wanted=revision,
        wanted_at=case((done, now), else_=deliveries.c.wanted_at),
        due_at=case((dead, None), else_=now),
    )
