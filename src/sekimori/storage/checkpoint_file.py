"""The signed head outside the database: a second witness of how long the log is."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Self

from sekimori.manifest.model import AuditSettings


class CheckpointFile:
    """A note, replaced whole: a reader sees the old note or the new one, never half of one."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def beside(cls, database: Path) -> Self:
        """Return ``<database>.checkpoint``."""
        return cls(database.with_name(database.name + ".checkpoint"))

    @classmethod
    def declared(cls, settings: AuditSettings, *, database: Path, folder: Path) -> Self:
        """Return the file that ``[audit] checkpoint`` names, relative to the manifest's folder; else the one beside."""
        return cls(folder / settings.checkpoint) if settings.checkpoint else cls.beside(database)

    def read(self) -> str | None:
        """Return the note, or None where there is no file.

        A file that is not text gives a note that no key signed.

        Raises:
            OSError: it is there but cannot be read.
        """
        try:
            return self.path.read_bytes().decode(errors="replace")
        except FileNotFoundError:
            return None

    def write(self, note: str) -> None:
        """Replace the note; it is on disk when this returns.

        Raises:
            OSError: it cannot be written; the old note is still there.
        """
        fresh = self.path.with_name(self.path.name + ".new")
        try:
            with fresh.open("w", encoding="utf-8") as file:
                file.write(note)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self.path)
        except OSError:
            with suppress(OSError):
                fresh.unlink(missing_ok=True)
            raise
        _sync_folder(self.path.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
