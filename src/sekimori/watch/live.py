"""The live watch: lines that arrive, the findings on them, and the offset behind them, committed together.

The stages of one batch, in this order: learn what our own audit log says; decide on every line; let what remembers
look at every record; commit alerts, claims, what is remembered and the positions, in one transaction; wake delivery.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import tzinfo
from functools import partial
from itertools import chain, repeat
from pathlib import Path
from time import monotonic
from typing import Any, Final, TypeVar

import structlog

from sekimori.audit.log import AuditLog
from sekimori.core.clock import Clock
from sekimori.core.errors import SekimoriError
from sekimori.watch.alert import Alert, alert_of
from sekimori.watch.batch import Batch, Collector
from sekimori.watch.deciding import Decided, Decider, NotRead, newest_instant
from sekimori.watch.delivery import Delivery
from sekimori.watch.domain.detection import Detector
from sekimori.watch.domain.finding import Finding
from sekimori.watch.domain.language import Language
from sekimori.watch.domain.level import Level
from sekimori.watch.domain.trail import MemoryTrail
from sekimori.watch.holding import patience_for
from sekimori.watch.intake import Intake
from sekimori.watch.ledger import Committed, Contested, Ledger, Outcome, Overtaken, Work
from sekimori.watch.meters import Meters
from sekimori.watch.own_record import OwnRecord, Unkept
from sekimori.watch.stage import Sighting, Stage

T = TypeVar("T")
TICK: Final = 5.0
"""Seconds between two looks at what time itself decides."""
PATIENCE: Final = (0.2, 0.5, 1.0, 2.0, 5.0)
"""Seconds between two attempts to commit; the last one repeats."""
MOST_TOLD: Final = 20
"""Lines of one batch that are logged as not read; all of them are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """How alerts are worded, and from which level on there is one.

    Lesser findings are left to ``scan``, but for changes that were announced: those are recorded, and not told.

    ``folder`` is the manifest's: places are said from there.
    """

    language: Language
    zone: tzinfo
    folder: Path | None = None
    alert_from: Level = Level.LOW


