import pytest

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
