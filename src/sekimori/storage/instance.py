"""Which instance this is: the same after a restart, and no other that is alive."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Final

from sekimori.storage.errors import StorageUnavailable

_LONGEST: Final = 100


@contextmanager
def held_instance(database: Path, *, new_id: Callable[[], str]) -> Iterator[str]:
    """Give the name of this instance, for as long as the block runs.

    The name is kept in ``<database>.instance`` and locked: who is killed and started again finds his own name, and
    knows that what was claimed under it is not in work. A second process in the same folder gets ``….instance-2``.
    Where the folder does not outlive the process, each run has a name of its own, and leases tell who is gone.

    Raises:
        StorageUnavailable: the file cannot be used.
    """
    for number in count(1):
        path = database.with_name(f"{database.name}.instance" + (f"-{number}" if number > 1 else ""))
        try:
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StorageUnavailable("this instance's name cannot be kept", hint=f"{path}: {error.strerror}") from error
        try:
            if _locked(handle):
                yield _name(handle, new_id)
                return
        finally:
            os.close(handle)


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _name(handle: int, new_id: Callable[[], str]) -> str:
    known = os.pread(handle, _LONGEST, 0).decode(errors="replace").strip()
    if known.isprintable() and known:
        return known
    fresh = new_id()
    os.pwrite(handle, f"{fresh}\n".encode(), 0)
    os.ftruncate(handle, len(fresh.encode()) + 1)
    os.fsync(handle)
    return fresh
