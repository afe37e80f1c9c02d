"""Opens the database that a manifest declares."""

from collections.abc import Mapping
from pathlib import Path

from sekimori.core.confidential import Secret
from sekimori.manifest.model import Service
from sekimori.manifest.references import resolve_text
from sekimori.storage.database import Database, open_database, open_for_reading


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


def _password(service: Service, folder: Path, environ: Mapping[str, str]) -> Secret[str] | None:
    if service.storage_password is None:
        return None
    return resolve_text(service.storage_password, folder=folder, environ=environ)
