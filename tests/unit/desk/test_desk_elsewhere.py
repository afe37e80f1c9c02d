import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from sekimori.core.confidential import Secret
from sekimori.desk.elsewhere import Surroundings, open_elsewhere
from sekimori.desk.providers.google.account import KeyUnusable
from sekimori.desk.providers.ics.address import FeedAddressUnusable
from sekimori.manifest.loader import parsed
from sekimori.manifest.model import Manifest

MANIFEST = """
[identity]
tenant_id = "11111111-2222-4333-8444-555555555555"
app_id = "6f1d2c3b-4a59-4871-8e90-aabbccddeeff"
certificate = "file:bot.pem"

[slack]
app_id = "A0APP"
team = "T0FABRIKAM"
signing_secret = "env:SIGNING"
bot_token = "env:TOKEN"

[google]
service_account = "file:key.json"

[[people]]
id = "sato"
names = ["Sato"]
mailbox = "sato@fabrikam.example"
also = {also}
"""
GOOGLE = '{ provider = "google", calendar = "sato@contoso.example" }'
ICS = '{ provider = "ics", calendar = "env:FEED" }'


def manifest(*also: str) -> Manifest:
    return parsed(MANIFEST.replace("{also}", f"[{', '.join(also)}]"), file=Path("sekimori.toml"))


@pytest.fixture(scope="module")
def key_file() -> bytes:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain).decode()
    content = {"type": "service_account", "client_email": "a@b.example", "private_key_id": "k", "private_key": pem}
    return json.dumps(content).encode()


def around(key_file: bytes = b"", feed: str = "https://calendar.example/s3cret.ics") -> Surroundings:
    return Surroundings(
        secret=lambda reference: Secret(key_file), text=lambda reference: Secret(feed), clock=lambda: datetime.now(UTC)
    )


@pytest.mark.parametrize(
    ("also", "names"), [((), []), ((GOOGLE,), ["google"]), ((ICS,), ["ics"]), ((GOOGLE, ICS), ["google", "ics"])]
)
async def test_only_what_somebody_has_is_opened(key_file: bytes, also: tuple[str, ...], names: list[str]) -> None:
    keepers = open_elsewhere(manifest(*also), around(key_file))
    assert [(name, keeper.name) for name, keeper in keepers.items()] == [(name, name) for name in names]
    for keeper in keepers.values():
        await keeper.close()


def test_a_secret_that_is_none_stops_the_start() -> None:
    with pytest.raises(KeyUnusable):
        open_elsewhere(manifest(GOOGLE), around(b"{}"))
    with pytest.raises(FeedAddressUnusable) as caught:
        open_elsewhere(manifest(ICS), around(feed="http://calendar.example/s3cret.ics"))
    assert "s3cret" not in str(caught.value)
