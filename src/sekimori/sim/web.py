"""Runs an ASGI application on a port of 127.0.0.1 inside the running event loop."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import ClassVar

import uvicorn
from starlette.types import ASGIApp

from sekimori.core.errors import SekimoriError


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to whoever started the simulator."""
        yield


@contextlib.asynccontextmanager
async def serving(app: ASGIApp, listener: socket.socket, *, certificate: Path | None = None) -> AsyncIterator[None]:
    """Serve until the block ends; with a certificate (key and chain in one PEM file), over TLS."""
    config = uvicorn.Config(
        app,
        log_level="critical",
        access_log=False,
        lifespan="off",
        ssl_certfile=certificate,
        ws="none",
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        while not server.started and not task.done():  # noqa: ASYNC110 -- uvicorn has a flag and no event
            await asyncio.sleep(0.005)
        yield
    finally:
        await _stopped(server, task)


async def _stopped(server: uvicorn.Server, task: asyncio.Task[None]) -> None:
    """Let requests under way finish, but wait for no client that keeps its connection open."""
    server.should_exit = True
    _, unfinished = await asyncio.wait([task], timeout=0.3)
    if unfinished:
        server.force_exit = True
        for request in server.server_state.tasks:
            request.cancel()
        await task


class PortTakenError(SekimoriError):
    """Something else listens where the simulator was to listen."""

    code: ClassVar[str] = "sim.port_taken"


@contextlib.contextmanager
def listening(port: int) -> Iterator[socket.socket]:
    """Bind a port of 127.0.0.1 for the length of a block; 0 takes any free one.

    Raises:
        PortTakenError: the port is not free.
    """
    # asyncio lets a connection send at once only where its socket was made for TCP by name.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError as error:
            words = f"port {port} of 127.0.0.1 cannot be used: {error.strerror}"
            raise PortTakenError(words, hint="choose another port, or 0 for any free one") from error
        listener.listen()
        yield listener
