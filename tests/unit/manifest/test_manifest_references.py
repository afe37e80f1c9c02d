"""Secrets are fetched from where the manifest says, and never shown."""

import pytest

from sekimori.core.confidential import Secret
from sekimori.manifest.references import SecretNotFound, resolve, resolve_text


def test_from_the_environment(tmp_path):
    environ = {"TOKEN": "xoxb-1\n"}
    assert resolve("env:TOKEN", folder=tmp_path, environ=environ) == Secret(b"xoxb-1\n")
    assert resolve_text("env:TOKEN", folder=tmp_path, environ=environ) == Secret("xoxb-1")


def test_from_a_file_beside_the_manifest(tmp_path):
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "bot.pem").write_bytes(b"-----BEGIN-----\nabc\n")
    assert resolve("file:keys/bot.pem", folder=tmp_path, environ={}).reveal() == b"-----BEGIN-----\nabc"
    absolute = f"file:{tmp_path / 'keys' / 'bot.pem'}"
    assert resolve(absolute, folder=tmp_path / "elsewhere", environ={}).reveal() == b"-----BEGIN-----\nabc"


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("env:MISSING", "env:MISSING is not set"),
        ("env:EMPTY", "env:EMPTY is empty"),
        ("file:missing.pem", "file:missing.pem cannot be read"),
        ("file:.", "cannot be read"),
        ("aws-secretsmanager:prod/slack", "cannot be fetched"),
    ],
)
def test_what_is_not_there_is_told(tmp_path, reference, words):
    with pytest.raises(SecretNotFound, match=words):
        resolve(reference, folder=tmp_path, environ={"EMPTY": ""})


@pytest.mark.parametrize("literal", ["xoxb-1234", "vault:x", "env:", ""])
def test_a_literal_secret_is_refused_and_not_repeated(tmp_path, literal):
    with pytest.raises(SecretNotFound) as caught:
        resolve(literal, folder=tmp_path, environ={})
    assert "1234" not in str(caught.value)


def test_bytes_that_are_no_text_and_blank_text(tmp_path):
    (tmp_path / "token").write_bytes(b"\xff\xfe")
    (tmp_path / "blank").write_bytes(b"  \n")
    for name in ("token", "blank"):
        with pytest.raises(SecretNotFound):
            resolve_text(f"file:{name}", folder=tmp_path, environ={})
