"""Several calendars asked for at once: an intent for each person, the providers, disclosure, an outcome for each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sekimori.audit.entry import Entry
from sekimori.core.errors import SekimoriError
from sekimori.core.timespan import Timespan, merged
from sekimori.desk.domain.ask import FAILED, SHOWN, UNKNOWN, WITHHELD, Asking, Desk, Refused, surface_of
from sekimori.desk.domain.asker import Actor
from sekimori.desk.domain.common_time import CommonTime, common_free
from sekimori.desk.domain.coordinated import Overlaid, Side, Whose
from sekimori.desk.domain.deciding import Deciding
from sekimori.desk.domain.disclosed import as_told
from sekimori.desk.domain.disclosure import STEP, Schedule, Terms, disclose
from sekimori.desk.domain.free_busy import FbType, FreeBusy
from sekimori.desk.domain.hours import MINUTES_A_DAY, Hours, instant
from sekimori.desk.domain.journal import Aim, Journal
from sekimori.desk.domain.overlay import Collision, collisions
from sekimori.desk.domain.policy import Allow
from sekimori.desk.domain.ports import Finding
from sekimori.desk.domain.sources import Sources, together
from sekimori.desk.domain.working_time import WorkingTime, local_days


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """What is to be looked up for whom, once it is allowed.

    Attributes:
        allows: a decision for each person; ``deciding`` makes it anew.
        whose: which calendars of each; the answer has a side for every person and kind, in this order.
        hours: the hours of each day that are asked about.
        duration: how long the meeting is to be.
    """

    asking: Asking
    allows: tuple[Allow, ...]
    deciding: Deciding
    whose: tuple[Whose, ...]
    hours: Hours
    duration: timedelta
    aim: Aim
    now: datetime


class Inquiry:
    """Looks several calendars up and lays them over each other."""

    def __init__(self, *, desk: Desk, sources: Sources, journal: Journal, working: WorkingTime) -> None:
        self._desk = desk
        self._sources = sources
        self._journal = journal
        self._working = working

    async def overlay(self, lookup: Lookup) -> Overlaid | Refused:
        """Record, ask, decide again, disclose, record; calendars are read a buffer further than is asked about.

        Raises:
            SekimoriError: an entry could not be written; nothing may be shown.
        """
        intents = [await self._intend(lookup, self._reaching(allow, lookup.now)) for allow in lookup.allows]
        findings = await self._found(lookup, intents)
        # Looking up takes its time: what was paused or narrowed meanwhile holds already.
        decision = lookup.deciding(await self._desk.policy())
        if not isinstance(decision, tuple) or len(decision) != len(intents):
            records = [await self._outcome(lookup, intent, WITHHELD, ()) for intent in intents]
            return Refused(language=lookup.allows[0].standing.partner.language, record=records[-1])
        return await self._shown(lookup, decision, intents, findings)

    async def _intend(self, lookup: Lookup, allow: Allow) -> Entry:
        assert isinstance(lookup.asking.actor, Actor)  # whoever is not confirmed has been denied
        return await self._journal.intent(allow, lookup.asking.actor, lookup.asking.place, lookup.aim)

    async def _found(self, lookup: Lookup, intents: Sequence[Entry]) -> list[Finding]:
        pairs = zip(lookup.allows, intents, strict=True)
        try:
            return await together(
                [
                    self._find(whose, self._reaching(allow, lookup.now), intent)
                    for allow, intent in pairs
                    for whose in lookup.whose
                ]
            )
        except SekimoriError:
            raise
        except Exception:
            for intent in intents:
                await self._outcome(lookup, intent, FAILED, ())
            raise

    async def _find(self, whose: Whose, allow: Allow, intent: Entry) -> Finding:
        person, window = allow.person.person, allow.window
        match whose:
            case Whose.OURS:
                return await self._sources.of_ours(person, window, intent)
            case Whose.THEIRS:
                return await self._sources.of_theirs(person, window, intent)
            case Whose.ALL:
                return await self._sources.of_all(person, window, intent)

    async def _shown(
        self, lookup: Lookup, allows: Sequence[Allow], intents: Sequence[Entry], findings: Sequence[Finding]
    ) -> Overlaid:
        left, sides, records = iter(findings), list[Side](), list[Entry]()
        for allow, intent in zip(allows, intents, strict=True):
            own = [self._side(allow, whose, next(left), lookup) for whose in lookup.whose]
            records.append(await self._outcome(lookup, intent, _result(own), own))
            sides += own
        window, working = allows[0].window, self._working.only((lookup.hours, *(a.person.hours for a in allows)))
        return Overlaid(
            standing=allows[0].standing,
            window=window,
            days=tuple(local_days(window, self._working.zone)),
            sides=tuple(sides),
            common=common_to([told(side, window) for side in sides], window, lookup.duration, working),
            duration=lookup.duration,
            working=working,
            records=tuple(records),
            at=lookup.now,
        )

    def _side(self, allow: Allow, whose: Whose, finding: Finding, lookup: Lookup) -> Side:
        zone, schedule = self._working.zone, Schedule(zone=self._working.zone, days=())
        if hours := allow.person.hours.within(widened(lookup.hours, self._working.buffer)):
            terms = Terms(precision=allow.person.precision, hours=hours, zone=zone)
            window = self._reaching(allow, lookup.now).window
            schedule = disclose(finding.free_busy, terms, window=window, now=lookup.now)
        return Side(person=allow.person, whose=whose, schedule=schedule, problem=finding.problem)

    def _reaching(self, allow: Allow, now: datetime) -> Allow:
        return reaching(allow, self._working.buffer, self._working.zone, now)

    async def _outcome(self, lookup: Lookup, intent: Entry, result: str, sides: Sequence[Side]) -> Entry:
        slots = [slot for side in sides for slot in side.schedule.slots]
        return await self._journal.outcome(
            intent,
            result=result,
            periods=len(slots),
            unknown=sum(slot.fb_type is FbType.UNKNOWN for slot in slots),
            surface=surface_of(lookup.asking, lookup.allows[0]).value,
        )


def _result(sides: Sequence[Side]) -> str:
    slots = [slot for side in sides for slot in side.schedule.slots]
    nothing_known = any(side.problem for side in sides) and all(slot.fb_type is FbType.UNKNOWN for slot in slots)
    return UNKNOWN if nothing_known else SHOWN


def told(side: Side, window: Timespan) -> FreeBusy:
    """Return what somebody who is shown a side knows of a window."""
    return as_told(side.schedule, side.person.precision, window)


def collided(ours: FreeBusy, theirs: FreeBusy, side: Side, buffer: timedelta) -> tuple[Collision, ...]:
    """Find collisions within the hours that a side shows; of the others nothing is said."""
    shown = merged(slot.span for slot in side.schedule.slots)
    found = collisions(ours, theirs, buffer=buffer)
    cut = ((collision, collision.span.intersection(span)) for collision in found for span in shown)
    return tuple(replace(collision, span=span) for collision, span in cut if span)


def common_to(calendars: Sequence[FreeBusy], window: Timespan, duration: timedelta, working: WorkingTime) -> CommonTime:
    """Find the common free time of a window, from the next half hour on."""
    begun = (window.start - datetime.min.replace(tzinfo=UTC)) % STEP
    start = window.start + (STEP - begun if begun else timedelta())
    if start >= window.end:
        return CommonTime()
    return common_free(calendars, window=Timespan(start, window.end), duration=duration, working=working)


def reaching(allow: Allow, buffer: timedelta, zone: ZoneInfo, now: datetime) -> Allow:
    """Let a decision's window reach a buffer further, within its own days and never into the past."""
    window = allow.window
    first, last = window.start.astimezone(zone).date(), (window.end - timedelta(microseconds=1)).astimezone(zone).date()
    start = max(now, window.start - buffer, instant(first, 0, zone))
    end = min(window.end + buffer, instant(last, MINUTES_A_DAY, zone))
    return replace(allow, window=Timespan(start, max(end, window.end)))


def widened(hours: Hours, buffer: timedelta) -> Hours:
    """Let hours reach a buffer further, within the day."""
    minutes = -(-int(buffer.total_seconds()) // 60)
    return Hours(opens=max(0, hours.opens - minutes), closes=min(MINUTES_A_DAY, hours.closes + minutes))
