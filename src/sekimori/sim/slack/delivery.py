"""Sends Slack's requests: signed, at most three seconds each, and again when the first one fails."""

import asyncio
import hashlib
import hmac
import json
import ssl
import time
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from functools import cache
from typing import Any
from urllib.parse import urlencode

import httpx

from sekimori.core.clock import Clock
from sekimori.core.confidential import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One HTTP request to the app.

    Attributes:
        key: the event's id, or a click's trigger.
        number: 0 for the first, then the retry's.
        status: what the app answered; None where no answer came.
        reason: why Slack counts it as failed, in the words of ``X-Slack-Retry-Reason``; None where it does not.
        answer: the app's body.
        retry_wanted: False where the app answered ``X-Slack-No-Retry: 1``.
        sent: when its last byte was written, and ``answered``, when the answer was read: by :func:`time.monotonic`,
            in seconds; None where that did not happen.
    """

    key: str
    number: int
    body: bytes
    headers: dict[str, str]
    status: int | None
    reason: str | None
    answer: bytes = b""
    retry_wanted: bool = True
    sent: float | None = None
    answered: float | None = None


class Delivery:
    """Posts to the app's one address.

    Attributes:
        url: where the app listens; None until it does.
        attempts: every request that was made, oldest first.
    """

    def __init__(
        self, *, url: str | None, secret: Secret[str], clock: Clock, retry_delays: tuple[float, ...], timeout: float
    ) -> None:
        self.url = url
        self.attempts: list[Attempt] = []
        self._secret = secret
        self._clock = clock
        self._delays = retry_delays
        self._http = httpx.AsyncClient(verify=_trust(), timeout=timeout, trust_env=False)
        self._retries: set[asyncio.Task[None]] = set()

    def sign(self, body: bytes) -> dict[str, str]:
        """Return the two headers that Slack puts on this body at this instant (its v0 scheme)."""
        stamp = str(int(self._clock().timestamp()))
        digest = hmac.new(self._secret.reveal().encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256)
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": "v0=" + digest.hexdigest()}

    async def event(self, payload: dict[str, Any]) -> Attempt:
        """Deliver an Events API payload; retries follow in the background where it failed."""
        body = json.dumps(payload, ensure_ascii=False).encode()
        first = await self._post(payload["event_id"], body, "application/json", number=0, reason=None)
        if _wants_another(first):
            self._in_background(self._retry(payload["event_id"], body, first))
        return first

    async def interaction(self, payload: dict[str, Any]) -> Attempt:
        """Deliver a click or a submitted view, once: Slack does not repeat these."""
        return await self.command({"payload": json.dumps(payload, ensure_ascii=False)}, payload["trigger_id"])

    async def command(self, form: dict[str, str], key: str) -> Attempt:
        """Deliver a form, such as a slash command, once: Slack does not repeat these."""
        kind = "application/x-www-form-urlencoded"
        return await self._post(key, urlencode(form).encode(), kind, number=0, reason=None)

    async def replay(self, attempt: Attempt) -> Attempt:
        """Send the very bytes and headers of an earlier request again, as somebody who overheard it would."""
        return await self._send(attempt.key, attempt.body, attempt.headers, number=attempt.number)

    async def settled(self) -> None:
        """Wait until no retry is under way."""
        while self._retries:
            await asyncio.wait(self._retries)

    async def close(self) -> None:
        """Give up the retries that wait."""
        for task in self._retries:
            task.cancel()
        await asyncio.gather(*self._retries, return_exceptions=True)
        await self._http.aclose()

    async def _retry(self, key: str, body: bytes, failed: Attempt) -> None:
        for number, delay in enumerate(self._delays, start=1):
            await asyncio.sleep(delay)
            failed = await self._post(key, body, "application/json", number=number, reason=failed.reason)
            if not _wants_another(failed):
                return

    async def _post(self, key: str, body: bytes, kind: str, *, number: int, reason: str | None) -> Attempt:
        headers = {"Content-Type": kind, "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)"}
        if number:
            headers |= {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": reason or "unknown_error"}
        return await self._send(key, body, headers | self.sign(body), number=number)

    async def _send(self, key: str, body: bytes, headers: dict[str, str], *, number: int) -> Attempt:
        attempt = Attempt(key=key, number=number, body=body, headers=headers, status=None, reason=None)
        self.attempts.append(attempt)
        place = len(self.attempts) - 1
        self.attempts[place] = await self._exchange(attempt)
        return self.attempts[place]

    async def _exchange(self, attempt: Attempt) -> Attempt:
        if self.url is None:
            return replace(attempt, reason="connection_failed")
        writing = _Writing()
        try:
            response = await self._http.post(
                self.url, content=attempt.body, headers=attempt.headers, extensions={"trace": writing.note}
            )
        except httpx.TimeoutException:
            return replace(attempt, reason="http_timeout", sent=writing.ended)
        except httpx.TransportError:
            return replace(attempt, reason="connection_failed", sent=writing.ended)
        return replace(
            attempt,
            sent=writing.ended,
            answered=time.monotonic(),
            status=response.status_code,
            reason=None if response.is_success else "http_error",
            answer=response.content,
            retry_wanted=response.headers.get("x-slack-no-retry") != "1",
        )

    def _in_background(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._retries.add(task)
        task.add_done_callback(self._retries.discard)


@dataclass(slots=True)
class _Writing:
    """Notes when a request was written: httpx tells of its steps by their names."""

    ended: float | None = None

    async def note(self, step: str, _about: dict[str, Any]) -> None:
        if step == "http11.send_request_body.complete":
            self.ended = time.monotonic()


def _wants_another(attempt: Attempt) -> bool:
    return attempt.reason is not None and attempt.retry_wanted


@cache
def _trust() -> ssl.SSLContext:
    """Read the authorities that the machine trusts once a process: it takes longer than many a delivery."""
    return ssl.create_default_context()
