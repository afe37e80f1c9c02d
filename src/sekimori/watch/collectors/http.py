"""Takes records over HTTP: as Datadog's logs intake does, as a webhook of Azure Event Grid, or as plain JSON.

A request is answered once its records were dealt with and committed; many requests share one commit.
"""

import asyncio
import hmac
import itertools
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from typing import Final

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sekimori.core.confidential import Secret
from sekimori.manifest.tables.sources import WatchSource
from sekimori.watch.arrival.bodies import Garbled, TooLarge, texts_in, unpacked
from sekimori.watch.arrival.gathering import Gathering, Room
from sekimori.watch.batch import Batch, Line
from sekimori.watch.meters import Meters
from sekimori.watch.sources import Around, Opened

KIND: Final = "http"
LONGEST_BODY: Final = 32 * 1024 * 1024
"""Bytes of one request, packed and unpacked. Datadog's own intake takes 5 MB."""
ROOM: Final = 128 * 1024 * 1024
"""Bytes that all requests together may hold."""
PATIENCE: Final = 20.0
"""Seconds that a request waits for its commit."""
_WORTH_A_THREAD: Final = 256 * 1024
_RETRY_AFTER: Final = "2"
_VALIDATION: Final = "Microsoft.EventGrid.SubscriptionValidationEvent"


class _GridEvent(msgspec.Struct):
    data: msgspec.Raw
    type: str = ""
    event_type: str = msgspec.field(default="", name="eventType")


_GRID: Final = msgspec.json.Decoder(_GridEvent)


