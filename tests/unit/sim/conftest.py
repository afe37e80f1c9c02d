import ssl
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx
import pytest
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sekimori.sim.server import Simulator
from sekimori.sim.settings import SimulatorSettings
from sekimori.sim.web import listening, serving

NOW = datetime(2026, 11, 18, 1, 0, tzinfo=UTC)


@dataclass
class MovingClock:
    """A clock that a test moves."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock()


@pytest.fixture
def settings(tmp_path, clock) -> SimulatorSettings:
    return SimulatorSettings(
        folder=tmp_path,
        clock=clock,
        token_clock=lambda: datetime.now(UTC),
        seed=7,
        retry_delays=(0.0, 0.01, 0.01),
        delivery_timeout=0.5,
    )


@pytest.fixture
async def simulator(settings) -> AsyncIterator[Simulator]:
    async with Simulator.start(settings) as running:
        yield running


@pytest.fixture
def slack(simulator) -> AsyncWebClient:
    token = simulator.settings.bot_token.reveal()
    return AsyncWebClient(token=token, base_url=simulator.addresses.slack_api, retry_handlers=[])


@pytest.fixture
async def http(simulator) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=simulator.addresses.page, verify=False, trust_env=False, timeout=5) as client:
        yield client


@pytest.fixture
async def https(simulator) -> AsyncIterator[httpx.AsyncClient]:
    trust = ssl.create_default_context(cafile=simulator.addresses.ca_bundle)
    async with httpx.AsyncClient(verify=trust, trust_env=False, timeout=5) as client:
        yield client


@pytest.fixture
def fetch_token(simulator, https) -> Callable:
    """Ask for an app-only token with the client secret, as the plainest client would."""

    async def fetch(*, tenant: str = simulator.tenant_id, **changes: str | None) -> httpx.Response:
        form = {
            "grant_type": "client_credentials",
            "client_id": simulator.app_id,
            "client_secret": simulator.client_secret,
            "scope": "https://graph.microsoft.com/.default",
        }
        url = f"{simulator.addresses.login}/{tenant}/oauth2/v2.0/token"
        return await https.post(url, data={k: v for k, v in (form | changes).items() if v is not None})

    return fetch


@dataclass
class Receiver:
    """The app's side of Slack's requests: answers as told, keeps what came."""

    url: str = ""
    answers: list[Callable] = field(default_factory=list)
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def handle(self, request: Request) -> Response:
        self.requests.append((dict(request.headers), await request.body()))
        answer = self.answers.pop(0) if self.answers else Response
        made = answer()
        return made if isinstance(made, Response) else await made


@pytest.fixture
async def receiver(simulator) -> AsyncIterator[Receiver]:
    receiving = Receiver()
    app = Starlette(routes=[Route("/slack/events", receiving.handle, methods=["POST"])])
    with listening(0) as listener:
        receiving.url = f"http://127.0.0.1:{listener.getsockname()[1]}/slack/events"
        simulator.control.events_url = receiving.url
        async with serving(app, listener):
            yield receiving
