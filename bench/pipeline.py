"""Measure the live watch end to end: python -m bench.pipeline [--seconds N] [--kills N] [--only PART] [--kafka]

The service is a process of its own on SQLite; the load comes from this process, on the same machine. Prints each
figure against its target and ends with 1 where one is missed.

- throughput: events a second through the HTTP intake, each accepted after a durable commit, and the memory meanwhile
- latency: from a record's POST, at 2,000 events a second, to its alert in (a fake) Slack
- kills: kill -9 at random moments; every accepted record that raises a finding raises exactly one
- kafka (with --kafka): two processes on one consumer group share 200,000 records, one of them is killed
"""

import argparse
import gzip
import http.client
import json
import random
import re
import tempfile
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from bench.events import write_events
from bench.sharing import sharing
from bench.watching import KEY, Watch, guessed, running, said, stolen

TARGET_RATE = 20_000
TARGET_P99 = 1.0
TARGET_GROWTH = 0.05
EVENTS_A_BODY = 500
BODIES = 64
SENDERS = 8
USUAL = (b"AppAddress", b'"resultType":"7')
"""What the generator makes so often that every twentieth event would be an alert; without it, one in 600 is."""
RATE = 2_000
KAFKA_RECORDS = 200_000
HEADERS = {"DD-API-KEY": KEY, "Content-Type": "application/json", "Content-Encoding": "gzip"}


def packed(records: list[bytes]) -> bytes:
    return gzip.compress(b"[" + b",".join(records) + b"]", 6)


def settled(line: bytes) -> bytes:
    """Give an application habits, as real ones have: three addresses, a country, a key, a resource, a client.

    The generator draws them anew for every event, and each would be a first sighting.
    """
    record = json.loads(line)
    properties = record["properties"]
    name = str(properties.get("servicePrincipalId") or "")
    if not name:
        return line
    number = int(name[:6], 16)
    address = f"20.{number % 200}.{number % 251}.{random.Random(line).randrange(3)}"
    record["callerIpAddress"] = properties["ipAddress"] = address
    properties["userAgent"] = "azsdk-python-identity/1.19.0"
    if "location" in properties:
        properties["location"] = {"city": "Tokyo", "state": "Tokyo", "countryOrRegion": "JP"}
        properties["servicePrincipalCredentialKeyId"] = name
        properties["resourceDisplayName"] = "Microsoft Graph"
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()


def bodies(folder: Path) -> list[bytes]:
    """Return gzipped bodies of different events, encoded before anything is measured."""
    log = folder / "events.ndjson"
    write_events(log, BODIES * EVENTS_A_BODY)
    lines = [settled(line) for line in log.read_bytes().splitlines() if not any(each in line for each in USUAL)]
    parts = [lines[start : start + EVENTS_A_BODY] for start in range(0, len(lines), EVENTS_A_BODY)]
    return [packed(part) for part in parts if len(part) == EVENTS_A_BODY]


class Sender:
    """One connection that is kept open; posts bodies and says how each was answered."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def post(self, body: bytes) -> int:
        """Return the answer's status, 0 where there was none."""
        try:
            self._connection.request("POST", "/api/v2/logs", body, HEADERS)
            answer = self._connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            return 0
        else:
            return answer.status


