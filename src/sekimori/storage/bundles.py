"""Puts an alert together from its findings and what was said of it."""

from typing import Any

import msgspec
from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from sekimori.storage.tables import alerts, decisions, findings
from sekimori.watch.alert import Alert
from sekimori.watch.bundle import PARTS_SHOWN, Bundle, Decision
from sekimori.watch.domain.standing import Standing


async def load_bundle(connection: AsyncConnection, alert: str, *, parts: int = PARTS_SHOWN) -> Bundle:
    """Return an alert as it stands now, with so many of its findings."""
    row = (await connection.execute(select(alerts).where(alerts.c.id == alert))).one()
    lead = select(findings.c.finding).where(findings.c.fingerprint == row.lead)
    others = select(findings.c.finding).where(findings.c.alert == alert, findings.c.fingerprint != row.lead)
    others = others.order_by(findings.c.place).limit(parts - 1)
    texts = [text for query in (lead, others) for text in (await connection.execute(query)).scalars()]
    told = [msgspec.json.decode(text, type=Alert) for text in texts]
    told.sort(key=lambda part: -part.level.rank)
    decision = await _decision(connection, row.decision or row.muted_by)
    return Bundle(
        id=row.id,
        revision=row.revision,
        level=told[0].level,
        parts=tuple(told),
        count=row._mapping["count"],  # noqa: SLF001 - a row's own ``count`` is the method of a tuple
        first=row.first_at,
        last=row.last_at,
        standing=Standing(row.standing),
        decision=decision,
    )


async def _decision(connection: AsyncConnection, place: int | None) -> Decision | None:
    if place is None:
        return None
    row = (await connection.execute(select(decisions).where(decisions.c.place == place))).one_or_none()
    return decision_of(row) if row else None


def decision_of(row: Row[*tuple[Any, ...]]) -> Decision:
    """Read a decision as it was kept."""
    return Decision(
        standing=Standing(row.standing), who=row.who, why=row.why, at=row.at, until=row.until, actor=row.actor
    )
