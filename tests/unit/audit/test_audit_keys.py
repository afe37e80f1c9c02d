"""Keys are read from PEM, and refused with words where they are no Ed25519 keys."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from sekimori.audit.keys import AuditKeyError, VerifyingKey, signer_from_pem, signer_from_seed, verifying_key_from_pem
from sekimori.core.confidential import Secret

SIGNER = signer_from_seed(b"k" * 32)


def test_a_signer_survives_its_pem():
    again = signer_from_pem(SIGNER.pem())
    assert again.key == SIGNER.key
    assert SIGNER.key.accepts(again.sign(b"message"), b"message")


def test_the_private_key_is_not_shown():
    assert "PRIVATE" not in f"{SIGNER} {SIGNER!r} {SIGNER.pem()}"


def test_a_public_key_is_enough_to_check():
    public = Ed25519PrivateKey.from_private_bytes(b"k" * 32).public_key()
    key = verifying_key_from_pem(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    assert key == SIGNER.key
    assert not key.accepts(SIGNER.sign(b"message"), b"another")
    assert not key.accepts(b"short", b"message")


def test_two_keys_never_share_a_name():
    assert SIGNER.key.name != VerifyingKey(b"x" * 32).name


def test_other_keys_are_refused():
    other = ec.generate_private_key(ec.SECP256R1())
    private = other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = other.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for pem in (private, b"", b"not a key", public):
        with pytest.raises(AuditKeyError):
            signer_from_pem(Secret(pem))
    for pem in (public, b"", b"not a key", private):
        with pytest.raises(AuditKeyError):
            verifying_key_from_pem(pem)
