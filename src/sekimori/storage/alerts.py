"""What the watch found: each finding once, sorted into alerts, and asked of every sink that is to be told."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Final, TypeVar

import msgspec
from sqlalchemy import Row, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from sekimori.storage.database import Database
from sekimori.storage.demand import demand, quiet_above
from sekimori.storage.dialect import insert_into
from sekimori.storage.instants import read, written
from sekimori.storage.tables import alert_keys, alerts, decisions, findings
from sekimori.watch.alert import Alert
from sekimori.watch.domain.level import Level
from sekimori.watch.domain.standing import Standing
from sekimori.watch.grouping import Group, Mute, Sorted, keys_of, muted, sort_into

_AT_ONCE: Final = 500
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """How many findings were new, and how many of them are not told: muted by an earlier decision, or announced."""

    fresh: int
    muted: int = 0


class SqlAlerts:
    """Findings and alerts. Inside ``database.transaction()`` they are committed with what else it writes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(self, found: Sequence[Alert], at: datetime) -> Recorded:
        """Keep findings; one that is known stays as it was. To be called by one writer at a time (``Turn.WATCH``).

        Raises:
            StorageUnavailable: they could not be kept.
        """
        if not found:
            return Recorded(fresh=0)
        async with self._database.transaction() as connection:
            fresh = await _unknown(connection, found)
            if not fresh:
                return Recorded(fresh=0)
            mutes = await _mutes(connection, at)
            by_digest = {_digest(key): key for alert in fresh for key in keys_of(alert, mutes)}
            keys, groups = await _known_groups(connection, by_digest)
            result = sort_into(fresh, groups=groups, keys=keys, mutes=mutes, now=at)
            await self._write(connection, fresh, result, at)
        return Recorded(
            fresh=len(fresh), muted=sum(alert.expected or muted(alert, mutes) is not None for alert in fresh)
        )

    async def _write(self, connection: AsyncConnection, fresh: Sequence[Alert], result: Sorted, at: datetime) -> None:
        told = await demand(connection, [group for group in result.groups.values() if not group.quiet], at)
        quiet = {id_ for id_, group in result.groups.items() if group.quiet}
        quiet |= await quiet_above(
            connection, [group for id_, group in result.groups.items() if id_ not in told | quiet]
        )
        rows = [_finding_row(alert, result, quiet, written(at)) for alert in fresh]
        await connection.execute(insert_into(connection, findings), rows)
        if opened := [_alert_row(group, written(at)) for group in result.groups.values() if not group.stored]:
            await connection.execute(insert_into(connection, alerts), opened)
        if grown := [_growth(group) for group in result.groups.values() if group.stored]:
            await connection.execute(_GROW, grown)
        if lead := [{"key": _digest(key), "alert": id_} for key, id_ in result.keys.items()]:
            upsert = insert_into(connection, alert_keys)
            upsert = upsert.on_conflict_do_update(index_elements=["key"], set_={"alert": upsert.excluded.alert})
            await connection.execute(upsert, lead)


async def _unknown(connection: AsyncConnection, found: Sequence[Alert]) -> list[Alert]:
    by_fingerprint: dict[str, Alert] = {}
    for alert in found:
        by_fingerprint.setdefault(alert.fingerprint, alert)
    known: set[str] = set()
    for part in _parts(list(by_fingerprint)):
        query = select(findings.c.fingerprint).where(findings.c.fingerprint.in_(part))
        known |= set((await connection.execute(query)).scalars())
    return [alert for fingerprint, alert in by_fingerprint.items() if fingerprint not in known]


async def _mutes(connection: AsyncConnection, at: datetime) -> list[Mute]:
    muting = [standing.value for standing in Standing if standing.mutes]
    query = select(decisions).where(
        decisions.c.standing.in_(muting), decisions.c.ended_at.is_(None), decisions.c.until > written(at)
    )
    return [_mute(row) for row in (await connection.execute(query.order_by(decisions.c.place))).all()]


async def _known_groups(
    connection: AsyncConnection, by_digest: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, Group]]:
    keys: dict[str, str] = {}
    groups: dict[str, Group] = {}
    for part in _parts(list(by_digest)):
        query = select(alert_keys.c.key, alerts).join(alerts, alerts.c.id == alert_keys.c.alert)
        for row in (await connection.execute(query.where(alert_keys.c.key.in_(part)))).all():
            keys[by_digest[row.key]] = row.id
            groups[row.id] = _group(row)
    return keys, groups


def _mute(row: Row[*tuple[Any, ...]]) -> Mute:
    return Mute(
        decision=row.place,
        rules=frozenset(msgspec.json.decode(row.rules, type=list[str])),
        app=row.app,
        actor=row.actor,
        standing=Standing(row.standing),
    )


def _group(row: Row[*tuple[Any, ...]]) -> Group:
    return Group(
        id=row.id,
        app=row.app,
        standing=Standing(row.standing),
        level=Level(row.level),
        lead=row.lead,
        count=row._mapping["count"],  # noqa: SLF001 - a row's own ``count`` is the method of a tuple
        revision=row.revision,
        first=read(row.first_at),
        last=read(row.last_at),
        mute=row.muted_by,
        announced=row.standing == Standing.EXPECTED.value and row.muted_by is None and row.decision is None,
        stored=True,
    )


def _finding_row(alert: Alert, result: Sorted, quiet: set[str], at: str) -> dict[str, Any]:
    group = result.groups[result.placed[alert.fingerprint]]
    return {
        "fingerprint": alert.fingerprint,
        "finding": msgspec.json.encode(alert).decode(),
        "recorded_at": at,
        "delivered_at": at if group.id in quiet else None,
        "alert": group.id,
        "revision": group.revision,
    }


def _alert_row(group: Group, at: str) -> dict[str, Any]:
    return {
        "id": group.id,
        "app": group.app,
        "level": group.level.value,
        "lead": group.lead,
        "count": group.count,
        "revision": group.revision,
        "first_at": written(group.first),
        "last_at": written(group.last),
        "recorded_at": at,
        "standing": group.standing.value,
        "muted_by": group.mute,
    }


_GROW: Final = (
    update(alerts)
    .where(alerts.c.id == bindparam("id_"))
    .values(
        app=bindparam("app_"),
        level=bindparam("level_"),
        lead=bindparam("lead_"),
        count=bindparam("count_"),
        revision=bindparam("revision_"),
        first_at=bindparam("first_"),
        last_at=bindparam("last_"),
    )
)


def _growth(group: Group) -> dict[str, Any]:
    return {
        "id_": group.id,
        "app_": group.app,
        "level_": group.level.value,
        "lead_": group.lead,
        "count_": group.count,
        "revision_": group.revision,
        "first_": written(group.first),
        "last_": written(group.last),
    }


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode(errors="surrogatepass")).hexdigest()[:32]


def _parts(values: Iterable[T]) -> Iterator[list[T]]:
    remaining = iter(values)
    while part := list(islice(remaining, _AT_ONCE)):
        yield part
