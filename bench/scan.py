"""Measure the watch on generated logs: python -m bench.scan [--events N] [--log FILE]

Everything is measured on the same bytes in one run and told as a ratio to `orjson.loads`, with the shipped rules and
150 others. `stream` is the kernel on one core, in processor time, on lines that it has not seen before; with memory, it
also works out what they mean to the rules that remember. `batch` is what `sekimori scan` does with every line of a
file, on all cores, by the clock: it reads the lines and decides them; with memory, it looks for first sightings too.
What it then does with the lines that it keeps is in `scan`, the whole command. `equal` says whether the plain evaluator
gives the same answers.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson

from bench.events import write_events
from bench.rules import rules
from sekimori.watch.domain.derivation import Derivation
from sekimori.watch.domain.detection import Detector
from sekimori.watch.domain.sigma.evaluate import matches
from sekimori.watch.domain.sigma.kernel import Kernel
from sekimori.watch.domain.sigma.rule import load_rules
from sekimori.watch.domain.sigma.tree import Tree
from sekimori.watch.domain.state.spotting import Spotter
from sekimori.watch.rulebook import shipped_rules
from sekimori.watch.sweep import sweep

CORES = os.cpu_count() or 1
DETECTOR = Detector(shipped_rules())
SLICE = 1000
WARM = 20_000
MOST_LINES = 120_000
ROUNDS = 3


def trees() -> list[Tree]:
    """What the kernel is asked by `sekimori scan` without a manifest, and 150 rules more."""
    others = [rule for text in rules() for rule in load_rules(text, "bench/generated.yml")]
    return DETECTOR.trees + [rule.tree for rule in others]


def kernel(spotter: Spotter | None = None) -> Kernel:
    return Kernel(trees(), Derivation(), shown=spotter.columns if spotter else {})


def parse(lines: list[bytes]) -> None:
    for line in lines:
        orjson.loads(line)


def stream(lines: list[bytes]) -> tuple[list[float], int]:
    """Return the processor seconds of parsing, deciding and spotting too, and how many lines were decoded in full.

    In each round the lines are new to the kernels, as they are in a stream; what is learnt from the first of them is
    not counted. Slice by slice the jobs take turns, and the quickest round counts.
    """
    best: dict[tuple[int, int], float] = {}
    for _ in range(ROUNDS):
        spotter = DETECTOR.spotter()
        plain, showing = kernel(), kernel(spotter)
        jobs: list[Callable[[list[bytes]], object]] = [
            parse,
            plain.sift,
            lambda part, showing=showing, spotter=spotter: (showing.sift(part, spotter), spotter.taken()),  # type: ignore[misc]
        ]
        for each, job in zip((plain, showing), jobs[1:], strict=True):
            each.tune(lines[:1000])
            job(lines[:WARM])
        for start in range(WARM, len(lines), SLICE):
            for number in random.sample(range(len(jobs)), len(jobs)):
                took = timed(jobs[number], lines[start : start + SLICE])
                best[number, start] = min(took, best.get((number, start), took))
    return [sum(took for (job, _), took in best.items() if job == number) for number in range(3)], plain.fallbacks


def timed(job: Callable[[list[bytes]], object], lines: list[bytes]) -> float:
    start = time.process_time()
    job(lines)
    return time.process_time() - start


def swept_in(log: Path, *, remembers: bool) -> float:
    """Seconds that a sweep of a file takes on all cores, the best of some rounds."""
    seconds = []
    for _ in range(ROUNDS):
        spotter = DETECTOR.spotter() if remembers else None
        asked = kernel(spotter)
        start = time.perf_counter()
        sum(looked.lines for looked in sweep(log, asked, workers=CORES, spotter=spotter))
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def read_in(log: Path) -> float:
    """Seconds that reading a file line by line with `orjson.loads` takes, the best of some rounds."""
    seconds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        with log.open("rb") as file:
            for line in file:
                orjson.loads(line)
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def is_equal(lines: list[bytes]) -> bool:
    asked, derivation, found = kernel(), Derivation(), trees()
    asked.tune(lines[:1000])
    for line in lines:
        record = derivation.enriched(orjson.loads(line))
        if asked.decide(line) != tuple(i for i, tree in enumerate(found) if matches(tree, record)):
            return False
    return True


def command(log: Path) -> list[str]:
    return [str(Path(sys.executable).with_name("sekimori")), "scan", str(log), "--format", "json"]


def start_up(log: Path) -> float:
    """Seconds of `sekimori scan` on one small file, the best of five."""
    seconds = []
    for _ in range(5):
        start = time.perf_counter()
        subprocess.run(command(log), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def scanned(log: Path) -> tuple[float, int, int]:
    """Seconds of a whole `sekimori scan`, the megabytes of its largest process, and of all of them together."""
    start = time.perf_counter()
    with subprocess.Popen(command(log), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as scan:
        largest = together = 0
        while scan.poll() is None:
            used = [kilobytes(pid) for pid in (scan.pid, *children(scan.pid))]
            largest = max([largest, *(rss for rss, _ in used)])
            together = max(together, sum(pss for _, pss in used))
            time.sleep(0.1)
    return time.perf_counter() - start, largest // 1024, together // 1024


def children(pid: int) -> Iterator[int]:
    try:
        yield from map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split())
    except OSError:
        return


def kilobytes(pid: int) -> tuple[int, int]:
    """What a process holds in memory; and of that its part, where it shares it with others."""
    try:
        told = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0, 0
    rss, pss = (int(told.partition(f"\n{name}:")[2].split()[0]) for name in ("Rss", "Pss"))
    return rss, pss


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--events", type=int, default=1_000_000, help="how many to generate (default: a million)")
    options.add_argument("--log", type=Path, help="measure on these events instead of generated ones")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if asked.log is None:
            print(f"writing {asked.events:,} events ...", file=sys.stderr, flush=True)
        report(asked.log or write_events(Path(folder) / "events.ndjson", asked.events), Path(folder))


def report(log: Path, folder: Path) -> None:
    with log.open("rb") as file:
        lines = [line.rstrip(b"\n") for _, line in zip(range(MOST_LINES), file, strict=False)]
    size, measured = log.stat().st_size, lines[WARM:]
    print(f"{len(trees())} rules, {size / 1e6:,.0f} MB, events of {sum(map(len, lines)) // len(lines):,} bytes")
    (parsed, decided, spotted), in_full = stream(lines)
    print(f"stream {parsed / decided:.2f} of orjson.loads ({len(measured) / decided:,.0f} events/s on one core)")
    print(f"stream {parsed / spotted:.2f} with memory")
    alone = parsed * size / sum(map(len, measured))
    swept, remembering = swept_in(log, remembers=False), swept_in(log, remembers=True)
    read = read_in(log)
    print(
        f"batch {alone / swept:.2f} of orjson.loads, {read / swept:.2f} of reading the file with it"
        f" ({size / swept / 1e6:,.0f} MB/s on {CORES} cores)"
    )
    print(f"batch {alone / remembering:.2f} and {read / remembering:.2f} with memory")
    small = folder / "small.ndjson"
    small.write_bytes(b"\n".join(lines[:20]))
    print(f"start-up {start_up(small):.2f} s")
    seconds, largest, together = scanned(log)
    print(f"scan {read / seconds:.2f} of reading the file ({seconds:.0f} s for the whole command, every finding told)")
    print(f"RSS {largest} MB in its largest process, {together} MB in all together")
    print(f"decoded in full {in_full}")
    print(f"equal: {'yes' if is_equal(lines[:5000]) else 'NO'}")


if __name__ == "__main__":
    main()
