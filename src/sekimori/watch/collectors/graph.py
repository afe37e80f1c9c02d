"""Asks Microsoft Graph for directory audits and sign-ins, those of service principals included."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
import msgspec

from sekimori.core.clock import Clock
from sekimori.manifest.tables.sources import GraphLog, WatchSource
from sekimori.watch.arrival.asking import LogUnavailable, ask, client
from sekimori.watch.arrival.overlap import Item, Page, Progress, batch_of, instant, progress_of
from sekimori.watch.batch import Batch, Stored
from sekimori.watch.sources import Around, Opened, Tokens

KIND: Final = "graph"
PAUSE: Final = 30.0
"""Seconds between two passes: what is asked for more often is throttled."""
_PAGE: Final = 500
_EVENT_TYPES: Final = ("interactiveUser", "nonInteractiveUser", "servicePrincipal", "managedIdentity")


class _Answer(msgspec.Struct):
    value: list[msgspec.Raw]
    next: str | None = msgspec.field(default=None, name="@odata.nextLink")


class _Audit(msgspec.Struct):
    id: str
    at: datetime = msgspec.field(name="activityDateTime")


class _SignIn(msgspec.Struct):
    id: str
    at: datetime = msgspec.field(name="createdDateTime")


_ANSWER: Final = msgspec.json.Decoder(_Answer)


class GraphCollector:
    """Asks each log again and again for what happened since; resumes in the middle of a pass."""

    def __init__(
        self,
        *,
        graph: str,
        logs: Sequence[GraphLog],
        tokens: Tokens,
        stored: Stored,
        clock: Clock,
        ca_bundle: str | None = None,
        pause: float = PAUSE,
    ) -> None:
        self._graph = graph.rstrip("/")
        self._logs = tuple(logs)
        self._tokens = tokens
        self._stored = stored
        self._clock = clock
        self._ca_bundle = ca_bundle
        self._pause = pause

    async def batches(self) -> AsyncGenerator[Batch]:
        """Yield a page at a time; a batch counts as dealt with when the next one is asked for.

        Raises:
            LogUnavailable: Graph does not answer, or does not let us.
        """
        positions = dict(await self._stored())
        async with client(self._ca_bundle) as http:
            while True:
                for log in self._logs:
                    part = f"graph:{log.value}"
                    position = positions.get(part, "")
                    while True:
                        page = await self._page(http, log, progress_of(position, self._clock()))
                        batch = batch_of(part, position, page, self._clock())
                        if batch.lines or page.next:
                            yield batch
                            positions[part] = position = batch.positions[part]
                        if page.next is None:
                            break
                await asyncio.sleep(self._pause)

    async def _page(self, http: httpx.AsyncClient, log: GraphLog, progress: Progress) -> Page:
        answer = await self._asked(http, log, progress.next or self._first(log, progress))
        if answer.status_code in {400, 410} and progress.next:
            # Graph: a link into a pass is good for a while only; the pass begins anew, and what was read stays read
            answer = await self._asked(http, log, self._first(log, progress))
        if answer.status_code != 200:
            raise LogUnavailable(f"Graph's {log.value} is refused", hint=f"HTTP {answer.status_code}: {_HINTS}")
        try:
            found = _ANSWER.decode(answer.content)
        except msgspec.DecodeError as error:
            raise LogUnavailable(f"Graph's {log.value} is not what Graph sends", hint=str(error)) from error
        return _page_of(log, found)

    async def _asked(self, http: httpx.AsyncClient, log: GraphLog, url: str) -> httpx.Response:
        if _origin(url) != _origin(self._graph):
            raise LogUnavailable(f"Graph's {log.value} names a next page elsewhere", hint="the token is not sent there")

        async def request() -> httpx.Request:
            return self._request(http, url, (await self._tokens.token()).reveal())

        answer = await ask(http, request, what=f"Graph's {log.value}")
        if answer.status_code == 401:
            answer = await http.send(self._request(http, url, (await self._tokens.renewed()).reveal()))
        return answer

    def _request(self, http: httpx.AsyncClient, url: str, token: str) -> httpx.Request:
        return http.build_request("GET", url, headers={"Authorization": f"Bearer {token}"})

    def _first(self, log: GraphLog, progress: Progress) -> str:
        if log is GraphLog.AUDITS:
            asked = {"$filter": f"activityDateTime ge {instant(progress.since)}", "$orderby": "activityDateTime asc"}
            return f"{self._graph}/auditLogs/directoryAudits?{httpx.QueryParams(asked | {'$top': str(_PAGE)})}"
        # Graph: v1.0 gives interactive sign-ins of users alone; the others are in beta, by their event type
        kinds = " or ".join(f"t eq '{kind}'" for kind in _EVENT_TYPES)
        words = f"createdDateTime ge {instant(progress.since)} and signInEventTypes/any(t: {kinds})"
        asked = {"$filter": words, "$orderby": "createdDateTime asc", "$top": str(_PAGE)}
        return f"{self._graph.removesuffix('/v1.0')}/beta/auditLogs/signIns?{httpx.QueryParams(asked)}"


_HINTS: Final = "the app registration needs AuditLog.Read.All, for sign-ins Entra ID P1 as well"


def _page_of(log: GraphLog, answer: _Answer) -> Page:
    kind: Any = _Audit if log is GraphLog.AUDITS else _SignIn
    items, unreadable = [], []
    for raw in answer.value:
        try:
            named = msgspec.json.decode(raw, type=kind)
        except msgspec.DecodeError:
            unreadable.append(bytes(raw))
        else:
            items.append(Item(id=named.id, at=named.at, text=bytes(raw)))
    return Page(items=items, unreadable=unreadable, next=answer.next)


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


def open_source(source: WatchSource, around: Around) -> Opened:
    """Open the logs of Graph that a source names."""
    return Opened(
        collector=GraphCollector(
            graph=around.endpoints.graph,
            logs=source.logs,
            tokens=around.tokens(source),
            stored=around.stored,
            clock=around.clock,
            ca_bundle=around.ca_bundle,
        )
    )
