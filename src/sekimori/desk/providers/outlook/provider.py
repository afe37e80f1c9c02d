"""The Outlook calendar provider: mailboxes by person, windows within Graph's limit, four calls at once a mailbox."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Final

from sekimori.core.confidential import Personal
from sekimori.core.ids import PersonId
from sekimori.core.timespan import Timespan
from sekimori.desk.domain.free_busy import joined
from sekimori.desk.domain.ports import CallJournal, Finding, Problem
from sekimori.desk.providers.outlook import NAME
from sekimori.desk.providers.outlook.answer import parse, unknown
from sekimori.desk.providers.outlook.calls import GraphCalls, Target, open_client
from sekimori.desk.providers.outlook.tokens import AppIdentity, EntraTokens

LONGEST_WINDOW: Final = timedelta(days=60)
"""Graph: 62 days and more are answered with 400 ErrorTimeIntervalTooBig."""

AT_ONCE: Final = 4
"""Graph: the Outlook service lets one app make so many calls at once to one mailbox."""


class OutlookProvider:
    """Asks Graph about one person a call, so that Graph's own log shows whose calendar was read.

    ``broker`` is the mailbox that asks on behalf of everybody where the identity may use no other; otherwise each
    person's own mailbox is asked.
    """

    name: str = NAME

    def __init__(
        self, *, calls: GraphCalls, mailboxes: Mapping[PersonId, Personal[str]], broker: Personal[str] | None = None
    ) -> None:
        self._calls = calls
        self._mailboxes = mailboxes
        self._broker = broker
        self._gates: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(AT_ONCE))

    async def close(self) -> None:
        """Let go of the connections to Graph and Entra."""
        await self._calls.close()

    async def free_busy(self, person: PersonId, window: Timespan, journal: CallJournal) -> Finding:
        """Ask for one person's free/busy; whatever is not certain is unknown."""
        address = self._mailboxes.get(person)
        if address is None:
            return unknown(window, Problem.NOT_ASKED)
        parts = [await self._part(person, address, piece, journal) for piece in _pieces(window)]
        problem = next((part.problem for part in parts if part.problem is not None), None)
        return Finding(free_busy=joined(tuple(part.free_busy for part in parts)), problem=problem)

    async def _part(self, person: PersonId, address: Personal[str], window: Timespan, journal: CallJournal) -> Finding:
        mailbox = (self._broker or address).reveal()
        asked = _whole_seconds(window)
        target = Target(mailbox=mailbox, address=address.reveal(), people=(person,), window=asked)
        async with self._gates[mailbox]:
            answer = await self._calls.get_schedule(target, journal)
        if isinstance(answer, Problem):
            return unknown(window, answer)
        return parse(answer, address=address.reveal(), window=window)


def open_outlook(
    *,
    identity: AppIdentity,
    graph: str,
    mailboxes: Mapping[PersonId, Personal[str]],
    broker: Personal[str] | None = None,
) -> OutlookProvider:
    """Open the provider on Graph's address, such as ``https://graph.microsoft.com/v1.0``; close it after use."""
    client = open_client(identity.ca_bundle)
    calls = GraphCalls(graph=graph, client=client, tokens=EntraTokens(identity))
    return OutlookProvider(calls=calls, mailboxes=mailboxes, broker=broker)


def _pieces(window: Timespan) -> Iterator[Timespan]:
    start = window.start
    while start < window.end:
        end = min(start + LONGEST_WINDOW, window.end)
        yield Timespan(start, end)
        start = end


def _whole_seconds(window: Timespan) -> Timespan:
    """Widen a window to whole seconds, as Graph is asked in these."""
    start = window.start.replace(microsecond=0)
    end = window.end if not window.end.microsecond else window.end.replace(microsecond=0) + timedelta(seconds=1)
    return Timespan(start, end)
