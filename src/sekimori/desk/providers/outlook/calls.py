"""Makes one recorded call to Graph, and makes it again where that may help."""

import asyncio
import base64
import binascii
import logging
import re
import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

import httpx
import msgspec

from sekimori import __version__
from sekimori.core.confidential import Secret
from sekimori.core.ids import EntryId, PersonId
from sekimori.core.timespan import Timespan
from sekimori.desk.domain.ports import CallJournal, Problem
from sekimori.desk.providers.outlook.tokens import SignInFailed, Token, TokenSource

RESOURCE: Final = "calendar/getSchedule"
USER_AGENT: Final = f"sekimori/{__version__}"
ATTEMPTS: Final = 3
LONGEST_WAIT: Final = 20.0
"""Seconds that one question may spend waiting for Graph to be willing."""

_LARGEST_ANSWER: Final = 4 * 1024 * 1024
_PATIENCE: Final = 15.0
_BACKOFF: Final = 0.5
_BY_STATUS: Final = {
    401: Problem.NOT_SIGNED_IN,
    403: Problem.FORBIDDEN,
    404: Problem.NOT_FOUND,
    408: Problem.TIMED_OUT,
    429: Problem.THROTTLED,
}
_AGAIN: Final = {401, 408, 429, 500, 502, 503, 504, 509}


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One mailbox to ask, one address to ask it about, and the window."""

    mailbox: str
    address: str
    people: Sequence[PersonId]
    window: Timespan


@dataclass(frozen=True, slots=True, kw_only=True)
class _Attempt:
    """How one call ended: a body, or a problem and how long to wait before another; None means do not try again."""

    status: str
    body: bytes | None = None
    problem: Problem = Problem.UNAVAILABLE
    wait: float | None = None
    claims: str | None = None


class GraphCalls:
    """Posts ``getSchedule``; each call, a repeated one as well, is recorded first and carries its entry's id."""

    def __init__(
        self,
        *,
        graph: str,
        client: httpx.AsyncClient,
        tokens: TokenSource,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._graph = graph.rstrip("/")
        self._client = client
        self._tokens = tokens
        self._sleep = sleep
        self._recorded: Secret[str] | None = None
        self._recording = asyncio.Lock()

    async def close(self) -> None:
        """Let go of the connections to Graph and Entra."""
        await self._client.aclose()
        self._tokens.close()

    async def get_schedule(self, target: Target, journal: CallJournal) -> bytes | Problem:
        """Return the body of Graph's answer, or why there is none."""
        waited, renew, claims = 0.0, False, None
        problem = Problem.UNAVAILABLE
        for number in range(1, ATTEMPTS + 1):
            try:
                token = await (self._tokens.renewed(claims) if renew else self._tokens.token())
            except SignInFailed:
                return Problem.NOT_SIGNED_IN
            await self._record(token, journal)
            attempt = await self._attempt(target, token, number, journal)
            if attempt.body is not None:
                return attempt.body
            problem, claims = attempt.problem, attempt.claims
            if attempt.wait is None or waited + attempt.wait > LONGEST_WAIT or (renew and attempt.status == "401"):
                break
            renew = attempt.status == "401"
            waited += attempt.wait
            if number < ATTEMPTS:
                await self._sleep(attempt.wait)
        return problem

    async def _record(self, token: Token, journal: CallJournal) -> None:
        """Record a token before its first use; one that could not be recorded is recorded at the next."""
        async with self._recording:
            if token.value != self._recorded:
                await journal.token(token.uti, "graph")
                self._recorded = token.value

    async def _attempt(self, target: Target, token: Token, number: int, journal: CallJournal) -> _Attempt:
        call = await journal.intend(
            method="POST", resource=RESOURCE, people=target.people, window=target.window, attempt=number
        )
        attempt = await self._post(target, token, call, number)
        await journal.conclude(call, attempt.status)
        return attempt

    async def _post(self, target: Target, token: Token, call: EntryId, number: int) -> _Attempt:
        wait = _BACKOFF * 2 ** (number - 1)
        try:
            request = self._client.build_request(
                "POST", self._url(target), content=_body(target), headers=_headers(token, call)
            )
            async with asyncio.timeout(_PATIENCE):
                return await self._send(request, wait)
        except (httpx.TimeoutException, TimeoutError):
            return _Attempt(status=Problem.TIMED_OUT.value, problem=Problem.TIMED_OUT)
        except (httpx.HTTPError, httpx.InvalidURL):
            return _Attempt(status=Problem.UNAVAILABLE.value, problem=Problem.UNAVAILABLE, wait=wait)

    async def _send(self, request: httpx.Request, wait: float) -> _Attempt:
        response = await self._client.send(request, stream=True)
        try:
            return await _read(response, wait)
        finally:
            await response.aclose()

    def _url(self, target: Target) -> str:
        return f"{self._graph}/users/{quote(target.mailbox, safe='@')}/{RESOURCE}"


def open_client(ca_bundle: str | None) -> httpx.AsyncClient:
    """Open the HTTP client for Graph; ``ca_bundle`` is the path of the authorities to trust.

    httpx writes each request's address into its log at INFO, and ours name a mailbox: that line is turned off.
    """
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    verify = ssl.create_default_context(cafile=ca_bundle)
    return httpx.AsyncClient(
        verify=verify, trust_env=False, follow_redirects=False, timeout=httpx.Timeout(10.0, connect=5.0)
    )


async def _read(response: httpx.Response, wait: float) -> _Attempt:
    code = response.status_code
    if code == httpx.codes.OK:
        body = bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > _LARGEST_ANSWER:
                return _Attempt(status="200", problem=Problem.UNREADABLE)
        return _Attempt(status="200", body=bytes(body))
    problem = _BY_STATUS.get(code, Problem.UNAVAILABLE if code >= 500 else Problem.REFUSED_REQUEST)
    if code not in _AGAIN:
        return _Attempt(status=str(code), problem=problem)
    if code == httpx.codes.UNAUTHORIZED:
        claims = _claims(response.headers.get("www-authenticate", ""))
        return _Attempt(status="401", problem=problem, wait=0.0, claims=claims)
    return _Attempt(status=str(code), problem=problem, wait=_retry_after(response, wait))


def _retry_after(response: httpx.Response, otherwise: float) -> float:
    value = response.headers.get("retry-after", "").strip()
    return float(value) if re.fullmatch(r"\d{1,6}(\.\d+)?", value) else otherwise


def _claims(challenge: str) -> str | None:
    """Read the claims that continuous access evaluation asks for (Entra: base64 in ``WWW-Authenticate``)."""
    match = re.search(r'claims="([A-Za-z0-9+/=_-]+)"', challenge)
    if not match:
        return None
    padded = match[1] + "=" * (-len(match[1]) % 4)
    try:
        return base64.b64decode(padded, altchars=b"-_").decode()
    except (binascii.Error, UnicodeDecodeError):
        return None


def _headers(token: Token, call: EntryId) -> dict[str, str]:
    return {
        "Authorization": f"Bearer {token.value.reveal()}",
        "Content-Type": "application/json",
        "Accept": "application/json",
        "User-Agent": USER_AGENT,
        "client-request-id": call,
        "return-client-request-id": "true",
    }


def _body(target: Target) -> bytes:
    # Graph: without a "Prefer: outlook.timezone" header the answer is in UTC; a null interval is answered with 500.
    return msgspec.json.encode(
        {
            "schedules": [target.address],
            "startTime": _moment(target.window.start.strftime("%Y-%m-%dT%H:%M:%S")),
            "endTime": _moment(target.window.end.strftime("%Y-%m-%dT%H:%M:%S")),
            "availabilityViewInterval": 30,
        }
    )


def _moment(text: str) -> dict[str, str]:
    return {"dateTime": text, "timeZone": "UTC"}
