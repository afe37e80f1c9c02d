"""The proving ground: the simulator writes logs, `sekimori serve` watches them, the fake Slack gets the findings."""

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import msgspec

from sekimori.cli._demo.declared import with_neighbours
from sekimori.cli._demo.stage import Stage, set_stage
from sekimori.core.errors import SekimoriError
from sekimori.manifest.loader import load
from sekimori.sim import world
from sekimori.sim.control import Detonated
from sekimori.storage.arrivals import SqlArrivals
from sekimori.storage.declared import open_declared_for_reading
from sekimori.watch.alert import Alert

PATIENCE: Final = 20.0
"""Seconds that the watch may take for the records of one technique."""
BEFORE: Final = (timedelta(days=9), timedelta(days=5), timedelta(days=1))
"""How long ago the ordinary days were."""

ALWAYS: Final = datetime.min.replace(tzinfo=UTC)
ANY_PORT: Final = {"listen": 0, "slack": 0, "graph": 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """A rule that told of something: ``event`` is the record's id, ``told_at`` when the security channel had it."""

    rule: str
    event: str | None
    recorded_at: datetime
    told_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """A technique that was carried out between two instants; at the second one the watch had dealt with it."""

    done: Detonated
    began: datetime
    ended: datetime

    def seconds(self, raised: Raised) -> float | None:
        """Return how long it took to tell of one of its records; None for what is of something else.

        A finding on several records, or on none, is of the technique in whose time it was recorded.
        """
        written = {id_of(record): datetime.fromisoformat(record["time"]) for record in self.done.records}
        if raised.event in written:
            return max((raised.told_at - written[raised.event]).total_seconds(), 0.0)
        return None


@dataclass(frozen=True, slots=True)
class Ground:
    """Carries out techniques and says what was raised on each record."""

    stage: Stage
    arrivals: SqlArrivals

    async def live_an_ordinary_week(self) -> None:
        """Let the days before today pass: rules that know what is new have to know what is old."""
        hands, control = self.stage.hands, self.stage.simulator.control
        hands.ahead -= max(BEFORE)
        for days in BEFORE:
            hands.move(datetime.now(UTC) - days)
            await control.work_as_every_day()
            await self._dealt_with("an ordinary day")
        hands.move(datetime.now(UTC))

    async def detonate(self, technique: str) -> Carried:
        """Carry a technique out, and wait until the watch has dealt with every record it left.

        Raises:
            SekimoriError: the watch did not come that far.
        """
        began = datetime.now(UTC)
        done = await self.stage.simulator.control.detonate(technique)
        await self._dealt_with(technique)
        return Carried(done=done, began=began, ended=datetime.now(UTC))

    async def _dealt_with(self, what: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not await self._caught_up():
            if time.monotonic() > deadline:
                log = self.stage.service.log
                raise SekimoriError(f"the watch did not deal with {what} in {PATIENCE:.0f} s", hint=f"see {log}")
            await asyncio.sleep(0.02)

    async def raised(self) -> list[Raised]:
        """Return every rule that told of something and that the security channel names."""
        shown = self._shown()
        return [one for one in await self._told() if one.rule in shown]

    async def _told(self) -> list[Raised]:
        return [
            Raised(rule=rule, event=alert.event, recorded_at=one.recorded_at, told_at=one.told_at)
            for one in await self.arrivals.since(ALWAYS)
            if one.told_at is not None
            for alert in [msgspec.json.decode(one.finding_json, type=Alert)]
            for rule in (alert.rule, *alert.also)
        ]

    def _shown(self) -> str:
        said = self.stage.simulator.control.messages_in(world.SECURITY_CHANNEL, of=world.BOT_USER)
        return "\n".join(str(message.blocks) for message in said)

    async def _caught_up(self) -> bool:
        # Positions first: a finding is recorded together with the position behind it.
        read = _merged(await self.arrivals.positions())
        logs = self.stage.simulator.addresses.logs
        if not all(read.get(str(path)) == path.stat().st_size for path in logs.glob("*.ndjson")):
            return False
        return all(one.told_at is not None for one in await self.arrivals.since(ALWAYS))


def id_of(record: Mapping[str, Any]) -> str:
    """Return the vendor's id of a record, by which a finding names its event."""
    properties = record["properties"]
    return str(properties.get("requestId") or properties["id"])


@contextlib.asynccontextmanager
async def proving_ground(folder: Path) -> AsyncIterator[Ground]:
    """Run the simulator and the service on a folder of their own until the block ends.

    Raises:
        SekimoriError: the folder cannot be used, or the service did not come up.
    """
    async with set_stage(folder, amended=with_neighbours, wanted=ANY_PORT) as stage:
        declared = load(stage.manifest).service
        async with await open_declared_for_reading(declared, folder=folder, environ=os.environ) as database:
            ground = Ground(stage, SqlArrivals(database))
            await ground.live_an_ordinary_week()
            yield ground


def _merged(positions: tuple[str, ...]) -> dict[str, int]:
    """Return how far each file was read."""
    parts = (item for text in positions for item in msgspec.json.decode(text, type=dict[str, str]).items())
    return {path: int(msgspec.json.decode(text)["offset"]) for path, text in parts}
