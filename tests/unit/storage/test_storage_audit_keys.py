"""The log's key comes from the manifest, or is made once beside the database."""

import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sekimori.audit.keys import AuditKeyError, signer_from_seed
from sekimori.manifest.references import SecretNotFound
from sekimori.manifest.tables.audit import AuditSettings
from sekimori.storage.audit_keys import key_file, signer_of, verifying_key_of


def signer_in(folder: Path, settings=None, seed=b"a"):
    return signer_of(
        settings or AuditSettings(),
        database=folder / "x.db",
        folder=folder,
        environ={},
        random_bytes=lambda size: seed * size,
    )


def key_in(folder: Path, settings=None):
    return verifying_key_of(settings or AuditSettings(), database=folder / "x.db", folder=folder, environ={})


def test_a_key_is_made_once_and_only_its_owner_reads_it(tmp_path):
    first = signer_in(tmp_path)
    assert signer_in(tmp_path, seed=b"b").key == first.key == key_in(tmp_path)
    assert stat.S_IMODE(key_file(tmp_path / "x.db").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["x.db.audit-key.pem"]


def test_the_manifest_names_another_key(tmp_path):
    signer = signer_from_seed(b"m" * 32)
    (tmp_path / "key.pem").write_bytes(signer.pem().reveal())
    settings = AuditSettings(signing_key="file:key.pem")
    assert signer_in(tmp_path, settings).key == signer.key == key_in(tmp_path, settings)
    assert not key_file(tmp_path / "x.db").exists()


def test_the_public_half_is_enough_to_verify(tmp_path):
    public = Ed25519PrivateKey.from_private_bytes(b"m" * 32).public_key()
    (tmp_path / "public.pem").write_bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    assert key_in(tmp_path, AuditSettings(public_key="file:public.pem")) == signer_from_seed(b"m" * 32).key


def test_what_cannot_be_used_is_told(tmp_path):
    with pytest.raises(AuditKeyError, match="no key to verify"):
        key_in(tmp_path)
    with pytest.raises(AuditKeyError, match="cannot be used"):
        signer_in(tmp_path / "missing")
    with pytest.raises(SecretNotFound):
        signer_in(tmp_path, AuditSettings(signing_key="file:missing.pem"))
    key_file(tmp_path / "x.db").write_text("not a key")
    with pytest.raises(AuditKeyError, match="cannot be read"):
        signer_in(tmp_path)
