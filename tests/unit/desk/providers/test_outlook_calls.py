"""The calls over a real HTTP server of the test's own."""

import asyncio
import base64
import contextlib
import json
import logging
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sekimori.audit.log import AuditUnavailable
from sekimori.core.confidential import Personal, Secret
from sekimori.core.ids import EntryId, PersonId
from sekimori.core.timespan import Timespan
from sekimori.desk.calling import ATTEMPTS, open_client
from sekimori.desk.domain.free_busy import FbType, all_unknown
from sekimori.desk.domain.ports import Problem
from sekimori.desk.providers.outlook.calls import GraphCalls
from sekimori.desk.providers.outlook.provider import OutlookProvider
from sekimori.desk.signing_in import SignInFailed, Token

SATO = PersonId("sato")
START = datetime(2026, 11, 30, tzinfo=UTC)
EMPTY = json.dumps({"value": [{"scheduleId": "sato@fabrikam.example", "scheduleItems": []}]})


@dataclass
class Tokens:
    """Hands out numbered tokens."""

    failing: bool = False
    number: int = 0
    claims: list[str | None] = field(default_factory=list)

    async def token(self) -> Token:
        if self.failing:
            raise SignInFailed("no")
        self.number = self.number or 1
        return Token(value=Secret(f"token-{self.number}"), uti=f"uti-{self.number}")

    async def renewed(self, claims: str | None) -> Token:
        self.claims.append(claims)
        self.number += 1
        return Token(value=Secret(f"token-{self.number}"), uti=None)

    def close(self) -> None: ...


@dataclass
class Notes:
    """A call journal in a list; it may be full."""

    room: int = 99
    lines: list[tuple[str, str]] = field(default_factory=list)

    def note(self, kind: str, what: str) -> str:
        if len(self.lines) >= self.room:
            raise AuditUnavailable("full")
        self.lines.append((kind, what))
        return f"entry-{len(self.lines)}"

    async def intend(
        self, *, method: str, resource: str, people: Sequence[PersonId], window: Timespan, attempt: int
    ) -> EntryId:
        return EntryId(self.note("intent", f"{method} {resource} {','.join(people)} {attempt}"))

    async def conclude(self, call: EntryId, status: str) -> None:
        self.note("outcome", f"{call} {status}")

    async def token(self, uti: str | None, resource: str) -> None:
        self.note("token", f"{uti} {resource}")


@dataclass
class Graph:
    """Answers in turn, and keeps what it was asked."""

    answers: list[Callable[[], Response]]
    seen: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0

    async def __call__(self, request: Request) -> Response:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.seen.append((request.url.path, dict(request.headers), await request.body()))
        await asyncio.sleep(0.01)
        self.at_once -= 1
        return (self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])()


def status(code: int, body: str = "", **headers: str) -> Callable[[], Response]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda: Response(body, status_code=code, headers=named)


@contextlib.asynccontextmanager
async def outlook(
    graph: Graph, tokens: Tokens | None = None, broker: str | None = None, zone: str = "UTC"
) -> AsyncIterator[OutlookProvider]:
    listener = socket.create_server(("127.0.0.1", 0))

    async def answer(request: Request) -> Response:
        return await graph(request)

    app = Starlette(routes=[Route("/v1.0/{rest:path}", answer, methods=["POST"])])
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    calls = GraphCalls(
        graph=f"http://127.0.0.1:{listener.getsockname()[1]}/v1.0/",
        client=open_client(None),
        tokens=tokens or Tokens(),
        zone=ZoneInfo(zone),
        sleep=sleep,
    )
    mailboxes = {SATO: Personal("sato@fabrikam.example")}
    provider = OutlookProvider(calls=calls, mailboxes=mailboxes, broker=Personal(broker) if broker else None)
    provider.slept = slept  # type: ignore[attr-defined]
    try:
        yield provider
    finally:
        await provider.close()
        server.should_exit = True
        await task
        listener.close()


def window(days: float = 7) -> Timespan:
    return Timespan(START, START + timedelta(days=days))


