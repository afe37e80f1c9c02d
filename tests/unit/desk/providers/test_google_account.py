import json

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from sekimori.core.confidential import Secret
from sekimori.desk.providers.google.account import KeyUnusable, service_account


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    plain = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain).decode()


@pytest.fixture(scope="module")
def key_file() -> dict[str, str]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return {
        "type": "service_account",
        "client_email": "desk@bot.example",
        "private_key_id": "k1",
        "private_key": pem(key),
        "token_uri": "https://elsewhere.example/token",
    }


def read(content: object):
    return service_account(Secret(json.dumps(content).encode()))


def test_a_key_file_says_who_signs_in_and_hides_it(key_file: dict[str, str]) -> None:
    account = read(key_file)
    assert (account.email.reveal(), account.key_id) == ("desk@bot.example", "k1")
    assert "desk@bot" not in repr(account)


@pytest.mark.parametrize(
    "change",
    [
        {"type": "authorized_user"},
        {"private_key": "not a key"},
        {"private_key": pem(ec.generate_private_key(ec.SECP256R1()))},
        {"client_email": None},
    ],
)
def test_anything_else_is_refused_without_showing_it(key_file: dict[str, str], change: dict[str, str]) -> None:
    with pytest.raises(KeyUnusable) as caught:
        read(key_file | change)
    assert "PRIVATE KEY" not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff"])
def test_what_is_no_key_file_is_refused(content: bytes) -> None:
    with pytest.raises(KeyUnusable):
        service_account(Secret(content))
