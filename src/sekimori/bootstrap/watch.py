"""The half that guards, built from the manifest."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import cast

import structlog

from sekimori.bootstrap.ground import Ground
from sekimori.bootstrap.slack import slack_client
from sekimori.catalogue import discover_modules
from sekimori.core.ids import ChannelId
from sekimori.manifest.model import WatchSource
from sekimori.storage.leases import Lease
from sekimori.storage.watch_ledger import SqlOutbox, SqlWatchLedger
from sekimori.watch.batch import Collector
from sekimori.watch.collectors.files import FileCollector
from sekimori.watch.delivery import Delivery
from sekimori.watch.domain.detection import Detector
from sekimori.watch.domain.language import Language
from sekimori.watch.intake import Envelope, Intake
from sekimori.watch.live import LiveWatch, Voice
from sekimori.watch.permission_store import use_refreshed
from sekimori.watch.profiles import profiles_of
from sekimori.watch.rulebook import shipped_rules
from sekimori.watch.sinks.slack import SlackSink
from sekimori.watch.stage import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningWatch:
    """The watch: what follows each source, by the name of its stream, and the delivery of what is found."""

    live: LiveWatch
    collectors: Mapping[str, Collector]
    delivery: Delivery

    async def run(self) -> None:
        """Follow every source and deliver, until cancelled.

        Raises:
            StorageUnavailable: findings cannot be kept.
        """
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.delivery.run())
            tasks.create_task(self.live.tick_for_ever())
            for stream, collector in self.collectors.items():
                tasks.create_task(self.live.follow(collector, stream))


async def build_watch(ground: Ground) -> RunningWatch:
    """Build the half that guards. Without a security channel, findings are recorded and shown to nobody."""
    manifest = ground.manifest
    language = Language(manifest.service.language.value)
    channel = manifest.slack.security_channel
    sinks = [SlackSink(slack_client(ground), ChannelId(channel), language)] if channel else []
    if trouble := use_refreshed(ground.environ):
        structlog.get_logger().warning("permissions.passed_over", reason=trouble)
    lease = Lease(holder=ground.instance, lasting=timedelta(minutes=5))
    delivery = Delivery(SqlOutbox(ground.database, clock=ground.clock, lease=lease), sinks)
    ledger = SqlWatchLedger(ground.database, clock=ground.clock)
    live = LiveWatch(
        intake=Intake(envelopes=envelopes()),
        detector=Detector(rules=shipped_rules(), profiles=profiles_of(manifest)),
        own_entries=ground.audit,
        ledger=ledger,
        delivery=delivery,
        voice=Voice(language=language, zone=manifest.service.zone, folder=ground.folder),
        clock=ground.clock,
        stages=_stages(ground),
    )
    collectors = dict(_collector(ground, source, ledger) for source in manifest.watch.sources)
    return RunningWatch(live=live, collectors=collectors, delivery=delivery)


def _stages(_ground: Ground) -> list[Stage]:
    """Return what remembers from batch to batch, in the order in which it sees them."""
    return []


def _collector(ground: Ground, source: WatchSource, ledger: SqlWatchLedger) -> tuple[str, Collector]:
    """Return a source's collector and the name of its stream: what is stored of it goes by that name."""
    stream = f"{source.kind.value}:{source.path}"
    return stream, FileCollector(ground.folder / source.path, stored=partial(ledger.positions, stream))


def envelopes() -> list[Envelope]:
    """Return every log envelope there is."""
    return [cast("Envelope", module) for module in discover_modules("sekimori.watch.envelopes").values()]
