"""Each collector on the real thing it reads: a file, a socket, a mocked broker, the vendors' simulated APIs."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sekimori.core.confidential import Secret
from sekimori.manifest.tables.sources import GraphLog
from sekimori.sim.logs.asked import AUDITS, SIGN_INS, AskedLogs
from sekimori.sim.web import listening, serving
from sekimori.watch.batch import Stored
from sekimori.watch.collectors.datadog import DatadogCollector
from sekimori.watch.collectors.eventhubs import EventHubsCollector
from sekimori.watch.collectors.files import FileCollector
from sekimori.watch.collectors.graph import GraphCollector
from sekimori.watch.collectors.http import HttpCollector
from sekimori.watch.meters import Meters

NOW = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
QUICK = {"session.timeout.ms": 1500, "heartbeat.interval.ms": 200, "log_level": 2}
POISON = b"\xff not a record"


def record(number: int) -> dict[str, Any]:
    at = (NOW - timedelta(minutes=20) + timedelta(seconds=number)).strftime("%Y-%m-%dT%H:%M:%S.%f") + "0Z"
    properties = {"id": f"r{number}", "activityDateTime": at, "activityDisplayName": "Update user"}
    return {"time": at, "category": "AuditLogs", "operationName": "Update user", "properties": properties}


def number_of(text: bytes) -> int:
    """Return the number of a record, in whatever shape it came; -1 for poison."""
    _, found, rest = text.partition(b'"r')
    return int(rest.partition(b'"')[0]) if found else -1


class Files:
    def __init__(self, folder: Path) -> None:
        self.log = folder / "audit.ndjson"

    def collector(self, stored: Stored) -> FileCollector:
        return FileCollector(self.log, stored=stored, pause=0.01)

    async def write(self, *numbers: int) -> None:
        with self.log.open("ab") as file:
            file.writelines((POISON if n < 0 else json.dumps(record(n)).encode()) + b"\n" for n in numbers)


class Intake:
    """A sender that sends again what was not answered, as forwarders do."""

    def __init__(self) -> None:
        self._collector = HttpCollector(keys=[Secret("key")], stream="http:intake", meters=Meters(), patience=30)
        self.sending: set[asyncio.Task[httpx.Response]] = set()
        self.url = ""

    def collector(self, _stored: Stored) -> HttpCollector:
        return self._collector

    async def write(self, *numbers: int) -> None:
        body = b"\n".join(POISON if n < 0 else json.dumps(record(n)).encode() for n in numbers)
        self.sending.add(asyncio.create_task(self._send(body)))
        await asyncio.sleep(0.1)

    async def _send(self, body: bytes) -> httpx.Response:
        async with httpx.AsyncClient(trust_env=False, timeout=60) as http:
            return await http.post(f"{self.url}/api/v2/logs", content=body, headers={"DD-API-KEY": "key"})

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator["Intake"]:
        with listening(0) as listener:
            self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            async with serving(Starlette(routes=self._collector.routes()), listener):
                yield self
                for task in self.sending:
                    task.cancel()
                await asyncio.gather(*self.sending, return_exceptions=True)


class Api:
    """The simulated API of a vendor; small pages, so that there are several."""

    def __init__(self) -> None:
        self.records: list[dict[str, Any]] = []
        self.asked = AskedLogs(lambda: self.records, page=3)
        self.tokens = 0
        self.url = ""

    async def write(self, *numbers: int) -> None:
        for n in numbers:
            made = record(abs(n))
            if n < 0:
                made["properties"]["id"] = 7  # an id that is no text
            self.records.append(made)

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator["Api"]:
        with listening(0) as listener:
            self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            async with serving(Starlette(routes=self.routes()), listener):
                yield self

    def routes(self) -> list[Route]:
        raise NotImplementedError


class Graph(Api):
    def routes(self) -> list[Route]:
        def admitted(answer: Callable[[Request], Response]) -> Any:
            async def handle(request: Request) -> Response:
                if request.headers.get("authorization") != f"Bearer token-{self.tokens}":
                    return JSONResponse({"error": {"code": "InvalidAuthenticationToken"}}, status_code=401)
                return answer(request)

            return handle

        return [Route(AUDITS, admitted(self.asked.directory_audits)), Route(SIGN_INS, admitted(self.asked.sign_ins))]

    def collector(self, stored: Stored) -> GraphCollector:
        logs = [GraphLog.AUDITS, GraphLog.SIGN_INS]
        return GraphCollector(
            graph=f"{self.url}/v1.0", logs=logs, tokens=self, stored=stored, clock=lambda: NOW, pause=0.01
        )

    async def token(self) -> Secret[str]:
        return Secret("token-0")

    async def renewed(self) -> Secret[str]:
        return Secret(f"token-{self.tokens}")


class Datadog(Api):
    def routes(self) -> list[Route]:
        return self.asked.search_routes(api_key="api", application_key="app")

    def collector(self, stored: Stored) -> DatadogCollector:
        return DatadogCollector(
            api=self.url,
            query="source:azure.activedirectory",
            api_key=Secret("api"),
            application_key=Secret("app"),
            stored=stored,
            clock=lambda: NOW,
            pause=0.01,
        )


class Hubs:
    def __init__(self, cluster: Any) -> None:
        self.cluster, self.topic = cluster, cluster.new_topic()

    def collector(self, stored: Stored) -> EventHubsCollector:
        settings = {"bootstrap.servers": self.cluster.servers, "group.id": self.topic, **QUICK}
        return EventHubsCollector(
            settings=settings, hubs=[self.topic], stored=stored, stream="eventhubs:test", meters=Meters()
        )

    async def write(self, *numbers: int) -> None:
        self.cluster.put(
            self.topic, *(POISON if n < 0 else json.dumps(record(n)).encode() for n in numbers), partition=0
        )


@pytest.fixture(params=["files", "http", "graph", "datadog", "eventhubs"])
async def source(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Any]:
    match request.param:
        case "files":
            yield Files(tmp_path)
        case "eventhubs":
            yield Hubs(request.getfixturevalue("cluster"))
        case kind:
            made = {"http": Intake, "graph": Graph, "datadog": Datadog}[kind]()
            async with made.open():
                yield made


@pytest.fixture(params=[Graph, Datadog])
async def api(request: pytest.FixtureRequest) -> AsyncIterator[Any]:
    async with request.param().open() as made:
        yield made


@pytest.fixture
def graph_api() -> Any:
    return Graph().open()


@pytest.fixture
def number() -> Callable[[bytes], int]:
    return number_of
