"""The stage that looks for calls which our audit log announced and no log shows."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from sekimori.watch.domain.detection import Detector
from sekimori.watch.domain.finding import Finding
from sekimori.watch.domain.profile import IdentityProfile
from sekimori.watch.domain.reconciling import Absence, absence, overdue
from sekimori.watch.own_record import OwnRecord
from sekimori.watch.stage import Sighting

CATCHING_UP: Final = timedelta(minutes=15)
"""How long after a start records that waited meanwhile may take."""
REMINDER: Final = timedelta(days=1)
_REPORTED: Final = "entries without call"


class _Reported(msgspec.Struct, frozen=True):
    """What was reported and when: calls that were answered up to ``until`` are not told again."""

    until: datetime
    told: datetime


class Reconciling:
    """Reports entries without a call, a whole outage at once, and keeps what was learnt of our audit log.

    After a start it waits until records that were written meanwhile can have come.
    """

    def __init__(self, *, record: OwnRecord, detector: Detector, profile: IdentityProfile) -> None:
        self._record = record
        self._detector = detector
        self._profile = profile
        self._started: datetime | None = None

    def look(self, sightings: Sequence[Sighting]) -> None:
        """See nothing: the detector claims entries by itself."""

    async def decide(self, looked: None, now: datetime) -> Sequence[Finding]:  # noqa: ARG002 - one of several stages
        """Find nothing: what is missing is found by time alone."""
        return ()

    async def tick(self, now: datetime) -> Sequence[Finding]:
        """Report what is missing by now, and write down how far our audit log is done with."""
        self._started = self._started or now
        findings = await self._absent(now) if self._profile.bounds.graph_logged else ()
        await self._record.keep(now)
        return findings

    def committed(self) -> None:
        """Nothing is held beside the store."""

    def abandoned(self) -> None:
        """Write again what was not kept."""
        self._record.unsure()

    async def _absent(self, now: datetime) -> Sequence[Finding]:
        bounds, trail = self._profile.bounds, self._record.trail
        before = now - bounds.delay
        waiting = [
            each for each in overdue(trail.intents.values(), before=before) if not trail.is_claimed(each.entry_id)
        ]
        if not waiting or (self._started and now - self._started < min(CATCHING_UP, bounds.delay)):
            return ()
        trail.adopt(await self._record.store.claimed([each.entry_id for each in waiting]))
        claimed = {name for name in trail.intents if trail.is_claimed(name)}
        reported = await self._reported()
        fresh = [each for each in trail.intents.values() if not reported or (each.answered or now) > reported.until]
        found = absence(fresh, claimed, before=before)
        return await self._report(found, reported, claimed, now) if found else ()

    async def _reported(self) -> _Reported | None:
        kept = await self._record.store.note(_REPORTED)
        return msgspec.json.decode(kept, type=_Reported) if kept else None

    async def _report(
        self, found: Absence, reported: _Reported | None, claimed: set[str], now: datetime
    ) -> Sequence[Finding]:
        """Report an outage once a day: what is missing right after what was reported belongs to it."""
        goes_on = reported is not None and now - reported.told < REMINDER and not self._seen(reported, found, claimed)
        until, told = found.missing[-1].answered or now, reported.told if reported and goes_on else now
        await self._record.store.put(_REPORTED, msgspec.json.encode(_Reported(until=until, told=told)).decode())
        return () if goes_on else self._detector.detect(found.record(self._profile, now))

    def _seen(self, reported: _Reported, found: Absence, claimed: set[str]) -> bool:
        """Say whether a call between what was reported and what is missing now has its record."""
        start = found.missing[0].answered
        times = [self._record.trail.intents[name].answered for name in claimed]
        return any(at and start and reported.until < at < start for at in times)
