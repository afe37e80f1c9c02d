"""Asks a sink to be given an alert's newest revision."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from sekimori.storage.dialect import Insert, insert_into
from sekimori.storage.instants import written
from sekimori.storage.tables import deliveries, sinks
from sekimori.watch.grouping import Group


async def demand(connection: AsyncConnection, groups: Sequence[Group], at: datetime) -> set[str]:
    """Ask for the newest revision of each alert; return the alerts that some sink is to be told of.

    What is urgent is due at once; what only adds to an alert is due when the sink's last edit of it is old enough.
    """
    ranks = await _ranks(connection)
    rows = [(group, _row(group.id, name, group.revision, at)) for group in groups for name in _told(group, ranks)]
    for urgent in (True, False):
        if wanted := [row for group, row in rows if group.urgent is urgent]:
            await connection.execute(_asked(connection, urgent=urgent), wanted)
    return {group.id for group, _ in rows}


async def quiet_above(connection: AsyncConnection, groups: Sequence[Group]) -> set[str]:
    """Return those that no sink is to be told of, where there are sinks: without one, an alert waits for it."""
    return {group.id for group in groups} if await _ranks(connection) else set()


async def _ranks(connection: AsyncConnection) -> dict[str, int]:
    rows = await connection.execute(select(sinks.c.name, sinks.c.rank))
    return {row.name: row.rank for row in rows}


def _told(group: Group, ranks: dict[str, int]) -> list[str]:
    return [name for name, rank in ranks.items() if group.level.rank >= rank]


def _row(alert: str, sink: str, revision: int, at: datetime) -> dict[str, Any]:
    now = written(at)
    return {
        "alert": alert,
        "sink": sink,
        "wanted": revision,
        "wanted_at": now,
        "due_at": now,
        "taken": 0,
        "attempts": 0,
    }


def _asked(connection: AsyncConnection, *, urgent: bool) -> Insert:
    row = insert_into(connection, deliveries)
    due: Any = row.excluded.due_at
    if not urgent:
        apart = and_(deliveries.c.not_before.is_not(None), deliveries.c.not_before > row.excluded.due_at)
        due = case((apart, deliveries.c.not_before), else_=row.excluded.due_at)
    up_to_date = or_(deliveries.c.taken >= deliveries.c.wanted, deliveries.c.dead_at.is_not(None))
    return row.on_conflict_do_update(
        index_elements=["alert", "sink"],
        set_={
            "wanted": row.excluded.wanted,
            "wanted_at": case((up_to_date, row.excluded.wanted_at), else_=deliveries.c.wanted_at),
            "due_at": case((deliveries.c.dead_at.is_not(None), None), else_=due),
        },
    )
