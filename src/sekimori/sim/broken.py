"""Answers that do not arrive whole, or not in time."""

import asyncio

from starlette.responses import Response
from starlette.types import Receive, Scope, Send


class CutOffResponse(Response):
    """An answer whose connection breaks after a part of the body."""

    kept: int = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Send the headers for the whole and then only a part."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": bytes(self.body)[: self.kept], "more_body": True})


class LateResponse(Response):
    """An answer that comes after a silence; ``seconds`` long."""

    seconds: float = 0.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Stay silent, then answer."""
        await asyncio.sleep(self.seconds)
        await super().__call__(scope, receive, send)


def cut_off(response: Response, *, kept: int) -> CutOffResponse:
    """Return an answer that breaks off after ``kept`` bytes of its body."""
    cut = CutOffResponse(bytes(response.body), media_type=response.media_type)
    cut.kept = kept
    return cut


def late(response: Response, *, seconds: float) -> LateResponse:
    """Return an answer that comes after a silence."""
    waiting = LateResponse(bytes(response.body), status_code=response.status_code, media_type=response.media_type)
    waiting.seconds = seconds
    return waiting
