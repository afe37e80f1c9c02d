"""The Ed25519 keys that sign entries and checkpoints, and their names (C2SP signed-note, "Signatures")."""

import base64
import hashlib
from dataclasses import dataclass
from typing import ClassVar, Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from sekimori.core.confidential import Secret
from sekimori.core.errors import SekimoriError

_ED25519: Final = b"\x01"
SEED_SIZE: Final = 32
"""How many random bytes a new key is made of."""


class AuditKeyError(SekimoriError):
    """The key that signs the audit log cannot be used."""

    code: ClassVar[str] = "audit.key_unusable"


@dataclass(frozen=True, slots=True)
class VerifyingKey:
    """What a stranger needs to check a log: the 32 bytes of a public key."""

    raw: bytes

    @property
    def name(self) -> str:
        """The log's name (its "origin"): two logs never share one, as it is made of the key."""
        return f"sekimori.audit/{hashlib.sha256(self.raw).hexdigest()[:16]}"

    @property
    def id(self) -> bytes:
        """The four bytes that tell a note which key signed it."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.raw).digest()[:4]

    @property
    def line(self) -> str:
        """The key as notes tools write it: ``name+id+base64``."""
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(_ED25519 + self.raw).decode()}"

    def accepts(self, signature: bytes, message: bytes) -> bool:
        """Say whether the signature is this key's for this message."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except InvalidSignature:
            return False
        return True


class Signer:
    """Signs with a private key that it never shows."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.key = VerifyingKey(private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))

    def sign(self, message: bytes) -> bytes:
        """Return the 64 bytes of the signature."""
        return self._private.sign(message)

    def pem(self) -> Secret[bytes]:
        """Return the private key as PEM (PKCS #8), to be kept where only its owner reads."""
        return Secret(self._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def signer_from_seed(seed: bytes) -> Signer:
    """Make a signer of 32 random bytes."""
    return Signer(Ed25519PrivateKey.from_private_bytes(seed))


def signer_from_pem(pem: Secret[bytes]) -> Signer:
    """Read a private key.

    Raises:
        AuditKeyError: it is no PEM, is encrypted, or is not an Ed25519 key.
    """
    try:
        key = load_pem_private_key(pem.reveal(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _unusable("the audit log's signing key cannot be read") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise _unusable("the audit log's signing key is not an Ed25519 key")
    return Signer(key)


def verifying_key_from_pem(pem: bytes) -> VerifyingKey:
    """Read a public key.

    Raises:
        AuditKeyError: it is no PEM, or is not an Ed25519 key.
    """
    try:
        key = load_pem_public_key(pem)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _unusable("the audit log's public key cannot be read") from error
    if not isinstance(key, Ed25519PublicKey):
        raise _unusable("the audit log's public key is not an Ed25519 key")
    return VerifyingKey(key.public_bytes(Encoding.Raw, PublicFormat.Raw))


def _unusable(words: str) -> AuditKeyError:
    return AuditKeyError(words, hint="`openssl genpkey -algorithm ed25519` makes one; -pubout prints the public half")
