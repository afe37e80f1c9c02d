"""Sweeps a file of NDJSON on every core for the lines that answer a rule, or that the kernel cannot read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import BinaryIO, Final

from sekimori.watch.domain.sigma.kernel import Kernel

CHUNK: Final = 1 << 20
_SAMPLE: Final = 2000
_WORTH_TUNING: Final = 64 << 20


@dataclass(frozen=True, slots=True)
class Kept:
    """A line worth a closer look: its number from 1, where its bytes are, and the rules it answers.

    `rules` is None where the kernel does not decide: the line is in another envelope, or no record at all.
    """

    number: int
    start: int
    length: int
    rules: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class _Chunk:
    lines: int
    kept: Sequence[tuple[int, int, int, tuple[int, ...] | None]]


def sweep(path: Path, kernel: Kernel, *, workers: int) -> Iterator[Kept]:
    """Yield the lines of a file that are worth a closer look, in their order.

    Each worker takes every n-th chunk and waits where its results are not fetched, so memory stays flat.

    Raises:
        OSError: the file cannot be read.
    """
    if path.stat().st_size > _WORTH_TUNING:
        with path.open("rb") as file:
            kernel.tune(line.strip() for line in islice(file, _SAMPLE))
    count = max(1, -(-path.stat().st_size // CHUNK))
    number = 0
    for chunk in _chunks(path, kernel, count, min(workers, count)):
        for place, start, length, rules in chunk.kept:
            yield Kept(number + place + 1, start, length, rules)
        number += chunk.lines


def _chunks(path: Path, kernel: Kernel, count: int, workers: int) -> Iterator[_Chunk]:
    if workers < 2:
        with path.open("rb") as file:
            yield from (_decided(file, kernel, i) for i in range(count))
        return
    context = get_context("fork")
    pipes = [context.Pipe(duplex=False) for _ in range(workers)]
    started = [
        context.Process(target=_work, args=(path, kernel, range(i, count, workers), out), daemon=True)
        for i, (_, out) in enumerate(pipes)
    ]
    try:
        for process, (_, out) in zip(started, pipes, strict=True):
            process.start()
            out.close()
        for i in range(count):
            yield _received(pipes[i % workers][0])
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.join()


def _received(pipe: Connection) -> _Chunk:
    found = pipe.recv()
    if isinstance(found, OSError):
        raise found
    assert isinstance(found, _Chunk)
    return found


def _work(path: Path, kernel: Kernel, mine: range, out: Connection) -> None:
    try:
        with path.open("rb") as file:
            for i in mine:
                out.send(_decided(file, kernel, i))
    except OSError as error:
        out.send(error)


def _decided(file: BinaryIO, kernel: Kernel, chunk: int) -> _Chunk:
    start, lines = _lines(file, chunk * CHUNK, (chunk + 1) * CHUNK)
    starts = list(accumulate((len(line) + 1 for line in lines), initial=start))
    found = kernel.decide_all(lines)
    kept = [(place, starts[place], len(lines[place]), rules) for place, rules in found if lines[place].strip()]
    return _Chunk(len(lines), kept)


def _lines(file: BinaryIO, start: int, end: int) -> tuple[int, list[bytes]]:
    """Return the lines that begin in a range of bytes, whole, and where the first of them begins."""
    file.seek(max(0, start - 1))
    if start:
        file.readline()
        start = file.tell()
    if start >= end:
        return start, []
    block = file.read(end - start)
    if not block.endswith(b"\n"):
        block += file.readline()
    return start, block.removesuffix(b"\n").split(b"\n") if block else []
