"""The half that guards, built from the manifest."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import cast

import structlog
from prometheus_client import generate_latest
from starlette.routing import BaseRoute

from sekimori.bootstrap.graph_tokens import graph_tokens
from sekimori.bootstrap.ground import Ground
from sekimori.bootstrap.judging import judged_by, judging, own_record
from sekimori.bootstrap.sinks import alert_sinks
from sekimori.catalogue import discover_modules
from sekimori.core.errors import SekimoriError
from sekimori.manifest.loader import load
from sekimori.manifest.model import Manifest
from sekimori.manifest.tables.sources import WatchSource
from sekimori.manifest.tables.watch import Reconciliation
from sekimori.storage.errors import StorageUnavailable
from sekimori.storage.leases import Lease
from sekimori.storage.outbox import SqlOutbox
from sekimori.storage.watch_ledger import SqlWatchLedger
from sekimori.watch.delivery import Delivery
from sekimori.watch.intake import Envelope, Intake
from sekimori.watch.live import LiveWatch
from sekimori.watch.meters import Meters
from sekimori.watch.own_record import OwnRecord
from sekimori.watch.permission_store import use_refreshed
from sekimori.watch.reloading import Reloader
from sekimori.watch.sources import Around, Kind, Opened, open_sources


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningWatch:
    """The watch: what follows each source, by the name of its stream, and the delivery of what is found."""

    live: LiveWatch
    sources: Mapping[str, Opened]
    delivery: Delivery
    meters: Meters
    undelivered: Callable[[], Awaitable[int]]
    reloader: Reloader

    @property
    def routes(self) -> list[BaseRoute]:
        """Where senders reach the watch."""
        return [route for source in self.sources.values() for route in source.routes]

    @property
    def troubles(self) -> Mapping[str, SekimoriError]:
        """What keeps a source from being read, or findings from being kept, now; by the source's stream."""
        return self.live.troubles

    async def measured(self) -> bytes:
        """Return what was counted, as Prometheus reads it."""
        with contextlib.suppress(StorageUnavailable):
            self.meters.undelivered.set(await self.undelivered())
        return generate_latest(self.meters.registry)

    async def run(self) -> None:
        """Follow every source and deliver, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.delivery.run())
            tasks.create_task(self.live.tick_for_ever())
            tasks.create_task(self.reloader.run())
            for stream, source in self.sources.items():
                tasks.create_task(self.live.follow(source.collector, stream))


async def build_watch(ground: Ground) -> RunningWatch:
    """Build the half that guards. Without a sink, findings are recorded and shown to nobody."""
    sinks = alert_sinks(ground)
    if trouble := use_refreshed(ground.environ):
        structlog.get_logger().warning("permissions.passed_over", reason=trouble)
    lease = Lease(holder=ground.instance, lasting=timedelta(minutes=5))
    outbox = SqlOutbox(ground.database, clock=ground.clock, lease=lease)
    await outbox.register({sink.name: sink.level for sink in sinks})
    delivery = Delivery(outbox, sinks)
    ledger = SqlWatchLedger(ground.database, clock=ground.clock)
    meters = Meters()
    meters.follow_lanes(delivery.lanes)
    own = own_record(ground)
    if lacking := unprovable(ground.manifest.watch.reconciliation):
        structlog.get_logger("sekimori.watch").warning("reconciliation.cannot_prove", without=lacking)
    made = judging(ground, own)
    live = LiveWatch(
        intake=Intake(envelopes=envelopes()),
        detector=made.detector,
        own_entries=own,
        ledger=ledger,
        delivery=delivery,
        voice=made.voice,
        clock=ground.clock,
        meters=meters,
        stages=made.stages,
    )
    return RunningWatch(
        live=live,
        sources=_sources(ground, ledger, meters),
        delivery=delivery,
        meters=meters,
        undelivered=outbox.waiting,
        reloader=_reloader(ground, live, own, meters),
    )


def unprovable(declared: Reconciliation) -> list[str]:
    """Name the logs that the manifest says the tenant does not export: what they would show cannot be proven."""
    logs = (("graph_activity_logs", declared.graph_activity_logs), ("sign_in_logs", declared.sign_in_logs))
    return [name for name, is_there in logs if not is_there]


def _reloader(ground: Ground, live: LiveWatch, own: OwnRecord, meters: Meters) -> Reloader:
    """Return what takes over rules and declarations that change while the watch runs."""
    present = ground

    async def reload() -> None:
        nonlocal present
        changed = replace(ground, manifest=await asyncio.to_thread(load, ground.file))
        made = await asyncio.to_thread(judging, changed, own)
        await live.adopt(made.detector, made.voice, made.stages)
        if kept := _kept(ground.manifest, changed.manifest):
            structlog.get_logger("sekimori.watch").warning("manifest.needs_restart", tables=kept)
        present = changed

    return Reloader(files=lambda: judged_by(present), reload=reload, meters=meters)


def _kept(old: Manifest, new: Manifest) -> list[str]:
    """Name the tables whose changes count after a restart only."""
    names = ("service", "slack", "endpoints", "google", "people", "partners", "coordination", "audit")
    sources = [f"watch.{key}" for key in ("sources", "sinks") if getattr(old.watch, key) != getattr(new.watch, key)]
    return [name for name in names if getattr(old, name) != getattr(new, name)] + sources


def _sources(ground: Ground, ledger: SqlWatchLedger, meters: Meters) -> dict[str, Opened]:
    """Open every source that the manifest declares, by the name of its stream."""

    def around(source: WatchSource) -> Around:
        return Around(
            folder=ground.folder,
            stored=partial(ledger.positions, source.stream),
            secret=ground.text,
            tokens=partial(graph_tokens, ground),
            endpoints=ground.manifest.endpoints,
            clock=ground.clock,
            meters=meters,
            ca_bundle=ground.ca_bundle,
        )

    kinds = cast("Mapping[str, Kind]", discover_modules("sekimori.watch.collectors"))
    return open_sources(ground.manifest.watch.sources, kinds, around)


def envelopes() -> list[Envelope]:
    """Return every log envelope there is."""
    return [cast("Envelope", module) for module in discover_modules("sekimori.watch.envelopes").values()]
