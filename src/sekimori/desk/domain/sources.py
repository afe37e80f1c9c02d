"""Where somebody's time is kept: our own calendar of them, and those that other providers have."""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any, TypeVar

from sekimori.audit.entry import Entry
from sekimori.audit.log import AuditUnavailable
from sekimori.core.ids import PersonId
from sekimori.core.timespan import Timespan
from sekimori.desk.domain.free_busy import FreeBusy, all_unknown
from sekimori.desk.domain.journal import Journal
from sekimori.desk.domain.ports import Finding, FreeBusyProvider, Problem

T = TypeVar("T")


class Sources:
    """Knows which providers keep a calendar of whom, and asks them.

    Args:
        providers: by the name that the manifest and the audit log call them.
        ours: the name of the provider of everybody's calendar here.
        also: the names of the providers of a person's calendars elsewhere; one that is not in ``providers`` makes
            that calendar unknown, never absent.
        journal: records every call.
    """

    def __init__(
        self,
        *,
        providers: Mapping[str, FreeBusyProvider],
        ours: str,
        also: Mapping[PersonId, Sequence[str]],
        journal: Journal,
    ) -> None:
        self._providers = providers
        self._ours = ours
        self._also = {person: tuple(dict.fromkeys(names)) for person, names in also.items()}
        self._journal = journal

    def elsewhere(self, person: PersonId) -> bool:
        """Say whether a person has a calendar elsewhere."""
        return bool(self._also.get(person))

    async def of_ours(self, person: PersonId, window: Timespan, intent: Entry) -> Finding:
        """Ask for somebody's calendar here."""
        return await self._ask(self._ours, person, window, intent)

    async def of_theirs(self, person: PersonId, window: Timespan, intent: Entry) -> Finding:
        """Ask for all of somebody's calendars elsewhere, as one."""
        asked = [self._ask(name, person, window, intent) for name in self._also.get(person, ())]
        return _as_one(await together(asked), window)

    async def of_all(self, person: PersonId, window: Timespan, intent: Entry) -> Finding:
        """Ask for all of somebody's calendars, as one."""
        names = dict.fromkeys((self._ours, *self._also.get(person, ())))
        return _as_one(await together([self._ask(name, person, window, intent) for name in names]), window)

    async def _ask(self, name: str, person: PersonId, window: Timespan, intent: Entry) -> Finding:
        provider = self._providers.get(name)
        if provider is None:
            return Finding(free_busy=all_unknown(window), problem=Problem.NOT_ASKED)
        return await provider.free_busy(person, window, self._journal.calls(intent, name))


def _as_one(findings: Sequence[Finding], window: Timespan) -> Finding:
    """Lay findings about one window over each other; the first problem is the whole's."""
    if not findings:
        return Finding(free_busy=all_unknown(window), problem=Problem.NOT_ASKED)
    periods = tuple(period for finding in findings for period in finding.free_busy.periods)
    problem = next((finding.problem for finding in findings if finding.problem), None)
    return Finding(free_busy=FreeBusy(window=window, periods=periods), problem=problem)


async def together(work: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
    """Do several things at once and wait for all; an unwritten audit entry outweighs every other failure."""
    done = await asyncio.gather(*work, return_exceptions=True)
    failures = [outcome for outcome in done if isinstance(outcome, BaseException)]
    for failure in sorted(failures, key=lambda failure: not isinstance(failure, AuditUnavailable)):
        raise failure
    return [outcome for outcome in done if not isinstance(outcome, BaseException)]
