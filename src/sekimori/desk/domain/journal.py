"""Writes the desk's audit entries: the only place that knows the shape of their bodies.

Bodies hold ids and codes. No method takes words that somebody typed, an address, or anything of a calendar.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from enum import StrEnum
from typing import Final

from sekimori.audit.canonical import Json
from sekimori.audit.entry import Entry, EntryKind
from sekimori.audit.log import AuditLog, AuditUnavailable
from sekimori.core.ids import EntryId, PersonId
from sekimori.core.timespan import Timespan
from sekimori.desk.domain.asker import Actor, Place, Unconfirmed
from sekimori.desk.domain.policy import Allow, Deny
from sekimori.desk.domain.question import Unclear

WELL: Final = "200"
"""How a call ended that was answered."""


class Aim(StrEnum):
    """What a question is for, where it is not for somebody's schedule itself."""

    COLLISIONS = "collisions"
    COMMON_TIME = "common_time"
    PASTED_TIMES = "pasted_times"


class Journal:
    """Records questions; gives each a journal for the calls made to answer it."""

    def __init__(self, log: AuditLog) -> None:
        self._log = log

    async def refused(self, denial: Deny, actor: Actor | Unconfirmed, place: Place) -> Entry:
        """Record a refusal, with its reason."""
        reason = denial.reason.value
        if isinstance(actor, Unconfirmed):
            reason = f"{reason}:{actor.doubt.value}"
        body: dict[str, Json] = {
            "reason": reason,
            "partner": denial.partner,
            **_asker(actor, place),
            "person": denial.person,
        }
        return await self._log.append(EntryKind.QUESTION_REFUSED, body)

    async def unclear(self, reason: Unclear, partner: str, actor: Actor, place: Place) -> Entry:
        """Record a question that was not understood, and so not answered."""
        body: dict[str, Json] = {
            "reason": f"not_understood:{reason.value}",
            "partner": partner,
            **_asker(actor, place),
            "person": None,
        }
        return await self._log.append(EntryKind.QUESTION_REFUSED, body)

    async def not_connected(self, allow: Allow, actor: Actor, place: Place) -> Entry:
        """Record a question about collisions of somebody who has no second calendar; nothing is looked up."""
        body: dict[str, Json] = {
            "reason": "not_connected",
            "partner": allow.standing.partner.partner,
            **_asker(actor, place),
            "person": allow.person.person,
        }
        return await self._log.append(EntryKind.QUESTION_REFUSED, body)

    async def intent(self, allow: Allow, actor: Actor, place: Place, aim: Aim | None = None) -> Entry:
        """Record that a question is about to be answered; of several people, each has an entry."""
        body: dict[str, Json] = {
            "partner": allow.standing.partner.partner,
            **_asker(actor, place),
            "person": allow.person.person,
            "window": _window(allow.window),
            "precision": allow.person.precision.name.lower(),
            "purpose": allow.standing.requester.purpose,
            **({"aim": aim.value} if aim else {}),
        }
        return await self._log.append(EntryKind.QUESTION_INTENT, body)

    async def outcome(
        self, question: Entry, *, result: str, periods: int, unknown: int, surface: str, calls: "Calls | None" = None
    ) -> Entry:
        """Record what is about to be shown, by number, and where; before it, how the calls ended that hold that back.

        What is recorded together is on disk together (:meth:`AuditLog.append`).
        """
        body: dict[str, Json] = {
            "question": question.id,
            "result": result,
            "periods": periods,
            "unknown": unknown,
            "surface": surface,
        }
        ended = calls.held() if calls else ()
        *_, entry = await asyncio.gather(
            *(self._log.append(EntryKind.CALL_OUTCOME, end) for end in ended),
            self._log.append(EntryKind.QUESTION_OUTCOME, body),
        )
        return entry

    async def not_delivered(self, outcome: Entry) -> Entry:
        """Record that what an outcome announced was not taken where it was to be shown; it follows that outcome."""
        body: dict[str, Json] = {**outcome.body, "result": "not_delivered", "periods": 0, "unknown": 0}
        return await self._log.append(EntryKind.QUESTION_OUTCOME, body)

    def calls(self, question: Entry, provider: str) -> "Calls":
        """Return the journal of the calls that answer one question."""
        return Calls(self._log, question.id, provider)

    @contextlib.asynccontextmanager
    async def held_calls(self, question: Entry, provider: str) -> AsyncIterator["Calls"]:
        """Give the journal of calls whose good ends are recorded with the outcome; at the latest when this is left."""
        calls = Calls(self._log, question.id, provider, held=[])
        try:
            yield calls
        finally:
            with contextlib.suppress(AuditUnavailable):  # the calls themselves are on record
                for end in calls.held():
                    await self._log.append(EntryKind.CALL_OUTCOME, end)


class Calls:
    """Records the calls made for one question to one provider.

    With a list to hold them in, the ends of calls that went well wait there to be recorded with what they came to.
    """

    def __init__(
        self, log: AuditLog, question: EntryId, provider: str, held: list[dict[str, Json]] | None = None
    ) -> None:
        self._log = log
        self._question = question
        self._provider = provider
        self._held = held

    async def intend(
        self, *, method: str, resource: str, people: Sequence[PersonId], window: Timespan, attempt: int
    ) -> EntryId:
        """Record a call before it is made; the entry's id goes out with it."""
        body: dict[str, Json] = {
            "provider": self._provider,
            "question": self._question,
            "method": method,
            "resource": resource,
            "people": list(people),
            "window": _window(window),
            "attempt": attempt,
        }
        return (await self._log.append(EntryKind.CALL_INTENT, body)).id

    async def conclude(self, call: EntryId, status: str) -> None:
        """Record how a call ended."""
        end: dict[str, Json] = {"call": call, "status": status}
        if self._held is not None and status == WELL:
            self._held.append(end)
        else:
            await self._log.append(EntryKind.CALL_OUTCOME, end)

    def held(self) -> Sequence[Mapping[str, Json]]:
        """Hand over what is held back, to be recorded."""
        held, self._held = self._held or [], [] if self._held is not None else None
        return held

    async def token(self, uti: str | None, resource: str) -> None:
        """Record a token that was obtained."""
        await self._log.append(EntryKind.TOKEN_OBTAINED, {"uti": uti, "resource": resource})


def _asker(actor: Actor | Unconfirmed, place: Place) -> dict[str, Json]:
    return {"team": actor.team, "user": actor.user, "channel": place.channel}


def _window(window: Timespan) -> list[str]:
    return [window.start.isoformat(), window.end.isoformat()]
