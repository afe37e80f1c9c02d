"""`python -m sekimori serve` as a process of its own, with the simulator on the other side of its sockets."""

import asyncio
import contextlib
import os
import random
import signal
import socket
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from sekimori.cli import audit

PATIENCE = 60.0


@dataclass(kw_only=True)
class Running:
    """One run of the service."""

    stage: Any
    url: str
    process: asyncio.subprocess.Process
    log: Path

    async def terminate(self) -> int:
        """Ask it to end, as a container's host does; return its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self.process.wait(), PATIENCE)

    async def kill(self) -> None:
        """End it in the middle of whatever it does."""
        self.process.kill()
        await self.process.wait()

    async def until_logged(self, words: str) -> None:
        await until(lambda: words in self.log.read_text())


@dataclass(kw_only=True)
class Host:
    """The machine that the service runs on: starts it, looks at what it left, runs the other commands."""

    stage: Any
    port: int
    runs: int = 0

    @property
    def database(self) -> Path:
        return Path(self.stage.folder / "sekimori.db")

    @contextlib.asynccontextmanager
    async def serving(self, *options: str) -> AsyncIterator[Running]:
        self.runs += 1
        log, url = self.stage.folder / f"run-{self.runs}.log", f"http://127.0.0.1:{self.port}"
        with log.open("wb") as output:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "sekimori", "serve", "--manifest", str(self.stage.manifest), *options),
                stdout=output,
                stderr=output,
                env={name: value for name, value in os.environ.items() if name != "PORT"},
            )
        try:
            await self._ready(url, process, log)
            self.stage.sim.control.events_url = f"{url}/slack/events"
            yield Running(stage=self.stage, url=url, process=process, log=log)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()

    async def _ready(self, url: str, process: asyncio.subprocess.Process, log: Path) -> None:
        async with httpx.AsyncClient(verify=False, trust_env=False) as http, asyncio.timeout(PATIENCE):
            while True:
                assert process.returncode is None, said(log)
                with contextlib.suppress(httpx.TransportError):
                    if (await http.get(f"{url}/readyz")).is_success:
                        return
                await asyncio.sleep(0.05)

    async def verified(self) -> int:
        """Run `sekimori audit verify`; return its exit status."""
        command = ["verify", "--manifest", str(self.stage.manifest)]
        return (await asyncio.to_thread(CliRunner().invoke, audit.app, command)).exit_code

    def left(self) -> list[str]:
        """Name the files of the database that lie there."""
        return sorted(path.name for path in self.stage.folder.glob("sekimori.db*"))

    def rows(self, query: str) -> list[Any]:
        """Read the database as somebody would who knows SQLite alone."""
        with contextlib.closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as database:
            return database.execute(query).fetchall()

    def write(self, statement: str, *values: Any) -> int:
        """Change the database while nothing runs on it; return how many rows that was."""
        with contextlib.closing(sqlite3.connect(self.database)) as database, database:
            return database.execute(statement, values).rowcount

    def answers(self) -> list[Any]:
        """Return the weeks that the service posted."""
        said = self.stage.sim.control.messages_in("C0SHARED", of="U0BOT")
        return [message for message in said if "table" in {block["type"] for block in message.blocks}]


def said(log: Path) -> str:
    return log.read_text()


async def until(look: Callable[[], Any]) -> Any:
    async with asyncio.timeout(PATIENCE):
        while not (seen := look()):  # noqa: ASYNC110 - what it waits for is in another process
            await asyncio.sleep(0.02)
        return seen


def unused_port() -> int:
    """Return a port outside the range that the system itself gives to connections, so that it stays unused."""
    for port in random.sample(range(20_000, 30_000), 100):
        with socket.socket() as tried, contextlib.suppress(OSError):
            tried.bind(("127.0.0.1", port))
            return port
    raise OSError("no port is free")


@pytest.fixture
def host(stage: Any) -> Callable[..., contextlib.AbstractAsyncContextManager[Host]]:
    """Give a machine with the manifest on it, and nothing running yet."""

    @contextlib.asynccontextmanager
    async def machine(changes: dict[str, str] | None = None) -> AsyncIterator[Host]:
        port = unused_port()
        async with stage(changes, listen=port) as made:
            yield Host(stage=made, port=port)

    return machine


@pytest.fixture(name="until")
def waiting() -> Callable[[Callable[[], Any]], Any]:
    """Give the way to wait for what another process does."""
    return until
