"""The signed head outside the database: a second witness of how long the log is."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

from sekimori.manifest.tables.audit import AuditSettings


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

    def write(self, note: str, *, unless: Callable[[str], bool] = lambda _copy: False) -> None:
        """Replace the note; this one or the one before is on disk whole, whatever happens.

        ``unless`` says of the note that is there that it stays. Whoever writes at the same time, in this process or
        another, waits: nobody replaces what he did not see.

        Raises:
            OSError: it cannot be written; the old note is still there.
        """
        fresh = self.path.with_name(self.path.name + ".new")
        with _alone(fresh) as handle:
            try:
                copy = self.read()
                is_first = copy is None
                if copy is not None and unless(copy):
                    fresh.unlink()
                    return
                os.ftruncate(handle, 0)
                os.write(handle, note.encode())
                os.fsync(handle)
                fresh.replace(self.path)
            except OSError:
                with suppress(OSError):
                    fresh.unlink(missing_ok=True)
                raise
        if is_first:  # a file that is there can lag behind after a power cut, but not be missing
            _sync_folder(self.path.parent)


@contextmanager
def _alone(path: Path) -> Iterator[int]:
    """Open a file to write it, and keep others who write it out meanwhile, those of this process too."""
    while True:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT, 0o666)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            if not _is_at(path, handle):
                continue  # who had it before put it in its place
            yield handle
            return
        finally:
            os.close(handle)


def _is_at(path: Path, handle: int) -> bool:
    with suppress(FileNotFoundError):
        return os.path.samestat(path.stat(), os.fstat(handle))
    return False


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
