"""Runs `sekimori serve` as a process of its own, as an operator would."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

import httpx

from sekimori.core.errors import SekimoriError

PATIENCE: Final = 30.0
"""Seconds that the service may take to come up, or to finish the work in hand."""


class ServiceFailed(SekimoriError):  # noqa: N818 - the name says what happened
    """The service did not come up, or went away."""

    code: ClassVar[str] = "demo.service_failed"


@dataclass(slots=True)
class Service:
    """The running service."""

    url: str
    process: asyncio.subprocess.Process
    log: Path

    async def stop(self) -> int:
        """Ask the service to finish, and wait until it has; return its exit status."""
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return await asyncio.wait_for(self.process.wait(), PATIENCE)
        except TimeoutError:
            self.process.kill()
            return await self.process.wait()


@contextlib.asynccontextmanager
async def running_service(manifest: Path, url: str, log: Path) -> AsyncIterator[Service]:
    """Start the service and wait until it is ready; stop it at the end.

    Raises:
        ServiceFailed: it did not become ready; the hint holds the end of its log.
    """
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "sekimori", "serve", "--manifest", str(manifest)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={name: value for name, value in os.environ.items() if name != "PORT"},
        )
    service = Service(url, process, log)
    try:
        await _ready(service)
        yield service
    finally:
        await service.stop()


async def _ready(service: Service) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        for _ in range(int(PATIENCE / 0.1)):
            if service.process.returncode is not None:
                raise ServiceFailed("the service ended at once", hint=_end_of(service.log))
            with contextlib.suppress(httpx.TransportError):
                if (await client.get(f"{service.url}/readyz")).is_success:
                    return
            await asyncio.sleep(0.1)
    raise ServiceFailed("the service did not become ready", hint=_end_of(service.log))


def _end_of(log: Path) -> str:
    return log.read_text("utf-8", "replace")[-800:].strip() or "it wrote no log"
