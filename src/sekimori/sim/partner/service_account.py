"""The service account that company A shares its calendars with, and its key in Google's shape."""

import functools
import json
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from sekimori.sim.certificates import write_private

EMAIL: Final = "desk@schedule-bot.iam.fabrikam.example"
KEY_ID: Final = "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00"


@functools.cache
def account_key() -> rsa.RSAPrivateKey:
    """Make the account's key once a process: it takes longer than everything else at start."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def write_key_file(path: Path, *, token_address: str) -> None:
    """Write the key file that Google's console hands out once."""
    pem = account_key().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    content = {
        "type": "service_account",
        "project_id": "schedule-bot",
        "private_key_id": KEY_ID,
        "private_key": pem.decode(),
        "client_email": EMAIL,
        "client_id": "100000000000000000001",
        "token_uri": token_address,
    }
    write_private(path, json.dumps(content, indent=2).encode())
