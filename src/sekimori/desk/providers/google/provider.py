"""The Google calendar provider: calendars by person, windows within Google's limit."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Final

import httpx
import msgspec

from sekimori.core.clock import Clock
from sekimori.core.confidential import Personal
from sekimori.core.ids import EntryId, PersonId
from sekimori.core.timespan import Timespan
from sekimori.desk.calling import USER_AGENT, Answered, Call, Caller, Vendor, open_client
from sekimori.desk.domain.ports import CallJournal, Finding, Problem
from sekimori.desk.providers.google import NAME
from sekimori.desk.providers.google.account import ServiceAccount
from sekimori.desk.providers.google.answer import parse, reason_of
from sekimori.desk.providers.google.tokens import GoogleTokens
from sekimori.desk.signing_in import Token
from sekimori.desk.windows import in_pieces, unknown, whole_seconds

RESOURCE: Final = "calendar/freeBusy"
LONGEST_WINDOW: Final = timedelta(days=60)
"""Google: about 90 days, said nowhere; more is answered with 400 timeRangeTooLong."""
SHORTEST_WINDOW: Final = timedelta(days=14)
"""A window that is too long nevertheless is halved, down to this."""

# Google: too many calls are 403 as often as 429.
_GOOGLE: Final = Vendor(
    realm="google",
    reason=reason_of,
    throttled=frozenset({"rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded"}),
)


class GoogleProvider:
    """Asks Google about all calendars of one person in one call; what they say is laid over each other."""

    name: str = NAME

    def __init__(
        self,
        *,
        address: str,
        client: httpx.AsyncClient,
        caller: Caller,
        calendars: Mapping[PersonId, Sequence[Personal[str]]],
    ) -> None:
        self._address = f"{address.rstrip('/')}/freeBusy"
        self._client = client
        self._caller = caller
        self._calendars = calendars

    async def close(self) -> None:
        """Let go of the connections to Google."""
        await self._caller.close()

    async def free_busy(self, person: PersonId, window: Timespan, journal: CallJournal) -> Finding:
        """Ask for one person's free/busy; whatever is not certain is unknown."""
        calendars = self._calendars.get(person)
        if not calendars:
            return unknown(window, Problem.NOT_ASKED)
        names = tuple(calendar.reveal() for calendar in calendars)
        return await in_pieces(window, LONGEST_WINDOW, lambda piece: self._part(person, names, piece, journal))

    async def _part(
        self, person: PersonId, calendars: Sequence[str], window: Timespan, journal: CallJournal
    ) -> Finding:
        asked = whole_seconds(window)

        def request(token: Token | None, call: EntryId) -> httpx.Request:
            body, headers = _body(calendars, asked), _headers(token, call)
            return self._client.build_request("POST", self._address, content=body, headers=headers)

        call = Call(method="POST", resource=RESOURCE, people=(person,), window=asked, request=request)
        answer = await self._caller.answer(call, journal)
        if isinstance(answer, Answered):
            return parse(answer.body, calendars=calendars, window=window)
        if answer.reason == "timeRangeTooLong" and window.duration > SHORTEST_WINDOW:
            half = window.duration / 2
            return await in_pieces(window, half, lambda piece: self._part(person, calendars, piece, journal))
        return unknown(window, answer.problem)


def open_google(
    *,
    account: ServiceAccount,
    address: str,
    token_address: str,
    calendars: Mapping[PersonId, Sequence[Personal[str]]],
    clock: Clock,
    ca_bundle: str | None = None,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> GoogleProvider:
    """Open the provider on Google's address, such as ``https://www.googleapis.com/calendar/v3``; close it after use."""
    client = open_client(ca_bundle)
    tokens = GoogleTokens(account=account, address=token_address, client=client, clock=clock)
    caller = Caller(client=client, vendor=_GOOGLE, tokens=tokens, sleep=sleep)
    return GoogleProvider(address=address, client=client, caller=caller, calendars=calendars)


def _headers(token: Token | None, call: EntryId) -> dict[str, str]:
    return {
        "Authorization": f"Bearer {token.value.reveal()}" if token else "",
        "Content-Type": "application/json",
        "Accept": "application/json",
        "User-Agent": USER_AGENT,
        # Google: kept beside the call in the audit logs of the account's own project.
        "X-Goog-Request-Reason": call,
    }


def _body(calendars: Sequence[str], window: Timespan) -> bytes:
    return msgspec.json.encode(
        {
            "timeMin": window.start.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "timeMax": window.end.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "timeZone": "UTC",
            "items": [{"id": calendar} for calendar in calendars],
        }
    )