async def test_a_call_names_its_target_its_entry_and_ourselves() -> None:
    graph, notes = Graph([status(200, EMPTY)]), Notes()
    async with outlook(graph) as provider:
        finding = await provider.free_busy(SATO, window(), notes)
    ((path, headers, body),) = graph.seen
    assert path == "/v1.0/users/sato@fabrikam.example/calendar/getSchedule"
    assert notes.lines == [
        ("token", "uti-1 graph"),
        ("intent", "POST calendar/getSchedule sato 1"),
        ("outcome", "entry-2 200"),
    ]
    assert headers["client-request-id"] == "entry-2"
    assert headers["authorization"] == "Bearer token-1"
    assert headers["user-agent"].startswith("sekimori/")
    assert "prefer" not in headers
    asked = json.loads(body)
    assert asked["schedules"] == ["sato@fabrikam.example"]
    assert asked["startTime"] == {"dateTime": "2026-11-30T00:00:00", "timeZone": "UTC"}
    assert finding.free_busy.periods == ()


async def test_the_question_is_asked_in_the_zone_whose_days_are_meant() -> None:
    graph = Graph([status(200, EMPTY)])
    async with outlook(graph, zone="Asia/Tokyo") as provider:
        await provider.free_busy(SATO, window(), Notes())
    asked = json.loads(graph.seen[0][2])
    assert asked["startTime"] == {"dateTime": "2026-11-30T09:00:00", "timeZone": "Asia/Tokyo"}


async def test_a_local_time_that_comes_twice_is_not_asked_from_or_to() -> None:
    graph = Graph([status(200, EMPTY.replace("[]", '[], "availabilityView": "0002"'))])
    twice = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 02:30 in Berlin, and an hour later again
    asked_for = Timespan(twice, twice + timedelta(minutes=30))
    async with outlook(graph, zone="Europe/Berlin") as provider:
        finding = await provider.free_busy(SATO, asked_for, Notes())
    asked = json.loads(graph.seen[0][2])
    times = [asked[name]["dateTime"][11:16] for name in ("startTime", "endTime")]
    assert times == ["01:30", "03:00"]
    # The digits are those of what was asked: the last one lies behind the window.
    assert finding.free_busy.window == asked_for
    assert finding.problem is None


async def test_a_broker_asks_on_behalf_of_the_person() -> None:
    graph = Graph([status(200, EMPTY)])
    async with outlook(graph, broker="broker@fabrikam.example") as provider:
        finding = await provider.free_busy(SATO, window(), Notes())
    ((path, _headers, body),) = graph.seen
    assert path == "/v1.0/users/broker@fabrikam.example/calendar/getSchedule"
    assert json.loads(body)["schedules"] == ["sato@fabrikam.example"]
    assert finding.problem is None


@pytest.mark.parametrize(
    ("code", "problem", "calls"),
    [
        (400, Problem.REFUSED_REQUEST, 1),
        (401, Problem.NOT_SIGNED_IN, 2),
        (403, Problem.FORBIDDEN, 1),
        (404, Problem.NOT_FOUND, 1),
        (429, Problem.THROTTLED, ATTEMPTS),
        (500, Problem.UNAVAILABLE, ATTEMPTS),
        (503, Problem.UNAVAILABLE, ATTEMPTS),
        (302, Problem.REFUSED_REQUEST, 1),
        (204, Problem.REFUSED_REQUEST, 1),
    ],
)
async def test_each_failure_is_unknown_and_repeated_only_where_that_may_help(code, problem, calls) -> None:
    graph, notes = Graph([status(code)]), Notes()
    async with outlook(graph) as provider:
        finding = await provider.free_busy(SATO, window(), notes)
    assert finding.free_busy == all_unknown(window())
    assert finding.problem is problem
    ids = [headers["client-request-id"] for _path, headers, _body in graph.seen]
    assert len(ids) == len(set(ids)) == calls
    assert [what for kind, what in notes.lines if kind == "outcome"] == [f"{i} {code}" for i in ids]


async def test_graph_says_how_long_to_wait() -> None:
    graph = Graph([status(429, retry_after="7"), status(200, EMPTY)])
    async with outlook(graph) as provider:
        finding = await provider.free_busy(SATO, window(), Notes())
        assert provider.slept == [7.0]  # type: ignore[attr-defined]
    assert finding.problem is None


