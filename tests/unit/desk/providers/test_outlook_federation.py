"""No secret at all: the role's token of AWS, exchanged at Entra by msal, over real HTTPS."""

from datetime import UTC, datetime

import pytest

from sekimori.aws.clients import AwsUnavailable
from sekimori.aws.web_identity import WebIdentityTokens
from sekimori.desk.providers.outlook.tokens import AppIdentity, EntraTokens, by_assertion
from sekimori.desk.signing_in import SignInFailed
from sekimori.sim.aws.sts import ACCESS_KEY
from sekimori.sim.server import Simulator
from sekimori.sim.settings import SimulatorSettings

AUDIENCE = "api://AzureADTokenExchange"


@pytest.fixture
async def simulator(tmp_path):
    settings = SimulatorSettings(folder=tmp_path, clock=lambda: datetime.now(UTC), seed=3, federated=True)
    async with Simulator.start(settings) as running:
        yield running


@pytest.fixture(autouse=True)
def role(monkeypatch):
    """What the host gives a process that runs as the role."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "of the simulator")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


def aws_of(simulator, audience=AUDIENCE) -> WebIdentityTokens:
    where = {"region": "ap-northeast-1", "endpoint": simulator.addresses.sts}
    return WebIdentityTokens(audience=audience, ca_bundle=str(simulator.addresses.ca_bundle), **where)


def entra_of(simulator, tokens: WebIdentityTokens) -> EntraTokens:
    identity = AppIdentity(
        tenant_id=simulator.tenant_id,
        app_id=simulator.app_id,
        credential=by_assertion(tokens.token),
        login=simulator.addresses.login,
        ca_bundle=str(simulator.addresses.ca_bundle),
    )
    return EntraTokens(identity)


async def test_the_role_signs_in_without_a_secret_and_again_with_a_fresh_token(simulator):
    entra = entra_of(simulator, aws_of(simulator))
    first = await entra.token()
    assert (await entra.token()).uti == first.uti, "kept in memory until it expires"
    again = await entra.renewed(None)
    assert again.uti not in {None, first.uti}
    used = [record["properties"]["federatedCredentialId"] for record in simulator.control.records]
    assert len(used) == 2
    assert all(used)
    entra.close()


async def test_the_wrong_audience_is_refused_by_entra(simulator):
    entra = entra_of(simulator, aws_of(simulator, audience="sts.amazonaws.com"))
    with pytest.raises(SignInFailed, match="gave no token"):
        await entra.token()
    entra.close()


async def test_an_account_without_the_feature_is_told_the_command(simulator):
    simulator.sts.enabled = False
    entra = entra_of(simulator, aws_of(simulator))
    with pytest.raises(SignInFailed) as caught:
        await entra.token()
    assert "enable-outbound-web-identity-federation" in caught.value.hint
    entra.close()


def test_aws_out_of_reach_is_said():
    tokens = WebIdentityTokens(audience=AUDIENCE, region="ap-northeast-1", endpoint="https://127.0.0.1:1/sts")
    with pytest.raises(AwsUnavailable, match="could not be asked"):
        tokens.token()
