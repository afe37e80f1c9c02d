"""Measure the desk under load: python -m bench.desk [--rate 25] [--seconds 60] [--kills 3]

Questions come from the simulator's Slack at a fixed rate to `sekimori serve`, a process of its own, which is killed
(-9) and started anew while they come. Prints how soon Slack is acknowledged, how soon the answer is posted, how long a
week's picture takes, and whether any question was lost or answered twice; the status is 1 where a target is missed.

Of each time both figures are printed: from outside, by the clock on the wall, and what of it is ours, which is what
the target is for (:mod:`bench.questions` says how the two are told apart). Questions that a kill overtook are counted,
and not timed: those that were under way when the service was killed, and those that came until it had caught up.

The simulator and the service share the machine. The processor time of both is printed, and that which other programs
took meanwhile: where it is more than a little, run it again.
"""

import argparse
import asyncio
import contextlib
import math
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

from bench.questions import Calls, Load, Took, acknowledged, answered, calls_of
from sekimori.cli._demo.service import running_service
from sekimori.cli._demo.stage import free_port, write_manifest
from sekimori.core.timespan import Timespan
from sekimori.desk.domain.disclosure import Day, Slot
from sekimori.desk.domain.free_busy import FbType
from sekimori.desk.domain.policy import Language
from sekimori.desk.slack.picture import draw_page
from sekimori.desk.slack.week import Page
from sekimori.desk.slack.wording import WORDINGS
from sekimori.manifest.loader import load as load_manifest
from sekimori.sim.server import Simulator
from sekimori.sim.settings import SimulatorSettings
from sekimori.storage.audit_reader import SqlAuditReader
from sekimori.storage.database import open_for_reading

ZONE = ZoneInfo("Asia/Tokyo")
PATIENCE = 120.0
PICTURES = 30
ACK, OWN, PICTURE = 0.100, 0.250, 0.150


async def ask_at(load: Load, rate: float, seconds: float) -> None:
    started, asking = time.monotonic(), []
    for number in range(round(rate * seconds)):
        await asyncio.sleep(max(0.0, started + number / rate - time.monotonic()))
        asking.append(asyncio.create_task(load.ask()))
    await asyncio.gather(*asking)


async def until_settled(load: Load) -> None:
    deadline = time.monotonic() + PATIENCE
    while not load.settled() and time.monotonic() < deadline:  # noqa: ASYNC110 - the service is another process
        await asyncio.sleep(0.05)
    await load.sim.control.settled()


async def caught_up(load: Load, before: float) -> None:
    """Wait until everything that was asked before an instant is answered: a restart leaves a queue behind."""
    deadline = time.monotonic() + PATIENCE
    while not load.settled(before) and time.monotonic() < deadline:  # noqa: ASYNC110 - the same
        await asyncio.sleep(0.02)


async def run(folder: Path, rate: float, seconds: float, kills: int) -> tuple[Load, Calls]:
    ports = {name: free_port(0) for name in ("listen", "slack", "graph")}
    url = f"http://127.0.0.1:{ports['listen']}"
    settings = SimulatorSettings(
        folder=folder,
        clock=lambda: datetime.now(UTC),
        seed=1,
        slack_port=ports["slack"],
        graph_port=ports["graph"],
        events_url=f"{url}/slack/events",
        retry_delays=(0.5, 1.0, 2.0, 4.0, 8.0, 16.0),
    )
    manifest = write_manifest(folder, ports, settings)
    async with contextlib.AsyncExitStack() as stack:
        load = Load(await stack.enter_async_context(Simulator.start(settings)))
        service = await stack.enter_async_context(running_service(manifest, url, folder / "run-0.log"))
        await load.ask()
        await until_settled(load)  # the first question warms what later ones use
        load.disturbed.append((0.0, time.monotonic()))
        asking = asyncio.create_task(ask_at(load, rate, seconds))
        for number in range(1, kills + 1):
            await asyncio.sleep(seconds / (kills + 1))
            killed = time.monotonic()
            service.process.kill()
            await service.process.wait()
            service = await stack.enter_async_context(running_service(manifest, url, folder / f"run-{number}.log"))
            ready = time.monotonic()
            await caught_up(load, ready)
            load.disturbed.append((killed, time.monotonic()))
            load.restarts.append((ready - killed, time.monotonic() - ready))
        await asking
        await until_settled(load)
        await asyncio.sleep(1.0)  # what is answered twice comes late
        await service.stop()
        load.look()
        return load, await recorded_calls(manifest)


async def recorded_calls(manifest: Path) -> Calls:
    """Read in the service's audit log which of Graph's calls served which answer."""
    declared = load_manifest(manifest).service.storage
    async with await open_for_reading(declared, folder=manifest.parent) as database:
        return await calls_of(SqlAuditReader(database).read())


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """Processor seconds since the start: of this program, of the services it waited for, of the whole machine."""

    own: float
    services: float
    machine: float | None

    @classmethod
    def until_now(cls) -> "Spent":
        times = os.times()
        return cls(own=times.user + times.system, services=times.children_user + times.children_system, machine=_busy())

    def since(self, before: "Spent") -> "Spent":
        machine = None if self.machine is None or before.machine is None else self.machine - before.machine
        return Spent(own=self.own - before.own, services=self.services - before.services, machine=machine)


