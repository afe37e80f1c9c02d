"""Runs the parts of the service behind one HTTP server."""

import asyncio
import contextlib
import gc
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Final

import structlog
import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from sekimori.audit.log import AuditUnavailable
from sekimori.bootstrap import (
    Ground,
    RunningWatch,
    build_alert_door,
    build_desk,
    build_watch,
    open_ground,
    record_start,
)
from sekimori.core.errors import SekimoriError
from sekimori.storage.errors import StorageUnavailable

GRACE: Final = 25


async def run(manifest: Path, parts: frozenset[str], *, port: str | None) -> None:
    """Serve until a signal ends it.

    Raises:
        SekimoriError: it cannot start, or findings can no longer be kept.
    """
    async with open_ground(manifest) as ground:
        await record_start(ground, sorted(parts))
        host, listed = ground.manifest.service.address
        watch = await build_watch(ground) if "watch" in parts else None
        judged = watch.delivery.wake if watch else _nobody
        desk = build_desk(ground, judged) if "desk" in parts else build_alert_door(ground, judged)
        routes = [*probes(ground, watch), *(desk.routes if desk else ()), *(watch.routes if watch else ())]
        server = _Server(
            uvicorn.Config(
                Starlette(routes=routes),
                host=host if port is None else "0.0.0.0",  # noqa: S104 - a container's port is reached from outside it
                port=_port(port, listed),
                log_config=None,
                access_log=False,
                server_header=False,
                lifespan="off",
                timeout_graceful_shutdown=GRACE,
            )
        )
        _spare_the_collector()
        _take_short_turns()
        async with _watching(watch, server):
            try:
                if desk:
                    await desk.start()
                structlog.get_logger("sekimori").info("service.started", host=host, parts=sorted(parts))
                await server.serve()
            finally:
                if desk:
                    await desk.close()


def _nobody() -> None:
    """Tell nobody: another process delivers, and looks by itself."""


def _spare_the_collector() -> None:
    """Keep the garbage collector from walking what lives as long as the service, and from coming at every batch.

    A batch makes tens of thousands of short-lived objects, none of them in a cycle.
    """
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)
    gc.enable()


def _take_short_turns() -> None:
    """Let threads take turns every half a millisecond: who waits for the disk comes back to work often."""
    sys.setswitchinterval(0.0005)


class _Server(uvicorn.Server):
    """Ends on a signal and lets the rest of the service finish: uvicorn's own would raise the signal again."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)


def _port(wanted: str | None, listed: int) -> int:
    if wanted is None:
        return listed
    if not wanted.isdecimal() or not 0 < int(wanted) < 65536:
        raise SekimoriError(f"PORT is {wanted!r}", hint="it must be a number from 1 to 65535, or not set")
    return int(wanted)


def probes(ground: Ground, watch: RunningWatch | None = None) -> list[Route]:
    """Return where a host asks whether the service is alive, whether it can read and record, and what it counted."""

    async def alive(_request: Request) -> Response:
        return PlainTextResponse("ok")

    async def ready(_request: Request) -> Response:
        try:
            async with ground.database.reading() as connection:
                await connection.exec_driver_sql("SELECT 1")
            await ground.audit.ready()
        except (StorageUnavailable, AuditUnavailable) as error:
            return PlainTextResponse(error.code, status_code=503)
        if watch and watch.troubles:
            said = "\n".join(f"{source}: {error.code}" for source, error in watch.troubles.items())
            return PlainTextResponse(said, status_code=503)
        if watch and (refused := watch.reloader.trouble):
            # ready all the same: it goes on by what was read before
            return PlainTextResponse(f"ok\nwhat is declared now was not taken over: {refused.code}")
        return PlainTextResponse("ok")

    async def metrics(_request: Request) -> Response:
        text = await watch.measured() if watch else b""
        return Response(text, media_type=CONTENT_TYPE_LATEST)

    return [Route("/healthz", alive), Route("/readyz", ready), Route("/metrics", metrics)]


@contextlib.asynccontextmanager
async def _watching(watch: RunningWatch | None, server: uvicorn.Server) -> AsyncIterator[None]:
    """Run the watch beside the server; where it ends by itself, the service ends too: it is not blind in silence."""
    if watch is None:
        yield
        return
    task = asyncio.create_task(watch.run())

    def ended(_task: asyncio.Task[None]) -> None:
        server.should_exit = True

    task.add_done_callback(ended)
    try:
        yield
    finally:
        task.remove_done_callback(ended)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
