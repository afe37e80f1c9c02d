"""Somebody who stole the bot's credential and calls Graph himself, and logs that are written by hand."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest

SOURCE = "203.0.113.10"
MAILBOX = "sato@fabrikam.example"


@dataclass(kw_only=True)
class Intruder:
    """Sits on the desk's own host: signs in and calls from the declared address, so nothing else gives him away."""

    sim: Any
    http: httpx.AsyncClient

    async def token(self) -> str:
        form = {
            "grant_type": "client_credentials",
            "client_id": self.sim.app_id,
            "client_secret": self.sim.client_secret,
            "scope": "https://graph.microsoft.com/.default",
        }
        answer = await self.http.post(f"{self.sim.addresses.login}/{self.sim.tenant_id}/oauth2/v2.0/token", data=form)
        return str(answer.json()["access_token"])

    async def read_schedule(self, request_id: str | None) -> None:
        """Call getSchedule, under a client-request-id of his choice."""
        start = self.sim.settings.clock()
        body = {
            "schedules": [MAILBOX],
            "startTime": {"dateTime": start.strftime("%Y-%m-%dT%H:%M:%S"), "timeZone": "UTC"},
            "endTime": {"dateTime": (start + timedelta(days=7)).strftime("%Y-%m-%dT%H:%M:%S"), "timeZone": "UTC"},
        }
        headers = {"Authorization": f"Bearer {await self.token()}", "User-Agent": "sekimori/0.1.0"}
        headers |= {"client-request-id": request_id} if request_id else {}
        url = f"{self.sim.addresses.graph}/users/{MAILBOX}/calendar/getSchedule"
        assert (await self.http.post(url, json=body, headers=headers)).status_code == 200


@pytest.fixture
async def intrude() -> AsyncIterator[Any]:
    """Give an intruder into a simulator."""
    clients: list[httpx.AsyncClient] = []

    def intruder(sim: Any) -> Intruder:
        trust = ssl.create_default_context(cafile=sim.addresses.ca_bundle)
        clients.append(httpx.AsyncClient(verify=trust, headers={"X-Sim-Source-Ip": SOURCE}, trust_env=False))
        return Intruder(sim=sim, http=clients[-1])

    yield intruder
    for client in clients:
        await client.aclose()


@pytest.fixture
def until() -> Any:
    """Look again and again until there is something to see."""

    async def looked(look: Callable[[], Any], within: float = 15.0) -> Any:
        async with asyncio.timeout(within):
            while not (seen := look()):  # noqa: ASYNC110 - what it waits for is on the other side of a socket
                await asyncio.sleep(0.01)
            return seen

    return looked
