import json
from itertools import count

import pytest
import requests

from sekimori.core.confidential import Secret
from sekimori.desk.providers.outlook.tokens import AppIdentity, EntraTokens, certificate
from sekimori.desk.signing_in import SignInFailed

KEY = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"
CERTIFICATE = "-----BEGIN CERTIFICATE-----\nBBBB\n-----END CERTIFICATE-----"


@pytest.mark.parametrize("pem", [f"{KEY}\n{CERTIFICATE}\n", f"{CERTIFICATE}\nnote\n{KEY}\n"])
def test_a_pem_holds_key_and_certificate_in_any_order(pem: str) -> None:
    made = certificate(Secret(pem.encode())).reveal()
    assert made == {"private_key": KEY, "public_certificate": CERTIFICATE}


@pytest.mark.parametrize("pem", [KEY, CERTIFICATE, ""])
def test_half_a_pem_is_refused_and_not_quoted(pem: str) -> None:
    with pytest.raises(SignInFailed) as caught:
        certificate(Secret(pem.encode()))
    assert "AAAA" not in str(caught.value)


@pytest.mark.parametrize("credential", ["a secret", {"private_key": KEY, "public_certificate": CERTIFICATE}])
async def test_an_entra_that_is_not_there_is_a_failed_sign_in(credential: object) -> None:
    identity = AppIdentity(
        tenant_id="11111111-2222-4333-8444-555555555555",
        app_id="6f1d2c3b-4a59-4871-8e90-aabbccddeeff",
        credential=Secret(credential),
        login="https://127.0.0.1:1",
    )
    tokens = EntraTokens(identity)
    with pytest.raises(SignInFailed) as caught:
        await tokens.token()
    tokens.close()
    assert "a secret" not in str(caught.value)


class Entra(requests.adapters.BaseAdapter):
    """Answers as Entra does, and its token endpoint with one thing after the other."""

    def __init__(self, *answers: tuple[int, str]) -> None:
        super().__init__()
        self.answers = list(answers)
        self.asked: list[str] = []

    def send(self, request, **_options):
        made = requests.Response()
        made.request, made.url, made.headers["Location"] = request, request.url, "https://elsewhere.example/token"
        self.asked.append(request.url)
        if "openid-configuration" in request.url:
            place = "https://entra.example/t/oauth2/v2.0"
            found = {"token_endpoint": f"{place}/token", "authorization_endpoint": place, "issuer": "https://i"}
            made.status_code, made._content = 200, json.dumps(found).encode()
        else:
            made.status_code, text = self.answers.pop(0)
            made._content = text.encode()
        return made

    def close(self) -> None:
        """There is nothing to close."""


def tokens_from(entra: Entra) -> EntraTokens:
    identity = AppIdentity(tenant_id="t", app_id="a", credential=Secret("a secret"), login="https://entra.example")
    tokens = EntraTokens(identity, seconds=count(0, 60).__next__)
    tokens._session.mount("https://", entra)
    return tokens


GOOD = json.dumps({"access_token": "good", "expires_in": 3599, "token_type": "Bearer"})


@pytest.mark.parametrize(
    "answer",
    [
        (200, "null"),
        (200, "[]"),
        (200, '"x"'),
        (200, ""),
        (200, "<html>"),
        (200, '{"token_type": "Bearer"}'),
        (200, '{"access_token": null, "expires_in": 3599}'),
        (200, '{"access_token": ["x"], "expires_in": 3599}'),
        (200, '{"access_token": "x", "expires_in": null}'),
        (200, '{"access_token": "x\\r\\ny: z", "expires_in": 3599}'),
        (200, '{"access_token": "トークン", "expires_in": 3599}'),
        (503, "<html>"),
        (400, '{"error": {"code": 5}}'),
        (307, ""),
    ],
)
async def test_an_answer_without_a_token_is_a_failed_sign_in_and_is_not_kept(answer: tuple[int, str], caplog) -> None:
    entra = Entra(answer, (200, GOOD), (200, GOOD))
    tokens = tokens_from(entra)
    with pytest.raises(SignInFailed):
        await tokens.token()
    if answer[0] == 200:  # msal does not ask again at once after an error
        assert (await tokens.token()).value.reveal() == "good"
    assert not any("elsewhere" in url for url in entra.asked)
    assert "<html>" not in caplog.text
