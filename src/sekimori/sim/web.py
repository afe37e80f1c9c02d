"""Runs an ASGI application on a port of 127.0.0.1 inside the running event loop."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import ClassVar, Final

import uvicorn
from starlette.types import ASGIApp

from sekimori.core.errors import SekimoriError

_PATIENCE: Final = 0.3
"""Seconds that requests under way have left at the end."""


class _Server(uvicorn.Server):
    """Ends as soon as it may: uvicorn's own sleeps between two looks at whether it is to end, and whether it can."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._over = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to whoever started the simulator."""
        yield

    async def main_loop(self) -> None:
        """Serve until :meth:`end`; the date in the answers' headers is renewed each second."""
        while not self._over.is_set():
            await self.on_tick(0)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._over.wait(), 1)

    def end(self) -> None:
        """Stop serving."""
        self._over.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let requests under way finish, but wait for no client that keeps its connection open."""
        for server in self.servers:
            server.close()
        for listener in sockets or ():
            listener.close()
        for connection in tuple(self.server_state.connections):
            connection.shutdown()
        if under_way := tuple(self.server_state.tasks):
            _, unfinished = await asyncio.wait(under_way, timeout=_PATIENCE)
            for request in unfinished:
                request.cancel()
        await asyncio.sleep(0)  # what was closed is gone from the loop


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
        server.end()
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
