"""What both halves stand on: the declaration, the database, the record."""

import contextlib
import os
import ssl
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sekimori.audit.entry import EntryKind
from sekimori.bootstrap.errors import MissingSetting
from sekimori.core.clock import Clock
from sekimori.core.confidential import Secret
from sekimori.core.ids import EntryId
from sekimori.manifest.loader import load
from sekimori.manifest.model import Manifest
from sekimori.manifest.references import resolve_text
from sekimori.storage.audit_keys import signer_of
from sekimori.storage.audit_log import SqlAuditLog
from sekimori.storage.checkpoint_file import CheckpointFile
from sekimori.storage.database import Database
from sekimori.storage.declared import open_declared
from sekimori.storage.instance import held_instance
from sekimori.storage.leases import Lease


def utc_now() -> datetime:
    """Return the present instant: the clock of everything that is built here."""
    return datetime.now(UTC)


def new_entry_id() -> EntryId:
    """Return a new name for an audit entry."""
    return EntryId(str(uuid.uuid4()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What both halves stand on: the declaration, the database, the record."""

    manifest: Manifest
    file: Path
    folder: Path
    environ: Mapping[str, str]
    clock: Clock
    database: Database
    audit: SqlAuditLog
    instance: str

    @property
    def lease(self) -> Lease:
        """How this instance claims work that others could do as well."""
        return Lease(holder=self.instance)

    def text(self, reference: str) -> Secret[str]:
        """Fetch a secret that the manifest refers to."""
        return resolve_text(reference, folder=self.folder, environ=self.environ)

    @property
    def ca_bundle(self) -> str | None:
        """The authorities to trust instead of the usual ones, where the manifest names some.

        Raises:
            MissingSetting: the file does not hold certificates.
        """
        if not self.manifest.endpoints.ca_bundle:
            return None
        path = str(self.folder / self.manifest.endpoints.ca_bundle)
        try:
            ssl.create_default_context(cafile=path)
        except OSError as error:
            raise MissingSetting("endpoints.ca_bundle holds no certificates", hint=f"{path}: {error}") from error
        return path


@contextlib.asynccontextmanager
async def open_ground(
    manifest_path: Path, *, environ: Mapping[str, str] | None = None, clock: Clock = utc_now
) -> AsyncIterator[Ground]:
    """Load the manifest and open the database and the audit log; close them at the end.

    Raises:
        ManifestError, SecretNotFound, StorageUnavailable, AuditKeyError: what each says.
    """
    manifest, folder = load(manifest_path), manifest_path.absolute().parent  # noqa: ASYNC240 - nothing else runs yet
    variables = os.environ if environ is None else environ
    async with await open_declared(manifest.service, folder=folder, environ=variables) as database:
        signer = signer_of(
            manifest.audit, database=database.path, folder=folder, environ=variables, random_bytes=os.urandom
        )
        checkpoint = CheckpointFile.declared(manifest.audit, database=database.path, folder=folder)
        audit = SqlAuditLog(database, signer=signer, clock=clock, new_id=new_entry_id, checkpoint=checkpoint)
        with held_instance(database.path, new_id=new_entry_id) as instance:
            yield Ground(
                manifest=manifest,
                file=manifest_path.absolute(),  # noqa: ASYNC240 - no file is touched
                folder=folder,
                environ=variables,
                clock=clock,
                database=database,
                audit=audit,
                instance=instance,
            )


async def record_start(ground: Ground, parts: Sequence[str]) -> None:
    """Record that the service starts; a service that cannot record does not start.

    Raises:
        AuditUnavailable: the entry could not be written.
    """
    await ground.audit.append(EntryKind.SERVICE_STARTED, {"parts": list(parts)})
