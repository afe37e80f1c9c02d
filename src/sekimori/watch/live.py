"""The live watch: lines that arrive, the findings on them, and the offset behind them, committed together."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import Any, Protocol

import structlog

from sekimori.audit.entry import Entry
from sekimori.audit.log import AuditLog
from sekimori.watch.alert import Alert, alert_of
from sekimori.watch.batch import Batch, Collector, Line
from sekimori.watch.delivery import Delivery
from sekimori.watch.documents import Unreadable, read_line
from sekimori.watch.domain.detection import Detector
from sekimori.watch.domain.finding import Finding
from sekimori.watch.domain.language import Language
from sekimori.watch.domain.level import Level
from sekimori.watch.domain.records import Source
from sekimori.watch.domain.trail import MemoryTrail
from sekimori.watch.intake import Intake, Unknown, describe_unknown, records_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """Everything was written; so many alerts were new."""

    fresh: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Contested:
    """Nothing was written: another instance knows of requests that used these entries first."""

    claims: Mapping[str, str]


class Ledger(Protocol):
    """Where alerts, positions, and the claims on our audit entries are kept."""

    async def claims(self) -> Mapping[str, str]:
        """Return which request used which entry first, as far as it is kept."""
        ...

    async def commit(
        self, alerts: Sequence[Alert], positions: Mapping[str, str], claims: Mapping[str, str]
    ) -> Committed | Contested:
        """Write all of it or nothing.

        Raises:
            StorageUnavailable: nothing was written.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """How alerts are worded, and from which level on there is one. Lesser findings are left to ``scan``.

    ``folder`` is the manifest's: places are said from there.
    """

    language: Language
    zone: tzinfo
    folder: Path | None = None
    alert_from: Level = Level.LOW


class LiveWatch:
    """Detects on what a collector brings.

    ``own_entries`` is our audit log: it is read up to its end before each batch, because an entry is written before
    the call that it announces, so whatever call is in the batch has its entry by then. Which request used an entry
    first is kept in the ledger: an entry's id that is used again is found after a restart, and by another instance.
    """

    def __init__(
        self,
        *,
        intake: Intake,
        detector: Detector,
        own_entries: AuditLog | None,
        ledger: Ledger,
        delivery: Delivery,
        voice: Voice,
    ) -> None:
        self._intake = intake
        self._detector = detector
        self._own_entries = own_entries
        self._ledger = ledger
        self._delivery = delivery
        self._voice = voice
        self._trail = detector.trail if isinstance(detector.trail, MemoryTrail) else MemoryTrail()
        self._learnt = 0
        self._log = structlog.get_logger("sekimori.watch")

    async def follow(self, collector: Collector) -> None:
        """Deal with the collector's batches for ever.

        Raises:
            StorageUnavailable: findings cannot be kept; the batch was not dealt with.
        """
        async for batch in collector.batches():
            await self.take(batch)

    async def take(self, batch: Batch) -> None:
        """Detect on one batch, commit what was found together with its positions, and have it delivered."""
        await self._learn()
        while True:
            findings = await asyncio.to_thread(self._detect_all, batch.lines)
            claims = dict(self._trail.fresh)
            outcome = await self._ledger.commit(self._alerts(findings), batch.positions, claims)
            if isinstance(outcome, Committed):
                break
            self._trail.adopt(outcome.claims)
        self._trail.adopt(claims)
        self._log.info("batch.read", lines=len(batch.lines), findings=len(findings), alerts=outcome.fresh)
        if outcome.fresh:
            self._delivery.wake()

    def _alerts(self, findings: Sequence[Finding]) -> list[Alert]:
        loud = [finding for finding in findings if finding.level.at_least(self._voice.alert_from)]
        voice = self._voice
        return [alert_of(finding, voice.language, voice.zone, voice.folder) for finding in loud]

    def _detect_all(self, lines: Sequence[Line]) -> list[Finding]:
        return [finding for line in lines for finding in self._detect(line)]

    def _detect(self, line: Line) -> list[Finding]:
        read = read_line((line.line, line.text))
        if read is None:
            return []
        if isinstance(read, Unreadable):
            return self._not_read(line, read.reason)
        records = self._intake.open(read.value)
        if records is None:
            return self._not_read(line, describe_unknown(read.value))
        source = Source(path=line.path, line=line.line)
        found: list[Finding] = []
        for record in records:
            if isinstance(record, Unknown):
                self._not_read(line, record.reason)
            else:
                found += self._detector.detect(record, source)
        return found

    def _not_read(self, line: Line, reason: str) -> list[Finding]:
        self._log.warning("record.not_read", path=line.path, line=line.line, reason=reason)
        return []

    async def _learn(self) -> None:
        if self._own_entries is None:
            return
        if not self._learnt:
            self._trail.adopt(await self._ledger.claims())
        async for entry in self._own_entries.read(after=self._learnt):
            self._detector.detect_all(records_in(self._intake.open(_plain(entry)) or ()))
            self._learnt = entry.seq


def _plain(entry: Entry) -> dict[str, Any]:
    return {
        "seq": entry.seq,
        "id": entry.id,
        "at": entry.at.isoformat(),
        "kind": entry.kind.value,
        "body": dict(entry.body),
        "hash": entry.hash,
    }
