"""Publishes calendars at secret addresses: whoever knows one reads the calendar, without saying who he is."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from sekimori.sim.broken import cut_off, late
from sekimori.sim.entra.graph import SeenCall
from sekimori.sim.faults import FeedFault, FeedFaultKind
from sekimori.sim.handling import handling_of
from sekimori.sim.partner.feed_text import event_feed, free_busy_feed
from sekimori.sim.partner.shelf import Shelf

STALE: Final = timedelta(days=60)
HUGE: Final = 9 * 1024 * 1024


class Feeds:
    """Serves each calendar as events (``calendar.ics``) and as free/busy (``freebusy.ifb``)."""

    def __init__(self, shelf: Shelf, published: Mapping[str, str]) -> None:
        self._shelf = shelf
        self._published = published

    def routes(self) -> list[Route]:
        """Return the routes under ``/feeds``; ``published`` maps the secret part of a path to a calendar."""
        return [Route("/feeds/{secret}/{name}", self._handle, methods=["GET", "HEAD"])]

    async def _handle(self, request: Request) -> Response:
        response = self._answered(request, self._shelf.faults.feed.take())
        seen = SeenCall(
            method=request.method,
            path=request.url.path,
            headers=dict(request.headers),
            body=b"",
            status=response.status_code,
            handling=handling_of(request.scope),
        )
        self._shelf.feed_calls.append(seen)
        return response

    def _answered(self, request: Request, fault: FeedFault | None) -> Response:
        if fault is not None and fault.kind in _ERRORS:
            return _ERRORS[fault.kind](fault)
        calendar = self._published.get(request.path_params["secret"])
        text = self._text(calendar, request.path_params["name"], fault) if calendar else None
        if text is None:
            return PlainTextResponse("Not Found", status_code=404)
        return _spoiled(text, fault)

    def _text(self, calendar: str, name: str, fault: FeedFault | None) -> str | None:
        now = self._shelf.clock()
        if fault is not None and fault.kind is FeedFaultKind.STALE:
            now -= STALE
        entries = () if fault and fault.kind is FeedFaultKind.EMPTY else self._shelf.calendars[calendar]
        if name == "calendar.ics":
            return event_feed(entries, now=now, zone=self._shelf.zone)
        return free_busy_feed(entries, now=now) if name == "freebusy.ifb" else None


def _spoiled(text: str, fault: FeedFault | None) -> Response:
    whole = Response(text, media_type="text/calendar")
    match fault.kind if fault else None:
        case FeedFaultKind.CUT_SHORT:
            return Response(text[: len(text) // 2], media_type="text/calendar")
        case FeedFaultKind.TRUNCATED:
            return cut_off(whole, kept=len(whole.body) // 2)
        case FeedFaultKind.DROPPED:
            return cut_off(whole, kept=0)
        case FeedFaultKind.TIMEOUT if fault:
            return late(whole, seconds=fault.seconds)
        case FeedFaultKind.HUGE:
            padding = "X-PADDING:" + "x" * 60 + "\r\n"
            return Response(text + padding * (HUGE // len(padding)), media_type="text/calendar")
    return whole


def _plain(status: int, **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return PlainTextResponse("", status_code=status, headers=named)


_ERRORS: Final[dict[FeedFaultKind, Callable[[FeedFault], Response]]] = {
    FeedFaultKind.THROTTLED: lambda fault: _plain(429, Retry_After=str(fault.retry_after)),
    FeedFaultKind.UNAUTHORIZED: lambda _: _plain(401, WWW_Authenticate="Basic"),
    FeedFaultKind.FORBIDDEN: lambda _: _plain(403),
    FeedFaultKind.NOT_FOUND: lambda _: _plain(404),
    FeedFaultKind.GONE: lambda _: _plain(410),
    FeedFaultKind.SERVER_ERROR: lambda fault: _plain(fault.status),
    FeedFaultKind.REDIRECT: lambda fault: _plain(302, Location=fault.location),
    FeedFaultKind.NOT_A_CALENDAR: lambda _: Response("<html>Sign in</html>", media_type="text/html"),
}
