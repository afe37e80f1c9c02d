"""The provider of published calendars: feeds by person, each downloaded anew for each question."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

import httpx

from sekimori.core.clock import Clock
from sekimori.core.confidential import Secret
from sekimori.core.ids import EntryId, PersonId
from sekimori.core.timespan import Timespan
from sekimori.desk.calling import USER_AGENT, Answered, Call, Caller, Vendor, open_client
from sekimori.desk.domain.ports import CallJournal, Finding, Problem
from sekimori.desk.providers.ics import NAME
from sekimori.desk.providers.ics.feed import Reading
from sekimori.desk.signing_in import Token
from sekimori.desk.windows import together, unknown

RESOURCE: Final = "calendar/feed"
OLDEST_COPY: Final = timedelta(days=2)
"""A cache on the way may hand out a copy; one older than this is not taken."""

LARGEST_FEED: Final = 8 * 1024 * 1024
"""Bytes: some publish every event of many years."""

_FEED: Final = Vendor(realm="ics")


class IcsProvider:
    """Downloads a person's feeds from the addresses configured, follows no redirect, and lays them over each other.

    A feed is some hours behind its calendar; how many, it does not say.
    """

    name: str = NAME

    def __init__(
        self,
        *,
        client: httpx.AsyncClient,
        caller: Caller,
        feeds: Mapping[PersonId, Sequence[Secret[httpx.URL]]],
        zone: ZoneInfo,
        clock: Clock,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._caller = caller
        self._feeds = feeds
        self._zone = zone
        self._clock = clock
        self._timer = timer

    async def close(self) -> None:
        """Let go of the connections to the publishers."""
        await self._caller.close()

    async def free_busy(self, person: PersonId, window: Timespan, journal: CallJournal) -> Finding:
        """Ask for one person's free/busy; whatever is not certain is unknown."""
        feeds = self._feeds.get(person)
        if not feeds:
            return unknown(window, Problem.NOT_ASKED)
        return together(window, [await self._feed(person, feed, window, journal) for feed in feeds])

    async def _feed(
        self, person: PersonId, address: Secret[httpx.URL], window: Timespan, journal: CallJournal
    ) -> Finding:
        def request(_token: Token | None, _call: EntryId) -> httpx.Request:
            headers = {"Accept": "text/calendar", "User-Agent": USER_AGENT, "Cache-Control": "no-cache"}
            return self._client.build_request("GET", address.reveal(), headers=headers)

        call = Call(method="GET", resource=RESOURCE, people=(person,), window=window, request=request)
        answer = await self._caller.answer(call, journal)
        if not isinstance(answer, Answered):
            return unknown(window, answer.problem)
        if _age(answer) > OLDEST_COPY:
            return unknown(window, Problem.STALE)
        reading = Reading(zone=self._zone, now=self._clock(), timer=self._timer)
        return await asyncio.to_thread(reading.read, answer.body, window)


def open_ics(
    *,
    feeds: Mapping[PersonId, Sequence[Secret[httpx.URL]]],
    zone: ZoneInfo,
    clock: Clock,
    ca_bundle: str | None = None,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> IcsProvider:
    """Open the provider on feeds' addresses; ``zone`` is where times without a zone are meant; close it after use."""
    client = open_client(ca_bundle)
    caller = Caller(client=client, vendor=_FEED, sleep=sleep, largest=LARGEST_FEED)
    return IcsProvider(client=client, caller=caller, feeds=feeds, zone=zone, clock=clock)


def _age(answer: Answered) -> timedelta:
    """Return how old a copy is that a cache handed out (RFC 9111 §5.1)."""
    age = answer.headers.get("age", "")
    return timedelta(seconds=int(age)) if age.isascii() and age.isdigit() and len(age) < 10 else timedelta()
