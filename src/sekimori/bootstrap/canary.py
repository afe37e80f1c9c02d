"""The canary: one harmless, declared call by the desk's own means, and the way it takes to the watch."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sekimori.audit.entry import EntryKind
from sekimori.bootstrap.calendars import outlook_of
from sekimori.bootstrap.errors import MissingSetting
from sekimori.bootstrap.ground import Ground
from sekimori.core.ids import EntryId, PersonId
from sekimori.core.timespan import Timespan
from sekimori.desk.domain.journal import Calls
from sekimori.storage.claims import SqlClaims

_LOOK_EVERY: Final = 0.5
_WINDOW: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """The calls that Graph answered, by the ids of their entries, and how each that was made ended."""

    entry: EntryId
    at: datetime
    answered: tuple[EntryId, ...]
    statuses: tuple[str, ...]


async def release(ground: Ground, person: str | None = None) -> Released:
    """Ask Graph for one hour of one person's time, recorded as any call of the desk is.

    Raises:
        MissingSetting: the manifest names no such person.
        AuditUnavailable: it could not be recorded, and was not made.
    """
    people = [each.id for each in ground.manifest.people]
    chosen = person or next(iter(people), None)
    if chosen not in people:
        hint = f"the manifest has {', '.join(people)}" if people else "add a [[people]]"
        raise MissingSetting(
            f"there is nobody called {chosen}" if chosen else "there is nobody to ask about", hint=hint
        )
    entry = await ground.audit.append(EntryKind.CANARY_RELEASED, {"person": chosen})
    provider, start = outlook_of(ground), ground.clock().replace(microsecond=0)
    try:
        calls = Calls(ground.audit, entry.id, provider.name)
        await provider.free_busy(PersonId(chosen), Timespan(start, start + _WINDOW), calls)
    finally:
        await provider.close()
    made = [each.id async for each in ground.audit.read(after=entry.seq) if each.body.get("question") == entry.id]
    statuses = {
        str(each.body["call"]): str(each.body["status"])
        async for each in ground.audit.read(after=entry.seq)
        if each.kind is EntryKind.CALL_OUTCOME and each.body["call"] in made
    }
    answered = tuple(each for each in made if statuses.get(each) == "200")
    return Released(entry=entry.id, at=entry.at, answered=answered, statuses=tuple(statuses.values()))


async def arrived(ground: Ground, released: Released, within: timedelta) -> timedelta | None:
    """Wait until the watch has seen the call in the logs, and return how long that took; None if it took too long."""
    claims = SqlClaims(ground.database)
    wanted = [each.casefold() for each in released.answered]
    try:
        async with asyncio.timeout(within.total_seconds()):
            while not await claims.of(wanted):  # noqa: ASYNC110 - the watch is another process
                await asyncio.sleep(_LOOK_EVERY)
    except TimeoutError:
        return None
    took = ground.clock() - released.at
    await ground.audit.append(
        EntryKind.CANARY_ARRIVED, {"canary": released.entry, "seconds": round(took.total_seconds())}
    )
    return took
