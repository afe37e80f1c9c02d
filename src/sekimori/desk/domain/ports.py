"""What the desk needs from outside: somebody's free/busy, and a record of every call made for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from sekimori.core.ids import EntryId, PersonId
from sekimori.core.timespan import Timespan
from sekimori.desk.domain.free_busy import FreeBusy


class Problem(StrEnum):
    """Why a free/busy, or a part of it, could not be learnt."""

    NOT_SIGNED_IN = "not_signed_in"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    THROTTLED = "throttled"
    TIMED_OUT = "timed_out"
    UNAVAILABLE = "unavailable"
    REFUSED_REQUEST = "refused_request"
    UNREADABLE = "unreadable"
    STALE = "stale"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a provider learnt of one person's time; where there is a problem the window holds unknown periods."""

    free_busy: FreeBusy
    problem: Problem | None = None


class CallJournal(Protocol):
    """Records a provider's calls before and after they are made.

    Each method raises :class:`sekimori.audit.log.AuditUnavailable` where the entry could not be written; the
    provider lets it pass, so that no call goes out unrecorded.
    """

    async def intend(
        self, *, method: str, resource: str, people: Sequence[PersonId], window: Timespan, attempt: int
    ) -> EntryId:
        """Record a call that is about to be made; its id goes out with the call."""
        ...

    async def conclude(self, call: EntryId, status: str) -> None:
        """Record how a call ended: an HTTP status or a problem's code."""
        ...

    async def token(self, uti: str | None, resource: str) -> None:
        """Record a token that was obtained, by its unique token identifier where that is readable."""
        ...


class FreeBusyProvider(Protocol):
    """Knows where people's free/busy is kept."""

    @property
    def name(self) -> str:
        """The provider's id, as the manifest and the audit log call it."""
        ...

    async def free_busy(self, person: PersonId, window: Timespan, journal: CallJournal) -> Finding:
        """Ask for one person's free/busy over a window.

        Never raises for what happens outside: whatever is not certain is unknown in the answer.

        Raises:
            AuditUnavailable: a call could not be recorded, and was therefore not made.
        """
        ...
