"""Asks an API that throttles: waits as long as it says, and tries again what may work later."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import ClassVar, Final

import httpx
import structlog

from sekimori.core.errors import SekimoriError

LONGEST_WAIT: Final = 300.0
"""Seconds; an API that says more is asked again then."""
TRIES: Final = 6
_PAUSE: Final = 1.0
_TIMEOUT: Final = 60.0
_THROTTLED: Final = 429


class LogUnavailable(SekimoriError):  # noqa: N818 - the name says what happened
    """A log cannot be read over its API, now or as it is declared."""

    code: ClassVar[str] = "log.unavailable"


def client(ca_bundle: str | None) -> httpx.AsyncClient:
    """Return a client that trusts the usual authorities, or those named instead, and follows no redirects."""
    import ssl

    trust = ssl.create_default_context(cafile=ca_bundle) if ca_bundle else ssl.create_default_context()
    return httpx.AsyncClient(verify=trust, timeout=_TIMEOUT, trust_env=False)


async def ask(http: httpx.AsyncClient, request: Callable[[], Awaitable[httpx.Request]], *, what: str) -> httpx.Response:
    """Return an answer that is neither throttling nor a server's trouble. ``request`` is made anew for each try.

    Raises:
        LogUnavailable: there was none after several tries.
    """
    reason = ""
    for number in range(TRIES):
        try:
            answer = await http.send(await request())
        except httpx.TransportError as error:
            reason, pause = type(error).__name__, _PAUSE * 2**number
        else:
            if answer.status_code != _THROTTLED and answer.status_code < 500:
                return answer
            reason, pause = f"HTTP {answer.status_code}", wait_of(answer.headers, _PAUSE * 2**number)
        structlog.get_logger("sekimori.watch").info("log.asked_again", what=what, reason=reason, seconds=pause)
        await asyncio.sleep(pause)
    raise LogUnavailable(f"{what} does not answer", hint=reason)


def wait_of(headers: httpx.Headers, otherwise: float) -> float:
    """Return how many seconds an answer says to wait. Graph: Retry-After; Datadog: X-RateLimit-Reset."""
    said = headers.get("retry-after") or headers.get("x-ratelimit-reset") or ""
    return min(float(said), LONGEST_WAIT) if re.fullmatch(r"\d{1,6}(\.\d+)?", said) else otherwise