class Refused(Exception):  # noqa: N818 - the name says what happened
    """A request is not taken; ``status`` and ``words`` are for the sender."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status
        self.words = words


class HttpCollector:
    """The intake; a sender shows one of the keys, in whichever of the usual places."""

    def __init__(
        self, *, keys: Sequence[Secret[str]], stream: str, meters: Meters, room: int = ROOM, patience: float = PATIENCE
    ) -> None:
        self._keys = [key.reveal().encode() for key in keys]
        self._stream = stream
        self._meters = meters
        self._room = Room(size=room)
        self._patience = patience
        self._gathering = Gathering(self._room)
        self._numbers = itertools.count(1)
        meters.waiting.set_function(lambda: self._room.taken)

    def batches(self) -> AsyncGenerator[Batch]:
        """Yield what requests brought."""
        return self._gathering.batches()

    def routes(self) -> list[Route]:
        """Return where senders reach it."""
        return [
            Route("/api/v2/logs", self._logs, methods=["POST"]),
            Route("/v1/input", self._logs, methods=["POST"]),
            Route("/v1/input/{key}", self._logs, methods=["POST"]),
            Route("/api/event-grid", self._grid, methods=["POST", "OPTIONS"]),
        ]

    async def _logs(self, request: Request) -> Response:
        return await self._answered(self._take_logs(request))

    async def _grid(self, request: Request) -> Response:
        return await self._answered(self._take_events(request))

    async def _answered(self, taking: Awaitable[Response]) -> Response:
        try:
            return await taking
        except Refused as refused:
            self._meters.dropped.labels(self._stream, str(refused.status)).inc()
            headers = {"Retry-After": _RETRY_AFTER} if refused.status in {429, 503} else {}
            if refused.status in {403, 413, 429}:
                headers["Connection"] = "close"  # the rest of the body is not read
            return JSONResponse({"errors": [refused.words]}, status_code=refused.status, headers=headers)
        except ClientDisconnect:
            self._meters.dropped.labels(self._stream, "gone").inc()
            return Response(status_code=499)

    async def _take_logs(self, request: Request) -> Response:
        self._admit(request)
        await self._keep(request, texts_in)
        return JSONResponse({}, status_code=202)

    async def _take_events(self, request: Request) -> Response:
        self._admit(request)
        if request.method == "OPTIONS":
            # CloudEvents 1.0, HTTP webhooks §4: the sender asks whether it may send
            origin = request.headers.get("webhook-request-origin", "*")
            return Response(headers={"WebHook-Allowed-Origin": origin, "WebHook-Allowed-Rate": "*"})
        asked: list[str] = []

        def texts(body: bytes) -> list[bytes]:
            found = []
            for each in texts_in(body):
                data, code = _opened(each)
                found += texts_in(data) if code is None else []
                asked.extend([] if code is None else [code])
            return found

        await self._keep(request, texts)
        return JSONResponse({"validationResponse": asked[0]} if asked else {})

    def _admit(self, request: Request) -> None:
        shown = (
            request.headers.get("dd-api-key"),
            request.query_params.get("dd-api-key"),
            request.headers.get("aeg-sas-key"),
            request.query_params.get("code"),
            request.path_params.get("key"),
        )
        given = next((key for key in shown if key), "").encode()
        # every key is compared, each in constant time
        if not sum([hmac.compare_digest(given, key) for key in self._keys]):
            raise Refused(403, "Forbidden")

    async def _keep(self, request: Request, texts: Callable[[bytes], list[bytes]]) -> None:
        """Read the body into the room there is, and wait until what ``texts`` finds in it is durable."""
        declared = request.headers.get("content-length", "")
        length = int(declared) if declared.isdecimal() else None
        if (length or 0) > LONGEST_BODY:
            raise Refused(413, f"a body is {LONGEST_BODY} bytes at most")
        with self._room.for_(LONGEST_BODY if length is None else length) as fits:
            if not fits:
                raise Refused(429, "Too many requests")
            text = await _unpacked(await _read(request), request.headers.get("content-encoding", ""))
        try:
            found = texts(text)
        except Garbled as error:
            raise Refused(400, str(error)) from error
        if found:
            await self._committed(found, 2 * len(text))

    async def _committed(self, texts: Sequence[bytes], size: int) -> None:
        lines = [Line(text=text, path=self._stream, line=next(self._numbers)) for text in texts]
        kept = self._gathering.put(lines, size)
        if kept is None:
            raise Refused(429, "Too many requests")
        try:
            await asyncio.wait_for(asyncio.shield(kept), self._patience)
        except TimeoutError as error:
            # They may still be committed: what is sent again then raises no second finding.
            raise Refused(503, "not durable yet; send it again") from error


def _opened(text: bytes) -> tuple[bytes, str | None]:
    """Return what an event carries; of the question whether this address is ours, the code to answer with."""
    try:
        event = _GRID.decode(text)
    except msgspec.DecodeError:
        return text, None
    if _VALIDATION not in (event.event_type, event.type):
        return bytes(event.data), None
    try:
        return b"", str(msgspec.json.decode(event.data)["validationCode"])
    except (msgspec.DecodeError, KeyError, TypeError) as error:
        raise Refused(400, "the validation event has no code") from error


async def _unpacked(body: bytes, encoding: str) -> bytes:
    try:
        if len(body) < _WORTH_A_THREAD:
            return unpacked(body, encoding, longest=LONGEST_BODY)
        return await asyncio.to_thread(unpacked, body, encoding, longest=LONGEST_BODY)
    except TooLarge as error:
        raise Refused(413, f"a body is {LONGEST_BODY} bytes at most when it is unpacked") from error
    except Garbled as error:
        raise Refused(400, str(error)) from error


async def _read(request: Request) -> bytes:
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > LONGEST_BODY:
            raise Refused(413, f"a body is {LONGEST_BODY} bytes at most")
        parts.append(part)
    return b"".join(parts)


def open_source(source: WatchSource, around: Around) -> Opened:
    """Open the intake."""
    collector = HttpCollector(
        keys=[around.secret(key) for key in source.keys], stream=source.stream, meters=around.meters
    )
    return Opened(collector=collector, routes=collector.routes())
