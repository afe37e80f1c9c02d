"""A running `sekimori serve --only watch`, as the benches of the pipeline start it, ask it and look at what it left."""

import contextlib
import http.client
import json
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

KEY = "a-key-of-the-bench"
APP = "6f1d2c3b-4a59-4871-8e90-aabbccddeeff"
INTAKE = '[[watch.sources]]\nkind = "http"\nkeys = ["env:INTAKE_KEY"]\n'
MANIFEST = """
[service]
listen = "127.0.0.1:{port}"
storage = "sqlite:///watch.db"
language = "en"

[identity]
tenant_id = "11111111-2222-4333-8444-555555555555"
app_id = "6f1d2c3b-4a59-4871-8e90-aabbccddeeff"
credential = "secret"
secret = "env:BOT_SECRET"
egress = ["203.0.113.10/32"]

[slack]
app_id = "A0APP"
team = "T0FABRIKAM"
security_channel = "C0SECURITY"
signing_secret = "env:BOT_SECRET"
bot_token = "env:BOT_SECRET"

[endpoints]
slack_api = "http://127.0.0.1:{slack}/api/"

{sources}
"""


def said(what: str, figure: str, target: str, *, met: bool) -> bool:
    print(f"{'ok  ' if met else 'MISS'} {what}: {figure} (target {target})", flush=True)
    return met


def guessed(number: int, address: str) -> dict[str, Any]:
    """Return a sign-in that failed for a wrong secret, of an application of its own: one alert."""
    record = stolen(f"guess-{number}", address)
    app = f"00000000-0000-4000-8000-{number:012}"
    record["resultType"] = "7000215"
    record["properties"] |= {"appId": app, "servicePrincipalId": app, "servicePrincipalName": f"app-{number}"}
    record["properties"]["status"] = {"errorCode": 7000215}
    return record


def stolen(identity: str, address: str = "198.51.100.7") -> dict[str, Any]:
    """Return a sign-in of the watched application from an address that is not declared: one alert."""
    instant = time.strftime("%Y-%m-%dT%H:%M:%S.0000000Z", time.gmtime())
    properties = {
        "id": identity,
        "createdDateTime": instant,
        "appId": APP,
        "ipAddress": address,
        "status": {"errorCode": 0},
        "servicePrincipalName": "schedule-bot",
    }
    return {
        "time": instant,
        "operationName": "Sign-in activity",
        "category": "ServicePrincipalSignInLogs",
        "resultType": "0",
        "callerIpAddress": address,
        "correlationId": identity,
        "properties": properties,
    }


def unused_port() -> int:
    """Return a port outside the range that the system itself gives to connections."""
    while True:
        port = random.randrange(20_000, 30_000)
        with socket.socket() as tried, contextlib.suppress(OSError):
            tried.bind(("127.0.0.1", port))
            return port


@dataclass
class Watch:
    """The service: its folder, its port, its process."""

    folder: Path
    sources: str = INTAKE
    slack: int = 9
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it is ready."""
        self.port = self.port or unused_port()
        manifest = self.folder / f"sekimori-{self.port}.toml"
        manifest.write_text(MANIFEST.format(port=self.port, slack=self.slack, sources=self.sources))
        environ = os.environ | {"INTAKE_KEY": KEY, "BOT_SECRET": "x"}
        environ.pop("PORT", None)
        with (self.folder / f"watch-{self.port}.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "sekimori", "serve", "--only", "watch", "--manifest", str(manifest)],
                stdout=log,
                stderr=log,
                env=environ,
                cwd=self.folder,
            )
        until = time.monotonic() + 60
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() > until:
                raise SystemExit(f"the watch did not start: {self.said()[-2000:]}")
            time.sleep(0.02)

    def said(self) -> str:
        return (self.folder / f"watch-{self.port}.log").read_text()

    def is_ready(self) -> bool:
        try:
            return self.get("/readyz")[0] == 200
        except OSError:
            return False

    def get(self, path: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def metric(self, name: str) -> float:
        """Return the sum of a metric over its labels."""
        lines = self.get("/metrics")[1].splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(f"sekimori_watch_{name}"))

    def resident(self) -> int:
        """Return the bytes that it holds in memory."""
        assert self.process
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def processor_time(self) -> float:
        """Return the seconds of processor time that it has used."""
        assert self.process
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def kill(self) -> None:
        assert self.process
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """Let it finish the work in hand."""
        assert self.process
        self.process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(30)
        self.process.kill()

    def found(self) -> list[str]:
        """Return the events that findings are kept for, with repetitions."""
        with contextlib.closing(sqlite3.connect(self.folder / "watch.db")) as database:
            rows = database.execute("SELECT finding FROM findings").fetchall()
        return [json.loads(text)["event"] for (text,) in rows]

    def position(self) -> int:
        """Return how many messages were read of all partitions."""
        with contextlib.closing(sqlite3.connect(self.folder / "watch.db")) as database:
            rows = database.execute("SELECT offset FROM offsets WHERE stream LIKE 'eventhubs:%'").fetchall()
        return sum(int(at) for (text,) in rows for at in json.loads(text).values())


@contextlib.contextmanager
def running(watch: Watch) -> Iterator[Watch]:
    """Run the watch until the block ends."""
    watch.start()
    try:
        yield watch
    finally:
        if watch.process and watch.process.poll() is None:
            watch.stop()
