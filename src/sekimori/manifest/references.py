"""Turns a reference of the manifest into the secret it stands for."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import ClassVar, Final

from sekimori.core.confidential import Secret
from sekimori.core.errors import SekimoriError


class SecretNotFound(SekimoriError):  # noqa: N818 - the name says what happened
    """A secret is not where the manifest says."""

    code: ClassVar[str] = "manifest.secret_not_found"


def resolve(reference: str, *, folder: Path, environ: Mapping[str, str]) -> Secret[bytes]:
    """Fetch the secret behind ``env:NAME``, ``file:path`` or ``aws-secretsmanager:id``.

    Args:
        reference: as the manifest has it; a file's path is relative to ``folder``, and its last line end is dropped.
        folder: the manifest's folder.
        environ: the environment's variables.

    Raises:
        SecretNotFound: it is not there, is empty, cannot be read, or no reader of that kind is installed.
    """
    scheme, _, rest = reference.partition(":")
    reader = _READERS.get(scheme)
    if reader is None or not rest:
        raise SecretNotFound(
            "a secret is given literally or by an unknown kind of reference",
            hint="write env:NAME or file:path; the secret itself never stands in the manifest",
        )
    value = reader(rest, folder, environ)
    if not value:
        raise SecretNotFound(f"the secret {reference} is empty")
    return Secret(value)


def resolve_text(reference: str, *, folder: Path, environ: Mapping[str, str]) -> Secret[str]:
    """Fetch a secret that is text, such as a token; as :func:`resolve`, without white space around it.

    Raises:
        SecretNotFound: also where it is not UTF-8.
    """
    try:
        text = resolve(reference, folder=folder, environ=environ).reveal().decode().strip()
    except UnicodeDecodeError:
        raise SecretNotFound(f"the secret {reference} is not text") from None
    if not text:
        raise SecretNotFound(f"the secret {reference} is empty")
    return Secret(text)


def _from_environment(name: str, _folder: Path, environ: Mapping[str, str]) -> bytes:
    if name not in environ:
        raise SecretNotFound(f"the secret env:{name} is not set", hint=f"set the environment variable {name}")
    return environ[name].encode(errors="surrogateescape")


def _from_file(name: str, folder: Path, _environ: Mapping[str, str]) -> bytes:
    path = folder / name
    try:
        return path.read_bytes().removesuffix(b"\n").removesuffix(b"\r")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SecretNotFound(f"the secret file:{name} cannot be read", hint=f"{path}: {reason}") from error


def _from_aws(name: str, _folder: Path, _environ: Mapping[str, str]) -> bytes:
    from sekimori.aws.clients import AwsUnavailable
    from sekimori.aws.secrets_manager import fetch_secret

    try:
        return fetch_secret(name)
    except AwsUnavailable as error:
        raise SecretNotFound(f"the secret aws-secretsmanager:{name} cannot be fetched", hint=str(error)) from error


_READERS: Final[Mapping[str, Callable[[str, Path, Mapping[str, str]], bytes]]] = {
    "env": _from_environment,
    "file": _from_file,
    "aws-secretsmanager": _from_aws,
}
