"""Opens the database that a manifest declares."""

import contextlib
from collections.abc import Mapping
from pathlib import Path

from sekimori.core.confidential import Secret
from sekimori.manifest.references import SecretNotFound, resolve_text
from sekimori.manifest.tables.service import Service
from sekimori.storage.database import Database, open_database, open_for_reading
from sekimori.storage.postgresql import Password


async def open_declared(service: Service, *, folder: Path, environ: Mapping[str, str]) -> Database:
    """Open the database of a service, with its password; see :func:`open_database`.

    Raises:
        StorageUnavailable: it cannot be opened.
        SecretNotFound: the password is not where the manifest says.
    """
    return await open_database(service.storage, folder=folder, password=_password(service, folder, environ))


async def open_declared_for_reading(service: Service, *, folder: Path, environ: Mapping[str, str]) -> Database:
    """Open the database of a service such that nothing can be written to it; see :func:`open_for_reading`.

    Raises:
        StorageMissing: there is none yet.
        StorageUnavailable: it cannot be opened.
        SecretNotFound: the password is not where the manifest says.
    """
    return await open_for_reading(service.storage, folder=folder, password=_password(service, folder, environ))


def _password(service: Service, folder: Path, environ: Mapping[str, str]) -> Password | None:
    reference = service.storage_password
    if reference is None:
        return None
    last = resolve_text(reference, folder=folder, environ=environ)

    def again() -> Secret[str]:
        nonlocal last
        # While it cannot be fetched, the last one stays: the server's refusal then says what is wrong.
        with contextlib.suppress(SecretNotFound):
            last = resolve_text(reference, folder=folder, environ=environ)
        return last

    return again