def _busy() -> float | None:
    """Return how long the machine's processors were busy since it was started; Linux says so."""
    try:
        user, nice, system, _idle, _waiting, *further = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
    except (OSError, ValueError):
        return None
    return sum(map(int, (user, nice, system, *further[:3]))) / os.sysconf("SC_CLK_TCK")


def week() -> Page:
    """A week with all kinds of time in it, as pictures show them."""
    monday = date(2026, 11, 30)
    kinds = (FbType.FREE, FbType.BUSY, FbType.TENTATIVE, FbType.OUT_OF_OFFICE, FbType.UNKNOWN)
    days = []
    for number in range(7):
        start = datetime(monday.year, monday.month, monday.day, 8, tzinfo=ZONE) + timedelta(days=number)
        half = [(start + timedelta(minutes=30 * n)).astimezone(UTC) for n in range(25)]
        spans = [Timespan(start=first, end=last) for first, last in pairwise(half)]
        slots = tuple(Slot(span=span, fb_type=kinds[(n // 2 + number) % 5]) for n, span in enumerate(spans))
        days.append(Day(date=start.date(), slots=slots))
    words = {"title": "佐藤さんの予定 11/30(月)–12/6(日)", "as_of": "11/24 0:48 現在", "record": "記録 1 · 00000000"}
    return Page(wording=WORDINGS[Language.JA], zone=ZONE, days=tuple(days), by_part=False, remarks=(), **words)


def drawing() -> list[float]:
    """Seconds that each of some pictures took, the first of a process apart."""
    page, taken = week(), []
    draw_page(page)
    for _ in range(PICTURES):
        started = time.perf_counter()
        draw_page(page)
        taken.append(time.perf_counter() - started)
    return taken


def percentile(values: Sequence[float], share: float) -> float:
    """The value that a share of all values does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else math.inf


def spread(values: Sequence[float]) -> str:
    """Say where most of the values lie."""
    shares = (("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("the longest", 1.0))
    return ", ".join(f"{name} {percentile(values, share) * 1000:.0f} ms" for name, share in shares)


def slowest(load: Load, waits: Took, number: int = 6) -> str:
    """Say when those were asked that waited longest for us, counted from the start and from the last kill."""
    began = min(load.asked.values())
    worst = sorted(zip(waits.ours, load.calm(), strict=True), reverse=True)[:number]
    said = []
    for took, ts in sorted(worst, key=lambda each: load.asked[each[1]]):
        at = load.asked[ts]
        killed = max((killed for killed, _ in load.disturbed if 0 < killed < at), default=began)
        said.append(f"{at - began:.1f} s ({at - killed:.1f} s) {took * 1000:.0f} ms")
    return ", ".join(said)


def report(load: Load, calls: Calls, pictures: list[float], spent: Spent, lasted: float) -> bool:
    """Print the figures; say whether every target is met."""
    acks, waits = acknowledged(load), answered(load, calls)
    timed, met = len(waits.ours), True
    print(f"{len(load.asked)} questions, {timed} of them timed, {len(load.restarts)} kills")
    for ready, caught in load.restarts:
        print(f"killed: ready again after {ready:.1f} s, caught up with what was asked till then {caught:.1f} s later")
    service, own = (each / len(load.asked) * 1000 for each in (spent.services, spent.own))
    print(f"processor time a question: the service {service:.0f} ms, the simulator and this program {own:.0f} ms")
    if spent.machine is not None:
        others = max(0.0, spent.machine - spent.own - spent.services) / lasted / (os.cpu_count() or 1)
        print(f"other programs took {others:.0%} of the machine meanwhile")
    for name, took, target in (("ack", acks, ACK), ("answer", waits, OWN)):
        print(f"{name}, from outside: {spread(took.outside)}")
        print(f"{name}, ours: {spread(took.ours)} (target of p99: {target * 1000:.0f} ms)")
        met &= percentile(took.ours, 0.99) < target
    print(f"the slowest, by when they were asked: {slowest(load, waits)}")
    p50 = percentile(pictures, 0.5)
    met &= p50 < PICTURE
    print(f"a week's picture: p50 {p50 * 1000:.0f} ms (target {PICTURE * 1000:.0f} ms)")
    print(f"lost: {load.lost()}, answered twice: {load.doubled()} (target 0)")
    return met and not load.lost() and not load.doubled()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=float, default=25.0, help="questions a second")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--kills", type=int, default=3)
    wanted = parser.parse_args()
    pictures = drawing()
    before, started = Spent.until_now(), time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        load, calls = asyncio.run(run(Path(folder), wanted.rate, wanted.seconds, wanted.kills))
    met = report(load, calls, pictures, Spent.until_now().since(before), time.monotonic() - started)
    print("every target is met" if met else "a target is missed")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
