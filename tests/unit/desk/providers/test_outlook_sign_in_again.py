"""How long a failed sign-in stands, over real HTTPS: neither for each question anew, nor longer than a few seconds."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from sekimori.core.confidential import Secret
from sekimori.desk.providers.outlook.tokens import BACKOFF, AppIdentity, EntraTokens
from sekimori.desk.signing_in import SignInFailed
from sekimori.sim.faults import TokenFault, TokenFaultKind
from sekimori.sim.server import Simulator
from sekimori.sim.settings import SimulatorSettings


@dataclass
class Watch:
    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
async def simulator(tmp_path):
    async with Simulator.start(SimulatorSettings(folder=tmp_path, clock=lambda: datetime.now(UTC), seed=3)) as running:
        yield running


@pytest.fixture
def watch():
    return Watch()


@pytest.fixture
def entra(simulator, watch):
    identity = AppIdentity(
        tenant_id=simulator.tenant_id,
        app_id=simulator.app_id,
        credential=Secret(simulator.client_secret),
        login=simulator.addresses.login,
        ca_bundle=str(simulator.addresses.ca_bundle),
    )
    tokens = EntraTokens(identity, watch)
    yield tokens
    tokens.close()


def signed_in(simulator) -> list[int]:
    """Return how each sign-in ended, by Entra's number; 0 is well."""
    return [record["properties"]["status"]["errorCode"] for record in simulator.control.records]


async def test_a_registration_that_is_enabled_again_is_noticed_after_seconds(simulator, entra, watch):
    simulator.control.backstage.bot.principal.enabled = False
    for _ in range(3):
        with pytest.raises(SignInFailed):
            await entra.token()
    assert signed_in(simulator) == [7000112], "the others did not ask"
    simulator.control.backstage.bot.principal.enabled = True
    with pytest.raises(SignInFailed):
        await entra.token()
    watch.seconds += BACKOFF
    assert (await entra.token()).uti
    assert signed_in(simulator) == [7000112, 0]


async def test_whoever_waits_for_a_sign_in_that_fails_does_not_ask_as_well(simulator, entra):
    simulator.control.backstage.bot.principal.enabled = False
    ends = await asyncio.gather(*(entra.token() for _ in range(8)), return_exceptions=True)
    assert {type(end) for end in ends} == {SignInFailed}
    assert signed_in(simulator) == [7000112]


async def test_an_entra_that_says_how_long_to_wait_is_not_asked_before(simulator, entra, watch):
    simulator.control.fault(TokenFault(kind=TokenFaultKind.THROTTLED, times=1, retry_after=3600))
    for _ in range(3):
        with pytest.raises(SignInFailed):
            await entra.token()
        watch.seconds += BACKOFF
    assert signed_in(simulator) == [], "one request was refused, and it was the only one"


async def test_a_token_is_used_until_shortly_before_its_end(simulator, entra, watch):
    first = await entra.token()
    watch.seconds += 3000
    assert await entra.token() == first
    assert signed_in(simulator) == [0]
    renewed = await entra.renewed(None)
    assert renewed.uti != first.uti
    assert await entra.token() == renewed
