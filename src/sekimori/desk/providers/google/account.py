"""The service account's key, as Google hands it out: a JSON file."""

from dataclasses import dataclass
from typing import Final

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from sekimori.core.confidential import Personal, Secret
from sekimori.core.errors import SekimoriError

_HINT: Final = "use the JSON key of a service account, unchanged, as the Google Cloud console gives it"


class KeyUnusable(SekimoriError):  # noqa: N818 - the name says what happened
    """What the manifest names is not a service account's key."""

    code = "google.key_unusable"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAccount:
    """Who signs in, and with which key."""

    email: Personal[str]
    key_id: str
    key: Secret[RSAPrivateKey]


class _KeyFile(msgspec.Struct, frozen=True):
    type: str
    client_email: str
    private_key_id: str
    private_key: str


def service_account(content: Secret[bytes]) -> ServiceAccount:
    """Read a key file. Where it says that tokens are to be fetched is not believed: the manifest says that.

    Raises:
        KeyUnusable: it is none, or its key is not RSA.
    """
    try:
        read = msgspec.json.decode(content.reveal(), type=_KeyFile)
        key = load_pem_private_key(read.private_key.encode(), None)
    except (msgspec.DecodeError, UnicodeError, ValueError, TypeError, UnsupportedAlgorithm):
        raise KeyUnusable("google.service_account is not a service account's key", hint=_HINT) from None
    if read.type != "service_account" or not isinstance(key, RSAPrivateKey):
        raise KeyUnusable("google.service_account is not a service account's key", hint=_HINT)
    return ServiceAccount(email=Personal(read.client_email), key_id=read.private_key_id, key=Secret(key))
