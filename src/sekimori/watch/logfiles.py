"""Log files as they lie on a disk: NDJSON, JSON, arrays, compressed, in folders, or on standard input."""

import gzip
import io
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, ClassVar, Final

import zstandard

from sekimori.core.errors import SekimoriError
from sekimori.watch.documents import Unreadable, Value, read_stream

STANDARD_INPUT: Final = "-"
SUFFIXES: Final = (".json", ".ndjson", ".jsonl", ".log", ".json.gz", ".ndjson.gz", ".jsonl.gz", ".log.gz")
_COMPRESSED: Final = (".gz", ".zst")
_GZIP: Final = b"\x1f\x8b"
_ZSTD: Final = b"\x28\xb5\x2f\xfd"


class LogsNotFoundError(SekimoriError):
    """There is nothing to read at a path."""

    code: ClassVar[str] = "logs.not_found"


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """A value, or what could not be read, and where it stood."""

    path: str
    value: Value | Unreadable


def read_logs(paths: list[str]) -> Iterator[Located]:
    """Yield every JSON value of the files, folders and streams named; what cannot be read is a value of its own.

    Raises:
        LogsNotFoundError: a path does not exist, or a folder holds no log.
    """
    for path in [found for named in paths for found in log_files(named)]:
        yield from read_log(path)


def read_log(path: str) -> Iterator[Located]:
    """Yield every JSON value of one file or of standard input; what cannot be read is a value of its own."""
    try:
        stream = _opened(path)
    except OSError as error:
        yield Located(path=path, value=Unreadable(line=1, reason=error.strerror or str(error)))
        return
    with stream:
        yield from (Located(path=path, value=value) for value in read_stream(stream))


def is_plain_file(path: str, size: int) -> bool:
    """Say whether a path is a file of at least so many bytes that can be read at any place: no pipe, not compressed."""
    try:
        if path == STANDARD_INPUT or not Path(path).is_file() or Path(path).stat().st_size < size:
            return False
        with Path(path).open("rb") as file:
            start = file.read(4)
    except OSError:
        return False
    return not start.startswith(_GZIP) and start != _ZSTD


def log_files(named: str) -> list[str]:
    """Return the files behind a path: itself, or for a folder every log below it, sorted.

    What may not be looked at is among them, folders too: whoever reads it is told why it cannot be read.

    Raises:
        LogsNotFoundError: the path does not exist, or the folder holds no log.
    """
    if named == STANDARD_INPUT:
        return [named]
    path = Path(named)
    try:
        is_folder, exists = path.is_dir(), path.exists()
    except OSError:
        return [named]
    if is_folder:
        found = sorted(_below(named))
        if not found:
            raise LogsNotFoundError(f"no logs in {named}", hint=f"looked for files that end in {', '.join(SUFFIXES)}")
        return found
    if not exists:
        raise LogsNotFoundError(f"no such file or folder: {named}")
    return [named]


def _below(folder: str) -> list[str]:
    """Return the logs in a folder and the folders below it, and those folders that cannot be listed."""
    closed: list[str] = []
    files = [
        str(Path(root) / name)
        for root, _, names in os.walk(folder, onerror=lambda error: closed.append(str(Path(error.filename))))
        for name in names
        if _is_log(Path(root) / name)
    ]
    return files + closed


def _is_log(file: Path) -> bool:
    name = file.name.casefold()
    for suffix in _COMPRESSED:
        name = name.removesuffix(suffix)
    try:
        return name.endswith(SUFFIXES) and file.is_file()
    except OSError:
        return True


def _opened(path: str) -> IO[bytes]:
    if path == STANDARD_INPUT:
        return _unpacked(io.BufferedReader(sys.stdin.buffer))  # type: ignore[arg-type]
    return _unpacked(Path(path).open("rb"))


def _unpacked(raw: io.BufferedReader) -> IO[bytes]:
    """Look at the first bytes, never at the name: a renamed archive is still one."""
    start = raw.peek(4)[:4]
    if start.startswith(_GZIP):
        return io.BufferedReader(gzip.GzipFile(fileobj=raw))
    if start == _ZSTD:
        reader = zstandard.ZstdDecompressor().stream_reader(raw, read_across_frames=True)
        return io.BufferedReader(reader)
    return raw
