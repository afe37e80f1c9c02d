"""Makes one recorded call to a keeper of calendars, and makes it again where that may help."""

import asyncio
import base64
import binascii
import logging
import re
import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Final

import httpx

from sekimori import __version__
from sekimori.core.confidential import Secret
from sekimori.core.ids import EntryId, PersonId
from sekimori.core.timespan import Timespan
from sekimori.desk.domain.ports import CallJournal, Problem
from sekimori.desk.signing_in import SignInFailed, Token, TokenSource

USER_AGENT: Final = f"sekimori/{__version__}"
ATTEMPTS: Final = 3
LONGEST_WAIT: Final = 20.0
"""Seconds that one question may spend waiting for a keeper to be willing."""
LARGEST_ANSWER: Final = 4 * 1024 * 1024
"""Bytes of an answer that are read, unpacked; what is larger is not understood."""

_LARGEST_REASON: Final = 64 * 1024
_PATIENCE: Final = 15.0
_BACKOFF: Final = 0.5
_BY_STATUS: Final = {
    401: Problem.NOT_SIGNED_IN,
    403: Problem.FORBIDDEN,
    404: Problem.NOT_FOUND,
    408: Problem.TIMED_OUT,
    410: Problem.NOT_FOUND,
    429: Problem.THROTTLED,
}
_AGAIN: Final = {401, 408, 429, 500, 502, 503, 504, 509}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call as it is recorded, and how its request is made; ``token`` is None where the keeper wants none."""

    method: str
    resource: str
    people: Sequence[PersonId]
    window: Timespan
    request: Callable[[Token | None, EntryId], httpx.Request]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """HTTP 200, with the whole body."""

    body: bytes
    headers: httpx.Headers


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """There is no answer; ``reason`` is the vendor's own code, where :class:`Vendor` could read one."""

    problem: Problem
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """How one vendor says no.

    Attributes:
        realm: what its tokens are recorded as being for.
        reason: reads the code in the body of an error.
        throttled: codes that mean "too many calls", whatever the HTTP status.
    """

    realm: str
    reason: Callable[[bytes], str] | None = None
    throttled: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Refused:
    """How one attempt failed, and how long to wait before another; None means do not try again."""

    status: str
    failed: Failed
    wait: float | None = None
    claims: str | None = None


