"""Keeps what was paused and narrowed, for every instance on the database."""

from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import select

from sekimori.core.ids import PersonId, UserId
from sekimori.desk.domain.disclosure import Precision
from sekimori.desk.domain.narrowing import InForce, Narrowing
from sekimori.storage.database import Database
from sekimori.storage.dialect import insert_into
from sekimori.storage.tables import narrowings

_ALL: Final = select(narrowings)
_SERVICE: Final = "service"
_PERSON: Final = "person:"


class SqlNarrowings:
    """A :class:`~sekimori.desk.domain.narrowing.Narrowings` on disk."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def in_force(self) -> InForce:
        """Return what holds at this moment.

        Raises:
            StorageUnavailable: it cannot be read.
        """
        async with self._database.glance() as connection:
            rows = (await connection.execute(_ALL)).mappings().all()
        service = next((row["paused_by"] for row in rows if row["subject"] == _SERVICE), None)
        people = {
            PersonId(row["subject"].removeprefix(_PERSON)): _narrowing(row)
            for row in rows
            if row["subject"].startswith(_PERSON)
        }
        return InForce(paused_by=UserId(service) if service else None, people=people)

    async def pause(self, person: PersonId | None, by: UserId) -> None:
        """Pause somebody, or the whole service."""
        await self._put(person, paused_by=by)

    async def resume(self, person: PersonId | None) -> None:
        """Lift a pause."""
        await self._put(person, paused_by=None)

    async def narrow(self, person: PersonId, precision: Precision, at: datetime) -> None:
        """Limit what a person shows; the instant says until which review of the manifest it counts."""
        await self._put(person, precision=precision.value, narrowed_at=at.astimezone(UTC).isoformat())

    async def _put(self, person: PersonId | None, **values: object) -> None:
        subject = _SERVICE if person is None else f"{_PERSON}{person}"
        async with self._database.transaction() as connection:
            row = insert_into(connection, narrowings).values(subject=subject, **values)
            await connection.execute(row.on_conflict_do_update(index_elements=["subject"], set_=values))


def _narrowing(row: Any) -> Narrowing:
    at, precision = row["narrowed_at"], row["precision"]
    return Narrowing(
        paused_by=UserId(row["paused_by"]) if row["paused_by"] else None,
        precision=None if precision is None else Precision(precision),
        narrowed_at=datetime.fromisoformat(at) if at else None,
    )
