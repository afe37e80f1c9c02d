"""Asks Datadog's log search for what a query finds: for whose logs are there already."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Final

import httpx
import msgspec

from sekimori.core.clock import Clock
from sekimori.core.confidential import Secret
from sekimori.manifest.tables.sources import WatchSource
from sekimori.watch.arrival.asking import LogUnavailable, ask, client
from sekimori.watch.arrival.overlap import Item, Page, Progress, batch_of, instant, progress_of
from sekimori.watch.batch import Batch, Stored
from sekimori.watch.sources import Around, Opened

KIND: Final = "datadog"
PAUSE: Final = 15.0
"""Seconds between two passes: Datadog allows 300 searches an hour."""
_PAGE: Final = 1000
_SEARCH: Final = "/api/v2/logs/events/search"


class _Attributes(msgspec.Struct):
    timestamp: datetime


class _Event(msgspec.Struct):
    id: str
    attributes: _Attributes


class _After(msgspec.Struct):
    after: str | None = None


class _Meta(msgspec.Struct):
    page: _After | None = None


class _Answer(msgspec.Struct):
    data: list[msgspec.Raw]
    meta: _Meta | None = None


_ANSWER: Final = msgspec.json.Decoder(_Answer)
_EVENT: Final = msgspec.json.Decoder(_Event)


class DatadogCollector:
    """Searches again and again for what came since; resumes in the middle of a pass."""

    def __init__(
        self,
        *,
        api: str,
        query: str,
        api_key: Secret[str],
        application_key: Secret[str],
        stored: Stored,
        clock: Clock,
        ca_bundle: str | None = None,
        pause: float = PAUSE,
    ) -> None:
        self._api = api.rstrip("/")
        self._query = query
        self._headers = {"DD-API-KEY": api_key.reveal(), "DD-APPLICATION-KEY": application_key.reveal()}
        self._stored = stored
        self._clock = clock
        self._ca_bundle = ca_bundle
        self._pause = pause

    async def batches(self) -> AsyncGenerator[Batch]:
        """Yield a page at a time; a batch counts as dealt with when the next one is asked for.

        Raises:
            LogUnavailable: Datadog does not answer, or does not let us.
        """
        part = "datadog"
        position = (await self._stored()).get(part, "")
        async with client(self._ca_bundle) as http:
            while True:
                page = await self._page(http, progress_of(position, self._clock()))
                batch = batch_of(part, position, page, self._clock())
                if batch.lines or page.next:
                    yield batch
                    position = batch.positions[part]
                if page.next is None:
                    await asyncio.sleep(self._pause)

    async def _page(self, http: httpx.AsyncClient, progress: Progress) -> Page:
        answer = await self._asked(http, progress, progress.next)
        if answer.status_code == 400 and progress.next:
            # Datadog: a cursor is good for a while only; the pass begins anew, and what was read stays read
            answer = await self._asked(http, progress, None)
        if answer.status_code != 200:
            hint = f"HTTP {answer.status_code}: the application key needs logs_read_data and logs_read_index_data"
            raise LogUnavailable("Datadog's log search is refused", hint=hint)
        try:
            return _page_of(_ANSWER.decode(answer.content))
        except msgspec.DecodeError as error:
            raise LogUnavailable("Datadog's answer is not what Datadog sends", hint=str(error)) from error

    async def _asked(self, http: httpx.AsyncClient, progress: Progress, cursor: str | None) -> httpx.Response:
        page = {"limit": _PAGE} | ({"cursor": cursor} if cursor else {})
        body = {
            "filter": {"query": self._query, "from": instant(progress.since), "to": "now"},
            "sort": "timestamp",
            "page": page,
        }

        async def request() -> httpx.Request:
            return http.build_request("POST", self._api + _SEARCH, json=body, headers=self._headers)

        return await ask(http, request, what="Datadog's log search")


def _page_of(answer: _Answer) -> Page:
    items, unreadable = [], []
    for raw in answer.data:
        try:
            event = _EVENT.decode(raw)
        except msgspec.DecodeError:
            unreadable.append(bytes(raw))
        else:
            items.append(Item(id=event.id, at=event.attributes.timestamp, text=bytes(raw)))
    after = answer.meta.page.after if answer.meta and answer.meta.page else None
    return Page(items=items, unreadable=unreadable, next=after or None)


def open_source(source: WatchSource, around: Around) -> Opened:
    """Open the search that a source describes."""
    return Opened(
        collector=DatadogCollector(
            api=around.endpoints.datadog,
            query=source.query or "*",
            api_key=around.secret(source.api_key or ""),
            application_key=around.secret(source.application_key or ""),
            stored=around.stored,
            clock=around.clock,
            ca_bundle=around.ca_bundle,
        )
    )
