"""Sweeps NDJSON for the lines that answer a rule, or that the kernel cannot read: a block, or a file on every core.

Two things are for others: `look` is for lines that are at hand, `sweep` for a file.
"""

import gc
import io
import signal
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import accumulate
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple, TypeAlias

from sekimori.watch.documents import LONGEST_LINE
from sekimori.watch.domain.sigma.kernel import Kernel
from sekimori.watch.domain.state.spotting import Spot, Spotter

CHUNK: Final = 4 << 20
"""Bytes that one worker looks at before it hands over what it found."""
_PIECE: Final = 1 << 18
"""Bytes that are read at a time: few enough to stay in a core's own cache."""
_COLLECT_AFTER: Final = 100_000
_SPOTS: Final = 16
_SPOT: Final = 1 << 16
"""Bytes that are read at each of the spots of a file from which the kernel learns what its lines are like."""
_WORTH_TUNING: Final = 64 << 20


class Kept(NamedTuple):
    """A line worth a closer look: its number from 1, where its first byte is, and the rules it answers.

    `rules` is None where the kernel does not decide: the line is in another envelope, no record, or far too long. What
    a line means to rules that remember is `unseen` where nobody could make it out.
    """

    number: int
    start: int
    rules: tuple[int, ...] | None
    unseen: bool


Spotted: TypeAlias = tuple[int, int, Spot]
"""What a line means to a rule that remembers: its number from 1, where its first byte is, and what it is."""


class Looked(NamedTuple):
    """Lines that were looked at.

    `lines` is how many; `kept` are those worth a closer look, and `spotted` what they mean to rules that remember, each
    in the order of the lines; `latest` is the latest instant that one of them told of.
    """

    lines: int
    kept: list[Kept]
    spotted: list[Spotted]
    latest: datetime | None


def look(lines: Sequence[bytes], kernel: Kernel, spotter: Spotter | None = None) -> Looked:
    """Look at lines. Blank ones are counted, and not kept."""
    longest = max(map(len, lines), default=0)
    readable = lines if longest < LONGEST_LINE else [line if len(line) < LONGEST_LINE else b"{}" for line in lines]
    fired, unseen = kernel.sift(readable, spotter)
    spots, latest = spotter.taken() if spotter else ([], None)
    if not (fired or unseen or spots):
        return Looked(len(lines), [], [], latest)
    starts = list(accumulate(map(len, lines), initial=0))
    rules = dict.fromkeys(unseen, ()) | fired
    blank = {place for place, fired_there in fired.items() if fired_there is None and lines[place].isspace()}
    not_seen = set(unseen)
    kept = [
        Kept(place + 1, starts[place], rules[place], place in not_seen) for place in sorted(rules) if place not in blank
    ]
    return Looked(len(lines), kept, [(spot[0] + 1, starts[spot[0]], spot) for spot in spots], latest)


def sweep(
    path: Path,
    kernel: Kernel,
    *,
    workers: int,
    spotter: Spotter | None = None,
    chunk: int = CHUNK,
    progress: Callable[[int], None] = lambda _: None,
) -> Iterator[Looked]:
    """Yield what is worth a closer look in the lines of a file, some at a time, in their order.

    Each worker takes every n-th chunk and waits where its results are not fetched, so memory stays flat. `progress` is
    told how many lines more were looked at.

    Raises:
        OSError: the file cannot be read.
    """
    size = path.stat().st_size
    if size > _WORTH_TUNING:
        _warm(kernel, path, size)
    chunks = [range(start, start + chunk) for start in range(0, size, chunk)]
    before = 0
    for looked in _looked_at(path, kernel, spotter, chunks, min(workers, len(chunks))):
        yield _moved(looked, before, 0)
        before += looked.lines
        progress(looked.lines)


def _moved(looked: Looked, lines: int, size: int) -> Looked:
    """Return what was looked at as it is behind so many lines, of that size in bytes."""
    return looked._replace(
        kept=[Kept(number + lines, start + size, rules, unseen) for number, start, rules, unseen in looked.kept],
        spotted=[(number + lines, start + size, spot) for number, start, spot in looked.spotted],
    )


def _warm(kernel: Kernel, path: Path, size: int) -> None:
    """Have the kernel learn, from lines all over a file, what every worker would learn again."""
    sample: list[bytes] = []
    with path.open("rb") as file:
        for spot in range(_SPOTS):
            start = size * spot // _SPOTS
            block = file.read(_SPOT) if _first_line(file, range(start, size)) < size else b""
            sample += block.split(b"\n")[:-1]
    kernel.tune(sample)
    kernel.sift(sample)


_Pipe: TypeAlias = tuple[Connection, Connection]


def _looked_at(
    path: Path, kernel: Kernel, spotter: Spotter | None, chunks: Sequence[range], workers: int
) -> Iterator[Looked]:
    if workers < 2:
        with path.open("rb") as file:
            yield from (_look_in(file, kernel, spotter, chunk) for chunk in chunks)
        return
    context = get_context("fork")
    pipes = [context.Pipe(duplex=False) for _ in range(workers)]
    started = [
        context.Process(target=_work, args=(path, kernel, spotter, chunks[i::workers], (pipes, i)), daemon=True)
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
    path: Path,
    kernel: Kernel,
    spotter: Spotter | None,
    mine: Sequence[range],
    back_and_forth: tuple[Sequence[_Pipe], int],
) -> None:
    # The parent hears an interrupt from the keyboard and ends its workers; when it is killed, sending fails.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # What was made before the fork stays, and a worker makes nothing that only the collector could let go of.
    gc.freeze()
    gc.set_threshold(_COLLECT_AFTER)
    pipes, number = back_and_forth
    out = pipes[number][1]
    for back, forth in pipes:
        back.close()
        if forth is not out:
            forth.close()
    try:
        with path.open("rb") as file:
            for chunk in mine:
                out.send(_look_in(file, kernel, spotter, chunk))
    except BrokenPipeError:
        return
    except OSError as error:
        out.send(error)


def _look_in(file: BinaryIO, kernel: Kernel, spotter: Spotter | None, chunk: range) -> Looked:
    """Look at the lines that begin in a range of a file's bytes."""
    count, kept, spotted, latest = 0, [], [], None
    start = _first_line(file, chunk)
    while start < chunk.stop and (block := file.read(min(_PIECE, chunk.stop - start))):
        lines, size = io.BytesIO(block).readlines(), len(block)
        if not block.endswith(b"\n"):
            rest = file.readline(LONGEST_LINE)
            lines[-1] += rest
            size += len(rest) + (_passed_over(file) if len(rest) == LONGEST_LINE else 0)
        looked = _moved(look(lines, kernel, spotter), count, start)
        count += looked.lines
        kept += looked.kept
        spotted += looked.spotted
        latest = max(filter(None, (latest, looked.latest)), default=None)
        start += size
    return Looked(count, kept, spotted, latest)


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
