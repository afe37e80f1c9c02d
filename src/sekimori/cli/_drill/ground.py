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
ANY_PORT: Final = {"listen": 0, "slack": 0, "graph": 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """A finding that was delivered; ``seconds`` lie between the log record and the end of its delivery."""

    rule: str
    event: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Ground:
    """Carries out techniques and says what was raised on each record."""

    stage: Stage
    arrivals: SqlArrivals

    async def detonate(self, technique: str) -> Detonated:
        """Carry a technique out, and wait until the watch has dealt with every record it left.

        Raises:
            SekimoriError: the watch did not come that far.
        """
        done = await self.stage.simulator.control.detonate(technique)
        deadline = time.monotonic() + PATIENCE
        while not await self._caught_up():
            if time.monotonic() > deadline:
                log = self.stage.service.log
                raise SekimoriError(f"the watch did not deal with {technique} in {PATIENCE:.0f} s", hint=f"see {log}")
            await asyncio.sleep(0.02)
        return done

    async def raised(self) -> list[Raised]:
        """Return every finding that was delivered and that the security channel shows."""
        shown, written = self._shown(), self._written()
        return [
            Raised(rule=alert.rule, event=alert.event, seconds=(delivered - written[alert.event]).total_seconds())
            for alert, delivered in await self._delivered()
            if alert.event is not None and alert.event in written and alert.rule in shown
        ]

    async def _delivered(self) -> list[tuple[Alert, datetime]]:
        kept = await self.arrivals.since(datetime.min.replace(tzinfo=UTC))
        return [
            (msgspec.json.decode(one.finding_json, type=Alert), one.delivered_at)
            for one in kept
            if one.delivered_at is not None
        ]

    def _written(self) -> dict[str, datetime]:
        return {id_of(one): datetime.fromisoformat(one["time"]) for one in self.stage.simulator.control.records}

    def _shown(self) -> str:
        said = self.stage.simulator.control.messages_in(world.SECURITY_CHANNEL, of=world.BOT_USER)
        return "\n".join(str(message.blocks) for message in said)

    async def _caught_up(self) -> bool:
        # Deliveries first: a finding is recorded together with the position behind it.
        read = _merged(await self.arrivals.positions())
        logs = self.stage.simulator.addresses.logs
        if not all(read.get(str(path)) == path.stat().st_size for path in logs.glob("*.ndjson")):
            return False
        kept = await self.arrivals.since(datetime.min.replace(tzinfo=UTC))
        return all(one.delivered_at is not None for one in kept)


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
    async with set_stage(folder, further=_further(), wanted=ANY_PORT) as stage:
        declared = load(stage.manifest).service
        async with await open_declared_for_reading(declared, folder=folder, environ=os.environ) as database:
            yield Ground(stage, SqlArrivals(database))


def _merged(positions: tuple[str, ...]) -> dict[str, int]:
    """Return how far each file was read."""
    parts = (item for text in positions for item in msgspec.json.decode(text, type=dict[str, str]).items())
    return {path: int(msgspec.json.decode(text)["offset"]) for path, text in parts}


def _further() -> str:
    now = datetime.now(UTC)
    return FURTHER.format(
        begins=(now - timedelta(hours=1)).isoformat(),
        ends=(now + timedelta(hours=3)).isoformat(),
        app=world.HR_APP,
        object=world.HR_OBJECT,
        principal=world.HR_PRINCIPAL,
    )


FURTHER: Final = """
[[watch.apps]]                      # a second registration, with a change that is declared
name = "HR feed"
app_id = "{app}"
object_id = "{object}"
service_principal_id = "{principal}"
permissions = ["User.Read.All"]
egress = ["203.0.113.10/32", "203.0.113.11/32"]

[[watch.apps.change_windows]]
from = {begins}
to = {ends}
what = ["credential", "permission"]
why = "yearly rotation"
"""
