import ssl
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

import httpx
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sekimori.sim.server import Simulator
from sekimori.sim.settings import SimulatorSettings

NOW = datetime(2026, 11, 18, 1, 0, tzinfo=UTC)


def machine_time() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def settings(tmp_path) -> SimulatorSettings:
    return SimulatorSettings(
        folder=tmp_path, clock=lambda: NOW, token_clock=machine_time, seed=7, retry_delays=(0.0, 0.01, 0.01)
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
async def https(simulator) -> AsyncIterator[httpx.AsyncClient]:
    trust = ssl.create_default_context(cafile=simulator.addresses.ca_bundle)
    async with httpx.AsyncClient(verify=trust, trust_env=False, timeout=5) as client:
        yield client


@pytest.fixture
def fetch_token(simulator, https) -> Callable:
    """Get an app-only token with the client secret, as the plainest client would."""

    async def fetch(**changes: str) -> httpx.Response:
        form = {
            "grant_type": "client_credentials",
            "client_id": simulator.app_id,
            "client_secret": simulator.client_secret,
            "scope": "https://graph.microsoft.com/.default",
        }
        url = f"{simulator.addresses.login}/{simulator.tenant_id}/oauth2/v2.0/token"
        return await https.post(url, data=form | changes)

    return fetch
