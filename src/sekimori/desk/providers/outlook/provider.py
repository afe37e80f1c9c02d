"""The Outlook calendar provider: mailboxes by person, windows within Graph's limit, four calls at once a mailbox."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sekimori.core.confidential import Personal
from sekimori.core.ids import PersonId
from sekimori.core.timespan import Timespan
from sekimori.desk.calling import open_client
from sekimori.desk.domain.ports import CallJournal, Finding, Problem
from sekimori.desk.providers.outlook import NAME
from sekimori.desk.providers.outlook.answer import parse
from sekimori.desk.providers.outlook.calls import GraphCalls, Target
from sekimori.desk.providers.outlook.tokens import AppIdentity, EntraTokens
from sekimori.desk.windows import in_pieces, unknown

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
        return await in_pieces(window, LONGEST_WINDOW, lambda piece: self._part(person, address, piece, journal))

    async def _part(self, person: PersonId, address: Personal[str], window: Timespan, journal: CallJournal) -> Finding:
        mailbox = (self._broker or address).reveal()
        asked = self._calls.windowed(window)
        target = Target(mailbox=mailbox, address=address.reveal(), people=(person,), window=asked)
        async with self._gates[mailbox]:
            answer = await self._calls.get_schedule(target, journal)
        if isinstance(answer, Problem):
            return unknown(window, answer)
        return parse(answer, address=address.reveal(), window=window, asked=asked)


def open_outlook(
    *,
    identity: AppIdentity,
    graph: str,
    mailboxes: Mapping[PersonId, Personal[str]],
    zone: ZoneInfo,
    broker: Personal[str] | None = None,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> OutlookProvider:
    """Open the provider on Graph's address, such as ``https://graph.microsoft.com/v1.0``; close it after use.

    ``zone`` is where the people live: their all-day entries are days there.
    """
    client = open_client(identity.ca_bundle)
    calls = GraphCalls(graph=graph, client=client, tokens=EntraTokens(identity), zone=zone, sleep=sleep)
    return OutlookProvider(calls=calls, mailboxes=mailboxes, broker=broker)
