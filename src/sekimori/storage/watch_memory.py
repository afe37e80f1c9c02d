"""What the watch remembers from batch to batch, and how far the clocks of its sources came."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import islice
from typing import Final

from sqlalchemy import delete, select

from sekimori.storage.database import Database
from sekimori.storage.dialect import insert_into
from sekimori.storage.instants import read, written
from sekimori.storage.tables import watch_cells, watch_clocks
from sekimori.watch.domain.state.cells import BEGINNING, CellKey
from sekimori.watch.domain.state.clocks import Reading
from sekimori.watch.domain.state.engine import Kept

_AT_ONCE: Final = 500
_WATERMARK: Final = ""
_CLOCKS_KEPT: Final = timedelta(days=7)


class SqlWatchMemory:
    """Cells and clocks. Inside ``database.transaction()`` they are committed with what else it writes.

    A cell's name is a digest of its rule and group: a group holds whatever a log said, at any length.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def cells(self, keys: Iterable[CellKey]) -> Mapping[CellKey, bytes]:
        """Return the cells of these keys that are there."""
        named = {_name(key): key for key in keys}
        found: dict[CellKey, bytes] = {}
        async with self._database.reading() as connection:
            for part in _parts(list(named)):
                query = select(watch_cells.c.name, watch_cells.c.content).where(watch_cells.c.name.in_(part))
                found |= {named[name]: bytes(content) for name, content in await connection.execute(query)}
        return found

    async def due(self, until: int, rules: Iterable[str], limit: int) -> Sequence[CellKey]:
        """Return cells of these rules that are to be looked at by an instant, the earliest first."""
        query = select(watch_cells.c.rule, watch_cells.c.about).where(
            watch_cells.c.due <= until, watch_cells.c.rule.in_(sorted(rules))
        )
        async with self._database.reading() as connection:
            rows = await connection.execute(query.order_by(watch_cells.c.due, watch_cells.c.name).limit(limit))
            return [(rule, bytes(about).decode()) for rule, about in rows]

    async def keep(self, kept: Sequence[Kept]) -> None:
        """Write cells.

        Raises:
            StorageUnavailable: they could not be kept.
        """
        rows = [
            {
                "name": _name(each.key),
                "rule": each.key[0],
                "about": each.key[1].encode(),
                "content": each.text,
                "due": each.due,
                "expires": each.expires,
            }
            for each in kept
        ]
        if not rows:
            return
        async with self._database.transaction() as connection:
            fresh = insert_into(connection, watch_cells)
            newer = {name: fresh.excluded[name] for name in ("content", "due", "expires")}
            await connection.execute(fresh.on_conflict_do_update(index_elements=["name"], set_=newer), rows)

    async def forget(self, before: int) -> None:
        """Remove cells that expired before an instant.

        Raises:
            StorageUnavailable: they could not be removed.
        """
        async with self._database.transaction() as connection:
            await connection.execute(delete(watch_cells).where(watch_cells.c.expires < before))

    async def readings(self) -> Mapping[str, Reading]:
        """Return every clock."""
        query = select(watch_clocks.c.part, watch_clocks.c.latest, watch_clocks.c.read_at)
        async with self._database.reading() as connection:
            rows = (await connection.execute(query.where(watch_clocks.c.part != _WATERMARK))).all()
        return {part: Reading(latest, read(read_at)) for part, latest, read_at in rows}

    async def read_clocks(self, latest: Mapping[str, int], now: datetime) -> None:
        """Put clocks forward; one that is further stays. One that nobody read for a week is taken away.

        Raises:
            StorageUnavailable: they could not be kept.
        """
        if not latest:
            return
        known = await self.readings()
        rows = [
            {"part": part, "latest": max(at, known[part].latest if part in known else at), "read_at": written(now)}
            for part, at in latest.items()
        ]
        old = [part for part, each in known.items() if now - each.read_at > _CLOCKS_KEPT and part not in latest]
        async with self._database.transaction() as connection:
            fresh = insert_into(connection, watch_clocks)
            newer = {name: fresh.excluded[name] for name in ("latest", "read_at")}
            await connection.execute(fresh.on_conflict_do_update(index_elements=["part"], set_=newer), rows)
            if old:
                await connection.execute(delete(watch_clocks).where(watch_clocks.c.part.in_(old[:_AT_ONCE])))

    async def watermark(self) -> int:
        """Return how far the watermark came."""
        query = select(watch_clocks.c.latest).where(watch_clocks.c.part == _WATERMARK)
        async with self._database.reading() as connection:
            found = (await connection.execute(query)).scalar_one_or_none()
        return BEGINNING if found is None else int(found)

    async def put_watermark(self, watermark: int) -> None:
        """Put the watermark forward.

        Raises:
            StorageUnavailable: it could not be kept.
        """
        async with self._database.transaction() as connection:
            row = insert_into(connection, watch_clocks).values(part=_WATERMARK, latest=watermark)
            await connection.execute(row.on_conflict_do_update(index_elements=["part"], set_={"latest": watermark}))


def _name(key: CellKey) -> str:
    rule, about = key
    return sha256(f"{rule}\n{about}".encode()).hexdigest()[:40]


def _parts(names: Sequence[str]) -> Iterator[list[str]]:
    remaining = iter(names)
    while part := list(islice(remaining, _AT_ONCE)):
        yield part
