"""Follows log files that grow, rotate and are cut, and resumes where it was told to."""

import asyncio
import hashlib
import os
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import msgspec
import structlog

from sekimori.manifest.tables.sources import WatchSource
from sekimori.watch.batch import Batch, Line, Stored
from sekimori.watch.meters import Meters
from sekimori.watch.sources import Around, Opened

KIND: Final = "files"
READ_AT_ONCE: Final = 4 * 1024 * 1024
"""Bytes taken from one file before the others get their turn."""
_MARKED: Final = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """How far one file has been read: up to ``offset`` bytes, ``line`` whole lines, of the file ``inode``.

    ``mark`` is a digest of the bytes before the offset: other bytes there are another log, cut and grown again. It is
    empty where an earlier version wrote the position.
    """

    inode: int = 0
    offset: int = 0
    line: int = 0
    mark: str = ""


def _position_of(text: str) -> Position:
    return msgspec.json.decode(text, type=Position) if text else Position()


def read_new_lines(path: Path, position: Position) -> tuple[tuple[Line, ...], Position]:
    """Read the whole lines that a file gained since a position.

    A line whose end has not been written yet is left for the next time. A file that is shorter than the position, that
    has other bytes before it, or another file under the same name, is read from its beginning.

    Raises:
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        about = os.fstat(file.fileno())
        before = _bytes_before(file, position.offset)
        if about.st_ino != position.inode or about.st_size < position.offset or not _is_marked(before, position):
            position, before = Position(inode=about.st_ino), b""
        file.seek(position.offset)
        data = file.read(READ_AT_ONCE)
        if len(data) == READ_AT_ONCE and b"\n" not in data:
            data += file.readline()
    whole = data[: data.rfind(b"\n") + 1]
    texts = whole.split(b"\n")[:-1]
    lines = tuple(
        Line(text=text.rstrip(b"\r"), path=str(path), line=position.line + number)
        for number, text in enumerate(texts, start=1)
    )
    after = Position(
        inode=about.st_ino,
        offset=position.offset + len(whole),
        line=position.line + len(texts),
        mark=_mark((before + whole)[-_MARKED:]),
    )
    return lines, after


def _inode(path: Path) -> int:
    """Return a file's inode, 0 where it has gone."""
    try:
        return path.stat().st_ino
    except OSError:
        return 0


def _bytes_before(file: BinaryIO, offset: int) -> bytes:
    start = max(0, offset - _MARKED)
    file.seek(start)
    return file.read(offset - start)


def _is_marked(before: bytes, position: Position) -> bool:
    return not position.mark or _mark(before) == position.mark


def _mark(text: bytes) -> str:
    return hashlib.blake2b(text, digest_size=8).hexdigest() if text else ""


class FileCollector:
    """Follows every file that a pattern names, files that appear later included.

    ``pattern`` is a path whose last part may hold wildcards; ``pause`` is the time in seconds between two looks.
    """

    def __init__(self, pattern: Path, *, stored: Stored, pause: float = 0.2, meters: Meters | None = None) -> None:
        self._pattern = pattern
        self._stored = stored
        self._pause = pause
        self.unreadable: dict[str, str] = {}
        if meters:
            meters.follow_files(lambda: len(self.unreadable))

    async def batches(self) -> AsyncGenerator[Batch]:
        """Yield batches for ever; a batch counts as dealt with when the next one is asked for."""
        positions = dict(await self._stored())
        while True:
            found = False
            await asyncio.to_thread(self._look_at_folder)
            for path in sorted(self._pattern.parent.glob(self._pattern.name)):
                batch = await asyncio.to_thread(self._read, path, positions)
                if batch.lines:
                    found = True
                    yield batch
                    positions.update(batch.positions)
            if not found:
                await asyncio.sleep(self._pause)

    def _look_at_folder(self) -> None:
        """Say where the folder itself is not there: nothing would ever be read, and nothing be amiss."""
        folder = self._pattern.parent
        if folder.is_dir():
            self.unreadable.pop(str(folder), None)
        else:
            self._tell(str(folder), "there is no such folder")

    def _read(self, path: Path, positions: Mapping[str, str]) -> Batch:
        name = str(path)
        since = positions.get(name, "")
        try:
            lines, position = self._rest(path, since) or read_new_lines(path, _position_of(since))
        except OSError as error:
            self._tell(name, error.strerror or type(error).__name__)
            return Batch(lines=())
        self.unreadable.pop(name, None)
        return Batch(lines=lines, positions={name: msgspec.json.encode(position).decode()}, since={name: since})

    def _rest(self, path: Path, since: str) -> tuple[tuple[Line, ...], Position] | None:
        """Read what a file gained after the last look and before it was renamed and another took its name.

        Only where the pattern does not name it by its new name: there it is read as a file of its own.
        """
        position = _position_of(since)
        if not position.inode or path.stat().st_ino == position.inode:
            return None
        for other in path.parent.iterdir():
            if _inode(other) == position.inode and not other.match(self._pattern.name):
                lines, after = read_new_lines(other, position)
                return (lines, after) if lines else None
        return None

    def _tell(self, name: str, reason: str) -> None:
        if self.unreadable.get(name) != reason:
            structlog.get_logger("sekimori.watch").warning("file.not_read", path=name, reason=reason)
        self.unreadable[name] = reason


def open_source(source: WatchSource, around: Around) -> Opened:
    """Open the files that a source names."""
    return Opened(
        collector=FileCollector(around.folder / (source.path or "*"), stored=around.stored, meters=around.meters)
    )
