"""Socket Mode against a small server of the test's own: what Slack's does, and what it does on a bad day."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import WSMsgType, web

from sekimori.core.confidential import Secret
from sekimori.core.errors import SekimoriError
from sekimori.core.ids import TeamId
from sekimori.desk.domain.policy import Language
from sekimori.desk.slack.client import open_client
from sekimori.desk.slack.gate import Gate
from sekimori.desk.slack.inbox import Worker
from sekimori.desk.slack.socket import SocketDoor, SocketRefused
from sekimori.desk.slack.views import CALLBACK

TOKEN = "xapp-a-token-of-the-test"
EVENT = {
    "type": "event_callback",
    "api_app_id": "A0APP",
    "event_id": "Ev1",
    "authorizations": [{"team_id": "T0FABRIKAM"}],
    "event": {"type": "app_mention"},
}


class Server:
    """Slack's side of Socket Mode."""

    def __init__(self) -> None:
        self.url = ""
        self.error: str | None = None
        self.sockets: list[web.WebSocketResponse] = []
        self.acknowledged: list[dict[str, Any]] = []

    async def connections_open(self, request: web.Request) -> web.Response:
        if self.error or request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.json_response({"ok": False, "error": self.error or "invalid_auth"})
        return web.json_response({"ok": True, "url": f"ws{self.url.removeprefix('http')}/link?ticket=1"})

    async def link(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets.append(socket)
        await socket.send_json({"type": "hello", "num_connections": 1})
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                self.acknowledged.append(json.loads(message.data))
        return socket

    async def deliver(self, payload: Mapping[str, Any], envelope: str, kind: str = "events_api") -> None:
        body = {"type": kind, "envelope_id": envelope, "payload": payload, "accepts_response_payload": True}
        await self.sockets[-1].send_json(body)

    async def until(self, condition: Any) -> None:
        async with asyncio.timeout(10):
            while not condition():  # noqa: ASYNC110 - the server's lists have no event
                await asyncio.sleep(0.01)


class ListInbox:
    def __init__(self) -> None:
        self.keys: list[str] = []
        self.full = False

    async def accept(self, key: str, _payload: bytes) -> bool:
        if self.full:
            raise SekimoriError("the disk is full")
        if key in self.keys:
            return False
        self.keys.append(key)
        return True

    async def pending(self) -> list[tuple[str, bytes]]:
        return []

    async def done(self, key: str) -> None: ...


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    made = Server()
    app = web.Application()
    app.router.add_post("/api/apps.connections.open", made.connections_open)
    app.router.add_get("/link", made.link)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield made
    for socket in made.sockets:
        await socket.close()
    await runner.cleanup()


@pytest.fixture
def opened(server: Server):
    @contextlib.asynccontextmanager
    async def opening(token: str = TOKEN):
        done: list[Mapping[str, Any]] = []

        async def handle(payload: Mapping[str, Any]) -> None:
            done.append(payload)

        inbox = ListInbox()
        gate = Gate(
            signing_secret=None,
            app_id="A0APP",
            team=TeamId("T0FABRIKAM"),
            clock=lambda: datetime(2026, 11, 24, tzinfo=UTC),
        )
        worker = Worker(inbox, handle)
        client = open_client(token=Secret("xoxb-of-the-test"), api=f"{server.url}/api/")
        door = SocketDoor(gate=gate, worker=worker, client=client, app_token=Secret(token), language=Language.JA)
        try:
            await door.open()
            await server.until(lambda: server.sockets)
            yield inbox, done
        finally:
            await door.close()
            await worker.close()

    return opening


async def test_an_event_is_kept_acknowledged_and_worked_on_once(server: Server, opened) -> None:
    async with opened() as (inbox, done):
        await server.deliver(EVENT, "e1")
        await server.deliver(EVENT, "e2")
        await server.until(lambda: len(server.acknowledged) == 2)
        await server.until(lambda: done)
        assert {each["envelope_id"] for each in server.acknowledged} == {"e1", "e2"}
        assert inbox.keys == ["event_id:Ev1"]
        assert [payload["event_id"] for payload in done] == ["Ev1"]


async def test_a_submitted_modal_is_told_what_to_show_next(server: Server, opened) -> None:
    view = {"id": "V1", "hash": "h", "callback_id": CALLBACK, "app_installed_team_id": "T0FABRIKAM", "app_id": "A0APP"}
    payload = {"type": "view_submission", "api_app_id": "A0APP", "trigger_id": "1.2", "view": view}
    async with opened() as (_inbox, done):
        await server.deliver(payload, "e1", "interactive")
        await server.until(lambda: server.acknowledged and done)
        assert server.acknowledged[0]["payload"]["response_action"] == "update"


@pytest.mark.parametrize(
    "change", [{"api_app_id": "A0OTHER"}, {"authorizations": [{"team_id": "T0CONTOSO"}]}, {"authorizations": []}]
)
async def test_what_is_for_another_app_or_installation_is_acknowledged_and_left(server, opened, change) -> None:
    async with opened() as (inbox, done):
        await server.deliver(EVENT | change, "e1")
        await server.until(lambda: server.acknowledged)
        assert (inbox.keys, done) == ([], [])


async def test_what_cannot_be_kept_is_not_acknowledged(server: Server, opened) -> None:
    async with opened() as (inbox, done):
        inbox.full = True
        await server.deliver(EVENT, "e1")
        inbox_full = EVENT | {"api_app_id": "A0OTHER"}
        await server.deliver(inbox_full, "e2")
        await server.until(lambda: server.acknowledged)
        assert [each["envelope_id"] for each in server.acknowledged] == ["e2"]
        assert not done


@pytest.mark.parametrize("how", ["refresh", "broken"])
async def test_a_connection_that_ends_is_opened_again(server: Server, opened, how: str) -> None:
    async with opened() as (_inbox, done):
        if how == "refresh":
            await server.sockets[0].send_json({"type": "disconnect", "reason": "refresh_requested"})
        else:
            await server.sockets[0].close()
        async with asyncio.timeout(20):
            while len(server.sockets) < 2:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        await server.deliver(EVENT, "e1")
        await server.until(lambda: done)


async def test_a_token_that_is_no_good_says_so(opened) -> None:
    with pytest.raises(SocketRefused, match="invalid_auth"):
        async with opened("xapp-another"):
            pass


async def test_nothing_is_quoted_in_a_log(server: Server, opened, caplog, capsys) -> None:
    caplog.set_level("DEBUG")
    async with opened() as (_inbox, done):
        await server.deliver(EVENT | {"event": {"type": "app_mention", "text": "hush-hush"}}, "e1")
        await server.until(lambda: done)
    printed = capsys.readouterr()
    assert "hush-hush" not in caplog.text + printed.out + printed.err
    assert TOKEN not in printed.out + printed.err
