"""A checkpoint is a signed note that strangers' tools can check, and nobody else can write."""

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sekimori.audit.checkpoint import Checkpoint, opened, signed
from sekimori.audit.keys import signer_from_seed

SIGNER = signer_from_seed(b"a" * 32)
ROOT = hashlib.sha256(b"root").digest()
NOTE = signed(7, ROOT, SIGNER)


def test_it_opens_to_what_was_signed():
    assert opened(NOTE, SIGNER.key) == Checkpoint(origin=SIGNER.key.name, size=7, root=ROOT)


def test_the_note_has_the_standard_form():
    origin, size, root, gap, signature, end = NOTE.split("\n")
    assert (size, base64.b64decode(root), gap, end) == ("7", ROOT, "", "")
    dash, name, mark = signature.split(" ")
    assert (dash, name) == ("—", origin)
    raw = base64.b64decode(mark)
    public = Ed25519PrivateKey.from_private_bytes(b"a" * 32).public_key().public_bytes_raw()
    assert raw[:4] == hashlib.sha256(f"{name}\n".encode() + b"\x01" + public).digest()[:4]
    Ed25519PublicKey.from_public_bytes(public).verify(raw[4:], f"{origin}\n7\n{root}\n".encode())
    assert SIGNER.key.line == f"{name}+{raw[:4].hex()}+{base64.b64encode(bytes([1]) + public).decode()}"


def test_further_signatures_such_as_a_witness_gives_are_welcome():
    assert opened(NOTE + "— witness.example AAAAAAAA\n", SIGNER.key) is not None
    text, signatures = NOTE.split("\n\n")
    assert opened(f"{text}\n\n— witness.example AAAAAAAA\n{signatures}", SIGNER.key) is not None


@pytest.mark.parametrize(
    "other",
    [
        "",
        "\n\n",
        NOTE.replace("\n7\n", "\n8\n"),
        NOTE.replace("\n7\n", "\n07\n"),
        NOTE.replace("\n\n", "\n"),
        NOTE.replace("—", "-"),
        NOTE[:-10],
        NOTE.split("\n\n")[0] + "\n\n",
        NOTE.split("\n\n")[0] + "\n\n— someone !!!\n",
        signed(7, ROOT, signer_from_seed(b"b" * 32)),
    ],
)
def test_any_other_note_does_not_open(other):
    assert opened(other, SIGNER.key) is None
