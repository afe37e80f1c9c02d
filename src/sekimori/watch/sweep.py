"""Sweeps NDJSON for the lines that answer a rule, or that the kernel cannot read: a block, or a file on every core.

Two things are for others: `look` decides a block of lines that are at hand, `sweep` a file.
"""

import io
import signal
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple, TypeAlias

from sekimori.watch.documents import LONGEST_LINE
from sekimori.watch.domain.sigma.kernel import Kernel, News

CHUNK: Final = 4 << 20
"""Bytes that one worker looks at before it hands over what it found."""
_PIECE: Final = 1 << 18
"""Bytes that are read at a time: few enough to stay in a core's own cache."""
_SPOTS: Final = 16
_SPOT: Final = 1 << 16
"""Bytes that are read at each of the spots of a file from which the kernel learns what its lines are like."""
_WORTH_TUNING: Final = 64 << 20


class Kept(NamedTuple):
    """A line worth a closer look: its number from 1, where its first byte is, and the rules it answers.

    `rules` is None where the kernel does not decide: the line is in another envelope, no record, or far too long. There
    are none where the line answers no rule, but shows something new.
    """

    number: int
    start: int
    rules: tuple[int, ...] | None


@dataclass(slots=True)
class Looked:
    """Lines that were looked at: how many, and those worth a closer look, in their order.

    They are kept by column, which is cheap to hand from one process to another.
    """

    lines: int
    numbers: list[int]
    starts: list[int]
    rules: list[tuple[int, ...] | None]

    def kept(self, lines_before: int = 0) -> Iterator[Kept]:
        """Yield the lines to look at, numbered from the start of what these are a part of."""
        numbers = [lines_before + number for number in self.numbers]
        return map(Kept._make, zip(numbers, self.starts, self.rules, strict=True))

    def add(self, more: "Looked", start: int) -> None:
        """Add the lines that follow, from a byte on."""
        self.numbers += [self.lines + number for number in more.numbers]
        self.starts += [start + each for each in more.starts]
        self.rules += more.rules
        self.lines += more.lines


def look(lines: Sequence[bytes], kernel: Kernel, news: News | None = None) -> Looked:
    """Decide lines. Blank ones are counted, and not kept; those that are news are."""
    longest = max(map(len, lines), default=0)
    readable = lines if longest < LONGEST_LINE else [line if len(line) < LONGEST_LINE else b"{}" for line in lines]
    found = Looked(len(lines), [], [], [])
    for place, fired in kernel.decide_all(readable, news):
        if fired is not None or not lines[place].isspace():
            found.numbers.append(place + 1)
            found.rules.append(fired)
    if found.numbers:
        starts = [0, *accumulate(map(len, lines))]
        found.starts = [starts[number - 1] for number in found.numbers]
    return found


def sweep(
    path: Path,
    kernel: Kernel,
    *,
    workers: int,
    news: News | None = None,
    chunk: int = CHUNK,
    progress: Callable[[int], None] = lambda _: None,
) -> Iterator[Kept]:
    """Yield the lines of a file that are worth a closer look, in their order.

    Each worker takes every n-th chunk and waits where its results are not fetched, so memory stays flat. `progress` is
    told how many lines more were looked at.

    Raises:
        OSError: the file cannot be read.
    """
    size = path.stat().st_size
    if size > _WORTH_TUNING:
        _warm(kernel, path, size)
    chunks = [range(start, start + chunk) for start in range(0, size, chunk)]
    number = 0
    for looked in _looked_at(path, kernel, news, chunks, min(workers, len(chunks))):
        yield from looked.kept(number)
        number += looked.lines
        progress(looked.lines)


def _warm(kernel: Kernel, path: Path, size: int) -> None:
    """Have the kernel learn, from lines all over a file, what every worker would learn again."""
    sample: list[bytes] = []
    with path.open("rb") as file:
        for spot in range(_SPOTS):
            start = size * spot // _SPOTS
            block = file.read(_SPOT) if _first_line(file, range(start, size)) < size else b""
            sample += block.split(b"\n")[:-1]
    kernel.tune(sample)
    for _ in kernel.decide_all(sample):
        pass


_Pipe: TypeAlias = tuple[Connection, Connection]


def _looked_at(
    path: Path, kernel: Kernel, news: News | None, chunks: Sequence[range], workers: int
) -> Iterator[Looked]:
    if workers < 2:
        with path.open("rb") as file:
            yield from (_look_in(file, kernel, news, chunk) for chunk in chunks)
        return
    context = get_context("fork")
    pipes = [context.Pipe(duplex=False) for _ in range(workers)]
    started = [
        context.Process(target=_work, args=(path, kernel, news, chunks[i::workers], (pipes, i)), daemon=True)
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


def _work(
    path: Path, kernel: Kernel, news: News | None, mine: Sequence[range], back_and_forth: tuple[Sequence[_Pipe], int]
) -> None:
    # The parent hears an interrupt from the keyboard and ends its workers; when it is killed, sending fails.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    pipes, number = back_and_forth
    out = pipes[number][1]
    for back, forth in pipes:
        back.close()
        if forth is not out:
            forth.close()
    try:
        with path.open("rb") as file:
            for chunk in mine:
                out.send(_look_in(file, kernel, news, chunk))
    except BrokenPipeError:
        return
    except OSError as error:
        out.send(error)


def _look_in(file: BinaryIO, kernel: Kernel, news: News | None, chunk: range) -> Looked:
    """Look at the lines that begin in a range of a file's bytes."""
    found = Looked(0, [], [], [])
    start = _first_line(file, chunk)
    while start < chunk.stop and (block := file.read(min(_PIECE, chunk.stop - start))):
        lines, size = io.BytesIO(block).readlines(), len(block)
        if not block.endswith(b"\n"):
            rest = file.readline(LONGEST_LINE)
            lines[-1] += rest
            size += len(rest) + (_passed_over(file) if len(rest) == LONGEST_LINE else 0)
        found.add(look(lines, kernel, news), start)
        start += size
    return found


def _passed_over(file: BinaryIO) -> int:
    """Pass over the rest of a line that is too long to be read, and return how many bytes that was."""
    size = 0
    while rest := file.readline(_PIECE):
        size += len(rest)
        if rest.endswith(b"\n"):
            break
    return size


def _first_line(file: BinaryIO, chunk: range) -> int:
    """Go to the first line that begins in a range of bytes, and return where that is; its end if there is none."""
    if not chunk.start:
        file.seek(0)
        return 0
    file.seek(chunk.start - 1)
    before = file.readline(len(chunk) + 1)
    start = chunk.start + len(before) - 1
    return start if before.endswith(b"\n") else chunk.stop
