"""Sweeps NDJSON for the lines that answer a rule, or that the kernel cannot read: a block, or a file on every core.

Two things are for others: `look` decides a block of lines that are at hand, `sweep` a file.
"""

import io
import signal
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple, TypeAlias

from sekimori.watch.documents import LONGEST_LINE
from sekimori.watch.domain.sigma.kernel import Kernel

CHUNK: Final = 1 << 18
_SAMPLE: Final = 2000
_WORTH_TUNING: Final = 64 << 20


class Kept(NamedTuple):
    """A line worth a closer look: its number from 1, where its first byte is, and the rules it answers.

    `rules` is None where the kernel does not decide: the line is in another envelope, no record, or far too long.
    """

    number: int
    start: int
    rules: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class Looked:
    """A block that was looked at: how many lines it has, and those worth a closer look, in their order.

    They are kept by column, which is cheap to hand from one process to another.
    """

    lines: int
    numbers: Sequence[int]
    starts: Sequence[int]
    rules: Sequence[tuple[int, ...] | None]

    def kept(self, lines_before: int = 0) -> Iterator[Kept]:
        """Yield the lines to look at, numbered from the start of what the block is a part of."""
        numbers = [lines_before + number for number in self.numbers]
        return map(Kept._make, zip(numbers, self.starts, self.rules, strict=True))


def look(block: bytes, kernel: Kernel, bytes_before: int = 0) -> Looked:
    """Decide the lines of a block. Blank ones are counted, and not kept."""
    lines = _Lines(block)
    numbers, starts, rules = [], [], []
    for place, fired in kernel.decide_all(lines):
        end = lines.block.tell()
        start = block.rfind(b"\n", 0, end - 1) + 1
        if fired or not block[start:end].isspace():
            numbers.append(place + 1)
            starts.append(bytes_before + start)
            rules.append(fired)
    return Looked(lines.count, numbers, starts, rules)


class _Lines:
    """The lines of a block, counted as they are given. One that is too long to be read is given as an empty object."""

    def __init__(self, block: bytes) -> None:
        self.block = io.BytesIO(block)
        self.count = 0

    def __iter__(self) -> Iterator[bytes]:
        for self.count, line in enumerate(self.block, 1):  # noqa: B020 - the count is read from outside
            yield line if len(line) < LONGEST_LINE else b"{}"


def sweep(
    path: Path,
    kernel: Kernel,
    *,
    workers: int,
    chunk: int = CHUNK,
    progress: Callable[[int], None] = lambda _: None,
) -> Iterator[Kept]:
    """Yield the lines of a file that are worth a closer look, in their order.

    Each worker takes every n-th chunk and waits where its results are not fetched, so memory stays flat. `progress` is
    told how many lines more were looked at.

    Raises:
        OSError: the file cannot be read.
    """
    if path.stat().st_size > _WORTH_TUNING:
        _warm(kernel, path)
    chunks = [range(start, start + chunk) for start in range(0, path.stat().st_size, chunk)]
    number = 0
    for looked in _looked_at(path, kernel, chunks, min(workers, len(chunks))):
        yield from looked.kept(number)
        number += looked.lines
        progress(looked.lines)


def _warm(kernel: Kernel, path: Path) -> None:
    """Have the kernel learn from the first lines what every worker would learn again."""
    with path.open("rb") as file:
        sample = [line.strip() for line in islice(file, _SAMPLE)]
    kernel.tune(sample)
    for _ in kernel.decide_all(sample):
        pass


_Pipe: TypeAlias = tuple[Connection, Connection]


def _looked_at(path: Path, kernel: Kernel, chunks: Sequence[range], workers: int) -> Iterator[Looked]:
    if workers < 2:
        with path.open("rb") as file:
            yield from (_look_in(file, kernel, chunk) for chunk in chunks)
        return
    context = get_context("fork")
    pipes = [context.Pipe(duplex=False) for _ in range(workers)]
    started = [
        context.Process(target=_work, args=(path, kernel, chunks[i::workers], pipes, i), daemon=True)
        for i in range(workers)
    ]
    try:
        for process in started:
            process.start()
        for _, out in pipes:
            out.close()
        for i in range(len(chunks)):
            yield _received(pipes[i % workers][0])
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.join()
        for back, _ in pipes:
            back.close()


def _received(pipe: Connection) -> Looked:
    try:
        found = pipe.recv()
    except EOFError as error:
        raise OSError("a worker was ended from outside") from error
    if isinstance(found, OSError):
        raise found
    assert isinstance(found, Looked)
    return found


def _work(path: Path, kernel: Kernel, mine: Sequence[range], pipes: Sequence[_Pipe], number: int) -> None:
    # The parent hears an interrupt from the keyboard and ends its workers; when it is killed, sending fails.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    out = pipes[number][1]
    for back, forth in pipes:
        back.close()
        if forth is not out:
            forth.close()
    try:
        with path.open("rb") as file:
            for chunk in mine:
                out.send(_look_in(file, kernel, chunk))
    except BrokenPipeError:
        return
    except OSError as error:
        out.send(error)


def _look_in(file: BinaryIO, kernel: Kernel, chunk: range) -> Looked:
    """Look at the lines that begin in a range of a file's bytes."""
    start, block = _lines_in(file, chunk)
    return look(block, kernel, start)


def _lines_in(file: BinaryIO, chunk: range) -> tuple[int, bytes]:
    """Return the lines that begin in a range of bytes, whole, and where the first of them begins.

    Of a line longer than LONGEST_LINE only that much is read.
    """
    start = chunk.start
    if start:
        file.seek(start - 1)
        before = file.readline(len(chunk) + 1)
        start += len(before) - 1
        if start >= chunk.stop or not before.endswith(b"\n"):
            return chunk.stop, b""
    else:
        file.seek(0)
    block = file.read(chunk.stop - start)
    return start, block if block.endswith(b"\n") else block + file.readline(LONGEST_LINE)
