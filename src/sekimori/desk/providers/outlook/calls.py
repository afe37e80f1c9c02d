"""Posts ``getSchedule`` to Graph."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

import httpx
import msgspec

from sekimori.core.ids import EntryId, PersonId
from sekimori.core.timespan import Timespan
from sekimori.desk.calling import USER_AGENT, Answered, Call, Caller, Vendor
from sekimori.desk.domain.ports import CallJournal, Problem
from sekimori.desk.providers.outlook.answer import DIGIT
from sekimori.desk.signing_in import Token, TokenSource
from sekimori.desk.windows import whole_seconds

_NOWHERE: Final = ZoneInfo("UTC")
_HOUR: Final = timedelta(hours=1)
RESOURCE: Final = "calendar/getSchedule"
_GRAPH: Final = Vendor(realm="graph")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One mailbox to ask, one address to ask it about, and the window."""

    mailbox: str
    address: str
    people: Sequence[PersonId]
    window: Timespan


class GraphCalls:
    """Asks Graph; each call carries its entry's id as ``client-request-id``, so that Graph's own log shows it.

    ``zone`` is whose days all-day entries are taken for.
    """

    def __init__(
        self,
        *,
        graph: str,
        client: httpx.AsyncClient,
        tokens: TokenSource,
        zone: ZoneInfo = _NOWHERE,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._graph = graph.rstrip("/")
        self._zone = zone
        self._client = client
        self._caller = Caller(client=client, vendor=_GRAPH, tokens=tokens, sleep=sleep)

    def windowed(self, window: Timespan) -> Timespan:
        """Return the window that is asked for in order to learn about one: no narrower, and clear on the wall clock."""
        asked = whole_seconds(window)
        return Timespan(_unmistakable(asked.start, self._zone, -_HOUR), _unmistakable(asked.end, self._zone, _HOUR))

    async def close(self) -> None:
        """Let go of the connections to Graph and Entra."""
        await self._caller.close()

    async def get_schedule(self, target: Target, journal: CallJournal) -> bytes | Problem:
        """Return the body of Graph's answer, or why there is none."""

        def request(token: Token | None, call: EntryId) -> httpx.Request:
            url = f"{self._graph}/users/{quote(target.mailbox, safe='@')}/{RESOURCE}"
            return self._client.build_request(
                "POST", url, content=_body(target, self._zone), headers=_headers(token, call)
            )

        call = Call(method="POST", resource=RESOURCE, people=target.people, window=target.window, request=request)
        answer = await self._caller.answer(call, journal)
        return answer.body if isinstance(answer, Answered) else answer.problem


def _headers(token: Token | None, call: EntryId) -> dict[str, str]:
    return {
        "Authorization": f"Bearer {token.value.reveal()}" if token else "",
        "Content-Type": "application/json",
        "Accept": "application/json",
        "User-Agent": USER_AGENT,
        "client-request-id": call,
        "return-client-request-id": "true",
    }


def _body(target: Target, zone: ZoneInfo) -> bytes:
    # Graph: an all-day entry comes back as midnight to midnight of the zone that the question is asked in.
    # Graph: without a "Prefer: outlook.timezone" header the answer is in UTC; a null interval is answered with 500.
    # Graph: up to 20 people fit into one request, but its own log shows the mailbox of the path alone: one a call.
    return msgspec.json.encode(
        {
            "schedules": [target.address],
            "startTime": _moment(target.window.start, zone),
            "endTime": _moment(target.window.end, zone),
            "availabilityViewInterval": DIGIT // timedelta(minutes=1),
        }
    )


def _moment(instant: datetime, zone: ZoneInfo) -> dict[str, str]:
    return {"dateTime": instant.astimezone(zone).strftime("%Y-%m-%dT%H:%M:%S"), "timeZone": zone.key}


def _unmistakable(instant: datetime, zone: ZoneInfo, step: timedelta) -> datetime:
    """Go on from an instant until its local time comes once only: Graph is told no offset."""
    local = instant.astimezone(zone)
    while local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset():
        instant += step
        local = instant.astimezone(zone)
    return instant
