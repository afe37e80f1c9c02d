"""Where the audit log's keys come from: the manifest, or a file beside the database."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from sekimori.audit.keys import (
    SEED_SIZE,
    AuditKeyError,
    Signer,
    VerifyingKey,
    signer_from_pem,
    signer_from_seed,
    verifying_key_from_pem,
)
from sekimori.core.confidential import Secret
from sekimori.manifest.references import resolve
from sekimori.manifest.tables.audit import AuditSettings

_NEEDED: Final = "verifying needs the key that signed this log, or its public half in [audit] public_key, as PEM"


def key_file(database: Path) -> Path:
    """Return where the key is kept that nobody configured."""
    return database.with_name(database.name + ".audit-key.pem")


def signer_of(
    settings: AuditSettings,
    *,
    database: Path,
    folder: Path,
    environ: Mapping[str, str],
    random_bytes: Callable[[int], bytes],
) -> Signer:
    """Return what signs the log: ``[audit] signing_key``, or a key file (mode 0600) that is made at first use.

    Raises:
        AuditKeyError: the key cannot be used, or the file cannot be read or made.
        SecretNotFound: the configured key is not where the manifest says.
    """
    if settings.signing_key is not None:
        return signer_from_pem(resolve(settings.signing_key, folder=folder, environ=environ))
    path = key_file(database)
    try:
        if not path.exists():
            _make(path, signer_from_seed(random_bytes(SEED_SIZE)))
        return signer_from_pem(Secret(path.read_bytes()))
    except OSError as error:
        raise AuditKeyError("the audit log's key file cannot be used", hint=f"{path}: {error.strerror}") from error


def verifying_key_of(
    settings: AuditSettings, *, database: Path, folder: Path, environ: Mapping[str, str]
) -> VerifyingKey:
    """Return what checks the log: ``[audit] public_key``, else the public half of the signing key.

    Raises:
        AuditKeyError: there is no key, or it cannot be used.
        SecretNotFound: a configured key is not where the manifest says.
    """
    path = key_file(database)
    source = settings.public_key or settings.signing_key or str(path)
    try:
        if settings.public_key is not None:
            return verifying_key_from_pem(resolve(settings.public_key, folder=folder, environ=environ).reveal())
        if settings.signing_key is not None:
            return signer_from_pem(resolve(settings.signing_key, folder=folder, environ=environ)).key
        return signer_from_pem(Secret(path.read_bytes())).key
    except AuditKeyError as error:  # a new key, which helps whoever signs, could not verify what is there
        raise AuditKeyError(error.words, hint=f"{source}: {_NEEDED}") from error
    except OSError as error:
        hint = f"{path}: {error.strerror}; name the key in [audit] public_key"
        raise AuditKeyError("there is no key to verify the audit log with", hint=hint) from error


def _make(path: Path, signer: Signer) -> None:
    """Write the key whole or not at all; where another process was quicker, its key stands."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(signer.pem().reveal())
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(fresh)
    except FileExistsError:
        return
    finally:
        fresh.unlink(missing_ok=True)