class Caller:
    """Makes calls; each, a repeated one as well, is recorded first and carries its entry's id."""

    def __init__(
        self,
        *,
        client: httpx.AsyncClient,
        vendor: Vendor,
        tokens: TokenSource | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        patience: float = _PATIENCE,
        largest: int = LARGEST_ANSWER,
    ) -> None:
        self._client = client
        self._vendor = vendor
        self._tokens = tokens
        self._sleep = sleep
        self._patience = patience
        self._largest = largest
        self._recorded: Secret[str] | None = None
        self._recording = asyncio.Lock()

    async def close(self) -> None:
        """Let go of the connections to the vendor and its issuer of tokens."""
        await self._client.aclose()
        if self._tokens:
            self._tokens.close()

    async def answer(self, call: Call, journal: CallJournal) -> Answered | Failed:
        """Return the vendor's answer, or why there is none.

        Raises:
            AuditUnavailable: a call could not be recorded, and was therefore not made.
        """
        waited, renew, claims = 0.0, False, None
        failed = Failed(problem=Problem.UNAVAILABLE)
        for number in range(1, ATTEMPTS + 1):
            try:
                token = await self._token(journal, again=renew, claims=claims)
            except SignInFailed:
                return Failed(problem=Problem.NOT_SIGNED_IN)
            outcome = await self._attempt(call, token, number, journal)
            if isinstance(outcome, Answered):
                return outcome
            failed, claims = outcome.failed, outcome.claims
            if outcome.wait is None or waited + outcome.wait > LONGEST_WAIT or (renew and outcome.status == "401"):
                break
            renew = outcome.status == "401"
            waited += outcome.wait
            if number < ATTEMPTS:
                await self._sleep(outcome.wait)
        return failed

    async def _token(self, journal: CallJournal, *, again: bool, claims: str | None) -> Token | None:
        """Get a token and record it before its first use; one that could not be recorded is recorded at the next."""
        if self._tokens is None:
            return None
        token = await (self._tokens.renewed(claims) if again else self._tokens.token())
        async with self._recording:
            if token.value != self._recorded:
                await journal.token(token.uti, self._vendor.realm)
                self._recorded = token.value
        return token

    async def _attempt(self, call: Call, token: Token | None, number: int, journal: CallJournal) -> Answered | _Refused:
        entry = await journal.intend(
            method=call.method, resource=call.resource, people=call.people, window=call.window, attempt=number
        )
        outcome = await self._made(call, token, entry, number)
        await journal.conclude(entry, "200" if isinstance(outcome, Answered) else outcome.status)
        return outcome

    async def _made(self, call: Call, token: Token | None, entry: EntryId, number: int) -> Answered | _Refused:
        wait = _BACKOFF * 2 ** (number - 1)
        try:
            async with asyncio.timeout(self._patience):
                return await self._sent(call.request(token, entry), wait)
        except (httpx.TimeoutException, TimeoutError):
            return _refused(Problem.TIMED_OUT)
        except (httpx.HTTPError, httpx.InvalidURL):
            return _refused(Problem.UNAVAILABLE, wait=wait)

    async def _sent(self, request: httpx.Request, wait: float) -> Answered | _Refused:
        response = await self._client.send(request, stream=True)
        try:
            if response.status_code == httpx.codes.OK:
                return await _whole(response, self._largest)
            return await self._judged(response, wait)
        finally:
            await response.aclose()

    async def _judged(self, response: httpx.Response, wait: float) -> _Refused:
        code = response.status_code
        reason = self._vendor.reason(await _start_of(response)) if self._vendor.reason else ""
        if reason in self._vendor.throttled:
            return _again(code, Problem.THROTTLED, reason, _retry_after(response, wait))
        problem = _BY_STATUS.get(code, Problem.UNAVAILABLE if code >= 500 else Problem.REFUSED_REQUEST)
        if code == httpx.codes.UNAUTHORIZED and self._tokens:
            claims = _claims(response.headers.get("www-authenticate", ""))
            return _Refused(status="401", failed=Failed(problem=problem, reason=reason), wait=0.0, claims=claims)
        if code not in _AGAIN or code == httpx.codes.UNAUTHORIZED:
            return _again(code, problem, reason, None)
        return _again(code, problem, reason, _retry_after(response, wait))


def open_client(ca_bundle: str | None) -> httpx.AsyncClient:
    """Open an HTTP client for a keeper of calendars; ``ca_bundle`` is the path of the authorities to trust.

    It takes nothing from the environment and follows no redirect. httpx writes each request's address into its log
    at INFO, and ours name a mailbox or are a secret: that line is turned off.
    """
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    verify = ssl.create_default_context(cafile=ca_bundle)
    return httpx.AsyncClient(
        verify=verify, trust_env=False, follow_redirects=False, timeout=httpx.Timeout(10.0, connect=5.0)
    )


async def _whole(response: httpx.Response, largest: int) -> Answered | _Refused:
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > largest:
            return _Refused(status="200", failed=Failed(problem=Problem.UNREADABLE))
    return Answered(body=bytes(body), headers=response.headers)


async def _start_of(response: httpx.Response) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > _LARGEST_REASON:
            break
    return bytes(body)


def _refused(problem: Problem, *, wait: float | None = None) -> _Refused:
    return _Refused(status=problem.value, failed=Failed(problem=problem), wait=wait)


def _again(code: int, problem: Problem, reason: str, wait: float | None) -> _Refused:
    return _Refused(status=str(code), failed=Failed(problem=problem, reason=reason), wait=wait)


def _retry_after(response: httpx.Response, otherwise: float) -> float:
    """Read how long to wait: seconds, or an instant measured against the answer's own date (RFC 9110 §10.2.3)."""
    value = response.headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,6}(\.\d+)?", value):
        return float(value)
    try:
        gap = parsedate_to_datetime(value) - parsedate_to_datetime(response.headers.get("date", ""))
    except (ValueError, TypeError, OverflowError):
        return otherwise
    return max(gap, timedelta()).total_seconds()


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