def throughput(folder: Path, seconds: float) -> bool:
    """Measure once every event was seen before: what is new to the watch is written down, and takes longer."""
    prepared = bodies(folder)
    with running(Watch(folder)) as watch:
        sender = Sender(watch.port)
        assert all(sender.post(body) == 202 for body in prepared), "what is usual here is not known yet"
        _load(watch.port, prepared, 2)
        began = watch.metric("records_total")
        sizes: list[int] = []
        used = watch.processor_time()
        accepted, took = _load(watch.port, prepared, seconds, lambda: sizes.append(watch.resident()))
        used = watch.processor_time() - used
        counted = watch.metric("records_total") - began
    rate = accepted * EVENTS_A_BODY / took
    third = max(1, len(sizes) // 3)
    before, after = max(sizes[:third]), max(sizes[-third:])
    growth = (after - before) / before
    share = (
        f"the service used {used / took:.0%} of a core: {accepted * EVENTS_A_BODY / used:,.0f} for each second of it"
    )
    met = [
        said(
            "events/s through the intake, durable",
            f"{rate:,.0f}; {share}",
            f">= {TARGET_RATE:,}",
            met=rate >= TARGET_RATE,
        ),
        said(
            "accepted events counted",
            f"{counted:,.0f} of {accepted * EVENTS_A_BODY:,}",
            "all",
            met=counted >= accepted * EVENTS_A_BODY,
        ),
        said(
            "memory, at most",
            f"{before / 2**20:.0f} MB in the first third, {after / 2**20:.0f} MB in the last",
            f"growth under {TARGET_GROWTH:.0%}",
            met=growth < TARGET_GROWTH,
        ),
    ]
    return all(met)


def _load(
    port: int, prepared: list[bytes], seconds: float, look: Callable[[], object] = lambda: None
) -> tuple[int, float]:
    """Post from several connections for so long; return how many bodies were accepted, and the time it took."""
    accepted = [0] * SENDERS
    began = time.monotonic()
    until = began + seconds

    def send(number: int) -> None:
        sender, place = Sender(port), number * len(prepared) // SENDERS
        while time.monotonic() < until:
            accepted[number] += sender.post(prepared[place % len(prepared)]) == 202
            place += 1

    threads = [threading.Thread(target=send, args=(number,)) for number in range(SENDERS)]
    for thread in threads:
        thread.start()
    while time.monotonic() < until:
        time.sleep(min(1.0, max(0.0, until - time.monotonic())))
        look()
    for thread in threads:
        thread.join()
    return sum(accepted), time.monotonic() - began


class FakeSlack:
    """Takes messages and remembers when each address was named first."""

    def __init__(self) -> None:
        self.seen: dict[str, float] = {}
        named = re.compile(rb"198\.1[89]\.\d+\.\d+")
        seen = self.seen

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                for address in named.findall(body):
                    seen.setdefault(address.decode(), time.monotonic())
                answer = b'{"ok":true,"ts":"1.0","channel":"C0SECURITY"}'
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()


def latency(folder: Path, seconds: float) -> bool:
    """Send 2,000 events a second in small bodies, four of them each second loud, and wait for the alerts."""
    log, slack = folder / "quiet.ndjson", FakeSlack()
    write_events(log, 4000)
    quiet = [settled(line) for line in log.read_bytes().splitlines() if b"MicrosoftGraphActivityLogs" in line]
    sent: dict[str, float] = {}
    size = 20
    with running(Watch(folder, slack=slack.port)) as watch:
        assert Sender(watch.port).post(packed(quiet)) == 202, "what is usual here is not known yet"
        while watch.metric("undelivered_alerts"):
            time.sleep(0.2)
        sender, began = Sender(watch.port), time.monotonic()
        for number in range(int(seconds * RATE / size)):
            records = random.sample(quiet, size)
            if number % (RATE // size // 4) == 0:
                address = f"198.18.{len(sent) >> 8}.{len(sent) & 255}"
                records[-1] = json.dumps(guessed(number, address)).encode()
                sent[address] = time.monotonic()
            if sender.post(packed(records)) != 202:
                return said("record to alert", "a record was not accepted", "all", met=False)
            time.sleep(max(0.0, began + (number + 1) * size / RATE - time.monotonic()))
        rate = int(seconds * RATE) / (time.monotonic() - began)
        until = time.monotonic() + 10
        while len(slack.seen) < len(sent) and time.monotonic() < until:
            time.sleep(0.05)
    slack.close()
    took = sorted(slack.seen[address] - at for address, at in sent.items() if address in slack.seen)
    p99 = took[int(len(took) * 0.99)] if took else float("inf")
    figure = f"p50 {took[len(took) // 2]:.3f} s, p99 {p99:.3f} s, {len(took)} of {len(sent)} alerts at {rate:,.0f}/s"
    met = p99 < TARGET_P99 and len(took) == len(sent)
    return said("record to alert", figure, f"p99 under {TARGET_P99} s", met=met)


def kills(folder: Path, rounds: int) -> bool:
    """Kill the service at random moments; what was not accepted is sent again, as a forwarder does."""
    watch, accepted, number = Watch(folder), set[str](), 0
    for _ in range(rounds):
        watch.start()
        killer = threading.Timer(random.uniform(0.05, 1.2), watch.kill)
        killer.start()
        sender = Sender(watch.port)
        while killer.is_alive():
            number += 1
            names = [f"k{number}-{each}" for each in range(20)]
            if _sent_or_given_up(sender, packed([json.dumps(stolen(name)).encode() for name in names])):
                accepted.update(names)
        killer.join()
        assert watch.process
        watch.process.wait()
    with running(watch):
        time.sleep(0.5)
    found = watch.found()
    lost, doubled = len(accepted - set(found)), len(found) - len(set(found))
    figure = f"lost {lost}, doubled {doubled}; {len(accepted):,} accepted"
    return said(f"kill -9 at {rounds} random moments", figure, "lost 0, doubled 0", met=not lost and not doubled)


def _sent_or_given_up(sender: Sender, body: bytes) -> bool:
    return any(sender.post(body) == 202 for _ in range(2))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seconds", type=float, default=30)
    options.add_argument("--kills", type=int, default=12)
    options.add_argument("--only", choices=["throughput", "latency", "kills", "kafka"])
    options.add_argument("--kafka", action="store_true", help=f"also share {KAFKA_RECORDS:,} records of a stream")
    chosen = options.parse_args()
    parts: dict[str, Callable[[Path], bool]] = {
        "throughput": lambda folder: throughput(folder, chosen.seconds),
        "latency": lambda folder: latency(folder, chosen.seconds),
        "kills": lambda folder: kills(folder, chosen.kills),
    }
    if chosen.kafka or chosen.only == "kafka":
        parts["kafka"] = lambda folder: sharing(folder, KAFKA_RECORDS)
    met = True
    for name, part in parts.items():
        if chosen.only in (None, name):
            with tempfile.TemporaryDirectory(prefix="sekimori-bench-") as folder:
                met &= part(Path(folder))
    raise SystemExit(0 if met else 1)


if __name__ == "__main__":
    main()
