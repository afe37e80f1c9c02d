"""Sweeps a file of NDJSON on every core for the lines that answer a rule, or that the kernel cannot read."""

import signal
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import BinaryIO, Final, TypeAlias

from sekimori.watch.documents import LONGEST_LINE
from sekimori.watch.domain.sigma.kernel import Kernel

CHUNK: Final = 1 << 20
_SAMPLE: Final = 2000
_WORTH_TUNING: Final = 64 << 20


@dataclass(frozen=True, slots=True)
class Kept:
    """A line worth a closer look: its number from 1, where its first byte is, and the rules it answers.

    `rules` is None where the kernel does not decide: the line is in another envelope, no record, or far too long.
    """

    number: int
    start: int
    rules: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class _Chunk:
    lines: int
    kept: Sequence[tuple[int, int, tuple[int, ...] | None]]


_Pipe: TypeAlias = tuple[Connection, Connection]


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
        with path.open("rb") as file:
            kernel.tune(line.strip() for line in islice(file, _SAMPLE))
    chunks = [range(start, start + chunk) for start in range(0, path.stat().st_size, chunk)]
    number = 0
    for decided in _decided_chunks(path, kernel, chunks, min(workers, len(chunks))):
        for place, start, rules in decided.kept:
            yield Kept(number + place + 1, start, rules)
        number += decided.lines
        progress(decided.lines)


def _decided_chunks(path: Path, kernel: Kernel, chunks: Sequence[range], workers: int) -> Iterator[_Chunk]:
    if workers < 2:
        with path.open("rb") as file:
            yield from (_decided(file, kernel, chunk) for chunk in chunks)
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


def _received(pipe: Connection) -> _Chunk:
    try:
        found = pipe.recv()
    except EOFError as error:
        raise OSError("a worker was ended from outside") from error
    if isinstance(found, OSError):
        raise found
    assert isinstance(found, _Chunk)
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
                out.send(_decided(file, kernel, chunk))
    except BrokenPipeError:
        return
    except OSError as error:
        out.send(error)


def _decided(file: BinaryIO, kernel: Kernel, chunk: range) -> _Chunk:
    start, lines = _lines(file, chunk.start, chunk.stop)
    starts = list(accumulate((len(line) + 1 for line in lines), initial=start))
    apart = {place: lines[place] for place in range(len(lines)) if not _is_decidable(lines[place])}
    for place in apart:
        lines[place] = b"{}"
    found = kernel.decide_all(lines)
    kept = [(place, starts[place], rules) for place, rules in found if apart.get(place, lines[place]).strip()]
    return _Chunk(len(lines), kept)


def _is_decidable(line: bytes) -> bool:
    """Say whether a line is for the kernel: of a bearable length, and in UTF-8 to its end, which nobody else checks."""
    if line.isascii():
        return len(line) < LONGEST_LINE
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return len(line) < LONGEST_LINE


def _lines(file: BinaryIO, start: int, end: int) -> tuple[int, list[bytes]]:
    """Return the lines that begin in a range of bytes, whole, and where the first of them begins.

    Of a line longer than LONGEST_LINE only that much is read.
    """
    if start:
        file.seek(start - 1)
        before = file.readline(end - start + 1)
        start += len(before) - 1
        if start >= end or not before.endswith(b"\n"):
            return end, []
    else:
        file.seek(0)
    block = file.read(end - start)
    if not block.endswith(b"\n"):
        block += file.readline(LONGEST_LINE)
    lines = block.split(b"\n")
    return start, lines if lines[-1] else lines[:-1]
