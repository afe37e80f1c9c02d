"""The half that guards, built from the manifest."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
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


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningWatch:
    """The watch: a follower for each source, and the delivery of what they find."""

    followers: Sequence[tuple[LiveWatch, Collector]]
    delivery: Delivery

    async def run(self) -> None:
        """Follow every source and deliver, until cancelled.

        Raises:
            StorageUnavailable: findings cannot be kept.
        """
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.delivery.run())
            for watch, collector in self.followers:
                tasks.create_task(watch.follow(collector))


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
    followers = [await _follower(ground, source, delivery, language) for source in manifest.watch.sources]
    return RunningWatch(followers=followers, delivery=delivery)


async def _follower(
    ground: Ground, source: WatchSource, delivery: Delivery, language: Language
) -> tuple[LiveWatch, Collector]:
    pattern = ground.folder / source.path
    ledger = SqlWatchLedger(ground.database, clock=ground.clock, stream=f"{source.kind.value}:{source.path}")
    watch = LiveWatch(
        intake=Intake(envelopes=envelopes()),
        detector=Detector(rules=shipped_rules(), profiles=profiles_of(ground.manifest)),
        own_entries=ground.audit,
        ledger=ledger,
        delivery=delivery,
        voice=Voice(language=language, zone=ground.manifest.service.zone, folder=ground.folder),
    )
    return watch, FileCollector(pattern, positions=await ledger.positions())


def envelopes() -> list[Envelope]:
    """Return every log envelope there is."""
    return [cast("Envelope", module) for module in discover_modules("sekimori.watch.envelopes").values()]
