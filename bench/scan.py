"""Measure the watch on generated logs: python -m bench.scan [--events N] [--log FILE] [--full]

Prints, as ratios taken in one run on the same bytes: how fast one core decides a stream of events against
`orjson.loads`, how fast all cores sweep a file, whether the plain evaluator finds the same, how long `sekimori scan`
takes on one small file, and the memory of a sweep over all events.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import orjson

from bench.events import write_events
from bench.rules import rules
from sekimori.watch.domain.derivation import Derivation
from sekimori.watch.domain.detection import Detector, asked_tree
from sekimori.watch.domain.sigma.evaluate import matches
from sekimori.watch.domain.sigma.kernel import Kernel
from sekimori.watch.domain.sigma.rule import SigmaRule, load_rules
from sekimori.watch.domain.state.familiar import Familiar
from sekimori.watch.rulebook import shipped_rules
from sekimori.watch.sweep import sweep

GLANCE = Detector(shipped_rules()).glance
MESSAGE = 200
ROUNDS = 7


def all_rules() -> list[SigmaRule]:
    """The shipped rules, as the kernel is asked them by `sekimori scan` without a manifest, and 150 others."""
    asked = Detector(shipped_rules()).rules
    shipped = [replace(rule.sigma, tree=asked_tree(rule)) for rule in asked]
    others = [rule for text in rules() for rule in load_rules(text, "bench/generated.yml")]
    return shipped + others


def kernel_of(found: list[SigmaRule]) -> Kernel:
    return Kernel([rule.tree for rule in found], Derivation())


def messages(lines: list[bytes]) -> Iterable[list[bytes]]:
    return (lines[i : i + MESSAGE] for i in range(0, len(lines), MESSAGE))


def parse(lines: list[bytes]) -> None:
    for line in lines:
        orjson.loads(line)


def stream(kernel: Kernel, lines: list[bytes]) -> None:
    for message in messages(lines):
        for _ in kernel.decide_all(message):
            pass


def glance(lines: list[bytes], familiar: Familiar) -> None:
    """Look for first sightings; in the first round of a slice all are, in the later ones none."""
    shows_news = GLANCE.shows_news
    for line in lines:
        shows_news(line, familiar)


def rates(jobs: list[Callable[[list[bytes]], None]], lines: list[bytes]) -> list[float]:
    """Processor seconds of each job over the lines: slice by slice in turn, the best of some rounds."""
    total = [0.0] * len(jobs)
    for i in range(0, len(lines), 4000):
        part = lines[i : i + 4000]
        for j, job in enumerate(jobs):
            total[j] += min(_timed(job, part) for _ in range(ROUNDS))
    return total


def _timed(job: Callable[[list[bytes]], None], lines: list[bytes]) -> float:
    start = time.process_time()
    job(lines)
    return time.process_time() - start


def swept_in(log: Path, kernel: Kernel) -> float:
    """Seconds of a sweep on all cores, were they ours alone: our own processor time, and the workers' spread evenly."""
    cores = os.cpu_count() or 1
    start, before = time.process_time(), resource.getrusage(resource.RUSAGE_CHILDREN)
    sum(1 for _ in sweep(log, kernel, workers=cores))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    workers = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.process_time() - start + workers / cores


def is_equal(kernel: Kernel, found: list[SigmaRule], lines: list[bytes]) -> bool:
    derivation = Derivation()
    for line in lines:
        record = derivation.enriched(orjson.loads(line))
        if kernel.decide(line) != tuple(i for i, rule in enumerate(found) if matches(rule.tree, record)):
            return False
    return True


def start_up(log: Path) -> float:
    """Seconds of `sekimori scan` on one small file, the best of five."""
    command = [str(Path(sys.executable).with_name("sekimori")), "scan", str(log), "--format", "json"]
    seconds = []
    for _ in range(5):
        start = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def memory(log: Path) -> int:
    """Megabytes at most of a process that sweeps the file, its workers each counted by itself."""
    code = f"import bench.scan as b; from pathlib import Path; b.swept(Path({str(log)!r}))"
    used = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return int(used.stdout.split()[-1])


def swept(log: Path) -> None:
    count = sum(1 for _ in sweep(log, kernel_of(all_rules()), workers=os.cpu_count() or 1))
    # Linux: ru_maxrss of a new program starts with what its parent had; the high-water mark of its own memory does not.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    own = int(status.partition("VmHWM:")[2].split()[0])
    workers = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(count, max(own, workers) // 1024)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--events", type=int, default=60_000)
    options.add_argument("--log", type=Path, help="measure on these events instead of generated ones")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        log = asked.log or write_events(Path(folder) / "events.ndjson", asked.events)
        report(log, Path(folder))


def report(log: Path, folder: Path) -> None:
    found = all_rules()
    kernel = kernel_of(found)
    with log.open("rb") as file:
        lines = [line.rstrip(b"\n") for _, line in zip(range(60_000), file, strict=False)]
    kernel.tune(lines[:2000])
    stream(kernel, lines)
    print(f"{len(found)} rules, {len(lines):,} events of {sum(map(len, lines)) // len(lines):,} bytes")
    familiar = Familiar()
    jobs = [parse, lambda part: stream(kernel, part), lambda part: glance(part, familiar)]
    parsed, decided, glanced = rates(jobs, lines)
    print(f"stream {parsed / decided:.2f} of orjson.loads ({len(lines) / decided:,.0f} events/s on one core)")
    print(f"with a glance for first sightings {parsed / (decided + glanced):.2f}")
    size = log.stat().st_size
    seconds = swept_in(log, kernel_of(found))
    per_byte = parsed / sum(map(len, lines))
    print(f"batch {size * per_byte / seconds:.2f} of orjson.loads ({size / seconds / 1e6:,.0f} MB/s on all cores)")
    small = folder / "small.ndjson"
    small.write_bytes(b"\n".join(lines[:20]))
    print(f"start-up {start_up(small):.2f} s")
    print(f"RSS {memory(log)} MB")
    print(f"decoded in full {kernel.fallbacks}")
    print(f"equal: {'yes' if is_equal(kernel, found, lines[:5000]) else 'NO'}")


if __name__ == "__main__":
    main()