async def test_too_long_a_wait_is_not_waited() -> None:
    graph = Graph([status(429, retry_after="600"), status(200, EMPTY)])
    async with outlook(graph) as provider:
        finding = await provider.free_busy(SATO, window(), Notes())
    assert finding.problem is Problem.THROTTLED
    assert len(graph.seen) == 1


async def test_a_claims_challenge_is_answered_with_a_new_token() -> None:
    claims = '{"access_token":{"nbf":{"essential":true,"value":"1"}}}'
    challenge = f'Bearer error="insufficient_claims", claims="{base64.b64encode(claims.encode()).decode()}"'
    graph, tokens, notes = Graph([status(401, www_authenticate=challenge), status(200, EMPTY)]), Tokens(), Notes()
    async with outlook(graph, tokens) as provider:
        finding = await provider.free_busy(SATO, window(), notes)
    assert finding.problem is None
    assert tokens.claims == [claims]
    assert [h["authorization"] for _p, h, _b in graph.seen] == ["Bearer token-1", "Bearer token-2"]
    assert [what for kind, what in notes.lines if kind == "token"] == ["uti-1 graph", "None graph"]


async def test_without_a_token_no_call_is_made() -> None:
    graph = Graph([status(200, EMPTY)])
    async with outlook(graph, Tokens(failing=True)) as provider:
        finding = await provider.free_busy(SATO, window(), Notes())
    assert finding.problem is Problem.NOT_SIGNED_IN
    assert not graph.seen


async def test_a_call_that_cannot_be_recorded_is_not_made() -> None:
    graph = Graph([status(200, EMPTY)])
    async with outlook(graph) as provider:
        with pytest.raises(AuditUnavailable):
            await provider.free_busy(SATO, window(), Notes(room=1))
    assert not graph.seen


async def test_a_token_is_recorded_once_and_at_the_next_call_where_it_could_not_be() -> None:
    graph, full, later = Graph([status(200, EMPTY)]), Notes(room=0), Notes()
    async with outlook(graph) as provider:
        with pytest.raises(AuditUnavailable):
            await provider.free_busy(SATO, window(), full)
        await asyncio.gather(*(provider.free_busy(SATO, window(), later) for _ in range(5)))
    assert [what for kind, what in later.lines if kind == "token"] == ["uti-1 graph"]


async def test_a_long_window_is_asked_in_pieces_and_a_failed_piece_is_unknown() -> None:
    graph = Graph([status(200, EMPTY), status(403)])
    async with outlook(graph) as provider:
        finding = await provider.free_busy(SATO, window(days=100), Notes())
    assert len(graph.seen) == 2
    assert finding.free_busy.window == window(days=100)
    (unknown,) = finding.free_busy.periods
    assert unknown.fb_type is FbType.UNKNOWN
    assert unknown.span == Timespan(START + timedelta(days=60), START + timedelta(days=100))


async def test_a_person_without_a_mailbox_is_unknown() -> None:
    graph = Graph([status(200, EMPTY)])
    async with outlook(graph) as provider:
        finding = await provider.free_busy(PersonId("suzuki"), window(), Notes())
    assert finding.problem is Problem.NOT_ASKED


async def test_four_calls_at_once_to_a_mailbox_at_most() -> None:
    graph = Graph([status(200, EMPTY)])
    async with outlook(graph) as provider:
        await asyncio.gather(*(provider.free_busy(SATO, window(), Notes()) for _ in range(12)))
    assert graph.most_at_once <= 4


async def test_no_log_line_names_a_mailbox(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    async with outlook(Graph([status(200, EMPTY)])) as provider:
        await provider.free_busy(SATO, window(), Notes())
    assert "sato@" not in caplog.text


async def test_a_server_that_is_not_there_is_unavailable() -> None:
    async with httpx.AsyncClient() as client:
        calls = GraphCalls(graph="http://127.0.0.1:1/v1.0", client=client, tokens=Tokens(), sleep=no_sleep)
        provider = OutlookProvider(calls=calls, mailboxes={SATO: Personal("sato@fabrikam.example")})
        finding = await provider.free_busy(SATO, window(), Notes())
    assert finding.problem is Problem.UNAVAILABLE


async def no_sleep(_seconds: float) -> None:
    return None
