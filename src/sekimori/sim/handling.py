"""How long each request was in the simulator's hands: whoever measures the service takes that off."""

import time
from dataclasses import dataclass

from starlette.types import ASGIApp, Receive, Scope, Send

_KEY = "sekimori.handling"


@dataclass(slots=True)
class Handling:
    """From when a request's head was read until its answer was written, by :func:`time.monotonic`, in seconds.

    ``ended`` is None as long as there is no answer. What came before the head was read, and what waited for a
    processor on the way, is in nobody's span.
    """

    began: float
    ended: float | None = None


def handling_of(scope: Scope) -> Handling:
    """Return the span of a request that is being handled."""
    handling: Handling = scope[_KEY]
    return handling


def timed(app: ASGIApp) -> ASGIApp:
    """Note of every request when it came and when it was answered."""

    async def handled(scope: Scope, receive: Receive, send: Send) -> None:
        handling = scope[_KEY] = Handling(time.monotonic())
        try:
            await app(scope, receive, send)
        finally:
            handling.ended = time.monotonic()

    return handled