class LiveWatch:
    """Deals with what collectors bring, one batch at a time.

    ``own_entries`` is our audit log: it is read up to its end before each batch, because an entry is written before
    the call that it announces, so whatever call is in the batch has its entry by then. Where it is there, what claims
    to be an entry among the logs is not believed. Which request used an entry first is kept in the ledger: an entry's
    id that is used again is found after a restart, and by another instance.
    """

    def __init__(
        self,
        *,
        intake: Intake,
        detector: Detector,
        own_entries: AuditLog | OwnRecord | None,
        ledger: Ledger,
        delivery: Delivery,
        voice: Voice,
        clock: Clock,
        meters: Meters | None = None,
        stages: Sequence[Stage] = (),
    ) -> None:
        self._intake = intake
        own = _own(own_entries, detector)
        self._own = own
        self._ledger = ledger
        self._delivery = delivery
        self._clock = clock
        self._meters = meters or Meters()
        self._meters.fallbacks.set_function(lambda: self._decider.detector.kernel.fallbacks)
        self._ticked = monotonic()
        self._meters.follow_age("reconciliation", lambda: monotonic() - self._ticked)
        self.troubles: dict[str, SekimoriError] = {}
        self.trail = own.trail if own else MemoryTrail()
        self._judge_by(detector, voice, stages)
        self._turn = asyncio.Lock()
        self._noticed: list[Finding] = []
        self._log = structlog.get_logger("sekimori.watch")

    async def adopt(self, detector: Detector, voice: Voice, stages: Sequence[Stage]) -> None:
        """Judge by other rules and declarations from the next batch on; the detector is to share our ``trail``."""
        async with self._turn:
            self._judge_by(detector, voice, stages)

    def _judge_by(self, detector: Detector, voice: Voice, stages: Sequence[Stage]) -> None:
        detector.believes_logs = self._own is None
        self._voice = voice
        self._stages = tuple(stages)
        self._decider = Decider(intake=self._intake, detector=detector, remembers=bool(stages), least=voice.alert_from)

    async def follow(self, collector: Collector, stream: str) -> None:
        """Deal with a collector's batches for ever; what cannot be read or committed is tried again until it can."""
        while True:
            await self._insisting(stream, partial(self._follow_until_overtaken, collector, stream))

    async def _follow_until_overtaken(self, collector: Collector, stream: str) -> None:
        async with aclosing(collector.batches()) as batches:
            async for batch in batches:
                outcome = await self._insisting(stream, partial(self.take, batch, stream))
                if isinstance(outcome, Overtaken):
                    return

    async def tick_for_ever(self) -> None:
        """Look every few seconds at what time itself decides."""
        while self._stages:
            await asyncio.sleep(TICK)
            await self._insisting("time", self.tick)

    async def _insisting(self, what: str, work: Callable[[], Awaitable[T]]) -> T:
        """Do something until it can be done: what is not committed stays where it came from, or waits here."""
        for pause in chain(PATIENCE, repeat(PATIENCE[-1])):
            try:
                done = await work()
            except SekimoriError as error:
                self._meters.interruptions.inc()
                self.troubles[what] = error
                self._log.error("source.interrupted", source=what, code=error.code, reason=error.words, hint=error.hint)
                await asyncio.sleep(pause)
            else:
                self.troubles.pop(what, None)
                return done
        raise AssertionError("it is tried for ever")

    async def tick(self) -> None:
        """Let the stages find what is due by now."""
        async with self._turn:
            await self._learn()
            for stage in self._stages:
                await self._commit(Work(within=self._ticking(stage)), [stage])
            self._ticked = monotonic()

    async def take(self, batch: Batch, stream: str = "") -> Committed | Overtaken:
        """Deal with one batch: everything it comes to is committed together with its positions, or nothing is."""
        async with self._turn:
            await self._learn()
            while True:
                decided = await self._decide(batch)
                outcome = await self._commit(await self._work(batch, stream, decided), self._stages)
                if not isinstance(outcome, Contested):
                    break
                self.trail.adopt(outcome.claims)
            self._tell(stream, batch, decided, outcome)
            return outcome

    async def _work(self, batch: Batch, stream: str, decided: Decided) -> Work:
        looked = [await asyncio.to_thread(self._look, stage, decided.sightings) for stage in self._stages]
        return Work(
            stream=stream,
            alerts=self._alerts(decided.findings),
            positions=batch.positions,
            since=batch.since,
            claims=dict(self.trail.fresh),
            within=self._deciding(looked),
        )

    def _look(self, stage: Stage, sightings: Sequence[Sighting]) -> Any:
        """Let a stage look at a batch, without the records that it fails on."""
        try:
            return stage.look(sightings)
        except Exception:  # noqa: BLE001 - a fault of ours must not make the watch blind to everything else
            return stage.look([sighting for sighting in sightings if self._can_look(stage, sighting)])

    def _can_look(self, stage: Stage, sighting: Sighting) -> bool:
        try:
            stage.look([sighting])
        except Exception as error:  # noqa: BLE001 - as above
            place = sighting.source
            self._log.error("record.failed", path=place.path, line=place.line, error=type(error).__name__)
            return False
        return True

    async def _commit(self, work: Work, stages: Sequence[Stage]) -> Outcome:
        outcome: Outcome | None = None
        self._noticed = []
        try:
            with self._meters.commit.time():
                outcome = await self._ledger.commit(work)
        finally:
            is_kept = isinstance(outcome, Committed)
            for stage in stages:
                (stage.committed if is_kept else stage.abandoned)()
        if isinstance(outcome, Committed):
            self.trail.adopt(work.claims)
            self._count_findings(self._noticed)
            self._meters.alerts.inc(outcome.fresh)
            if outcome.fresh:
                self._delivery.wake()
        return outcome

    def _deciding(self, looked: Sequence[Any]) -> Callable[[], Awaitable[Sequence[Alert]]]:
        async def decide() -> Sequence[Alert]:
            now = self._clock()
            found = [await stage.decide(seen, now) for stage, seen in zip(self._stages, looked, strict=True)]
            self._noticed = [finding for each in found for finding in each]
            return self._alerts(self._noticed)

        return decide

    def _ticking(self, stage: Stage) -> Callable[[], Awaitable[Sequence[Alert]]]:
        async def tick() -> Sequence[Alert]:
            self._noticed = list(await stage.tick(self._clock()))
            return self._alerts(self._noticed)

        return tick

    def _alerts(self, findings: Sequence[Finding]) -> list[Alert]:
        voice = self._voice
        kept = [each for each in findings if each.window or each.level.at_least(voice.alert_from)]
        return [alert_of(finding, voice.language, voice.zone, voice.folder) for finding in kept]

    def _count_findings(self, findings: Sequence[Finding]) -> None:
        for finding in findings:
            self._meters.findings.labels(finding.rule.id, finding.level.value).inc()

    def _count(self, stream: str, batch: Batch, decided: Decided) -> None:
        meters = self._meters
        meters.batches.labels(stream).inc()
        meters.lines.labels(stream).observe(len(batch.lines))
        meters.unreadable.labels(stream).inc(len(decided.not_read))
        for envelope, number in decided.records.items():
            meters.records.labels(stream, envelope).inc(number)
        self._count_findings(decided.findings)
        if (when := newest_instant(batch.lines)) is not None:
            meters.lag.labels(stream).set((self._clock() - when).total_seconds())

    def _tell(self, stream: str, batch: Batch, decided: Decided, outcome: Committed | Overtaken) -> None:
        if isinstance(outcome, Overtaken):
            self._meters.overtaken.labels(stream).inc()
            self._log.info("batch.overtaken", lines=len(batch.lines), parts=sorted(outcome.parts))
            return
        self._count(stream, batch, decided)
        for each in decided.not_read[:MOST_TOLD]:
            self._not_read(each)
        found = len(decided.findings) + len(self._noticed)
        self._log.info("batch.read", lines=len(batch.lines), findings=found, alerts=outcome.fresh)

    def _not_read(self, part: NotRead) -> None:
        self._log.warning("record.not_read", path=part.line.path, line=part.line.line, reason=part.reason)

    async def _learn(self) -> None:
        if self._own:
            await self._own.learn()

    async def _decide(self, batch: Batch) -> Decided:
        """Decide on a batch; again where our audit log has more to say of it.

        A call may be late and its entry no longer in memory. A sign-in may be so fresh that the desk is about to write
        the entry of its token: it waits for that, at most as long as the profile allows.
        """
        decided = await asyncio.to_thread(self._decider.decide, batch.lines)
        if self._own is None:
            return decided
        if self.trail.missed and await self._own.recall():
            decided = await asyncio.to_thread(self._decider.decide, batch.lines)
        if pause := patience_for(decided.findings, self._clock()):
            await asyncio.sleep(pause.total_seconds())
            await self._own.learn()
            decided = await asyncio.to_thread(self._decider.decide, batch.lines)
        return decided


def _own(entries: AuditLog | OwnRecord | None, detector: Detector) -> OwnRecord | None:
    if entries is None or isinstance(entries, OwnRecord):
        return entries
    trail = detector.trail if isinstance(detector.trail, MemoryTrail) else MemoryTrail()
    return OwnRecord(entries=entries, trail=trail, store=Unkept())
