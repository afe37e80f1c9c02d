"""How a sink that the manifest declares is opened, and what sinks over HTTP and in files have in common."""

import asyncio
import errno
import os
import re
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import httpx
from slack_sdk.web.async_client import AsyncWebClient

from sekimori.core.clock import Clock
from sekimori.core.confidential import Secret
from sekimori.manifest.tables.sinks import WatchSink
from sekimori.watch.bundle import Sink
from sekimori.watch.delivery import AlertRefused, DeliveryFailed
from sekimori.watch.domain.language import Language

SECONDS: Final = 20.0
_MALFORMED: Final = frozenset({400, 406, 413, 415, 422})
"""Statuses that speak of what was sent; every other one of a failure speaks of the sink, or of our key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What sinks are opened with."""

    folder: Path
    secret: Callable[[str], Secret[str]]
    slack: Callable[[], AsyncWebClient]
    buttons: bool
    language: Language
    service: str
    clock: Clock
    ca_bundle: str | None = None


class Kind(Protocol):
    """A module of :mod:`sekimori.watch.sinks`."""

    KIND: str

    def open_sink(self, declared: WatchSink, around: Surroundings) -> Sink:
        """Open a sink of this kind.

        Raises:
            SecretNotFound: a secret is not where the manifest says.
        """
        ...


def open_sinks(declared: Sequence[WatchSink], kinds: Mapping[str, Kind], around: Surroundings) -> list[Sink]:
    """Open every sink that is declared."""
    return [kinds[sink.kind.value].open_sink(sink, around) for sink in declared]


class Poster:
    """Posts to one address; what does not arrive is not tried again here: the alert keeps its place in the outbox."""

    def __init__(self, sink: str, ca_bundle: str | None) -> None:
        trust = ssl.create_default_context(cafile=ca_bundle)
        self._sink = sink
        self._http = httpx.AsyncClient(verify=trust, timeout=SECONDS, trust_env=False)

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> None:
        """Post JSON.

        Raises:
            DeliveryFailed: nobody answered, or not now, or our key is not accepted.
            AlertRefused: this body is not taken.
        """
        try:
            answer = await self._http.post(
                url, content=body, headers={"content-type": "application/json", "user-agent": "sekimori", **headers}
            )
        except (httpx.HTTPError, OSError) as error:
            raise DeliveryFailed(self._sink, type(error).__name__) from error
        if answer.is_success:
            return
        reason = f"HTTP {answer.status_code}"
        if answer.status_code in _MALFORMED:
            raise AlertRefused(self._sink, reason)
        raise DeliveryFailed(self._sink, reason, after=_wait(answer.headers))

    async def close(self) -> None:
        """Let go of connections."""
        await self._http.aclose()


def _wait(headers: httpx.Headers) -> float:
    said = headers.get("retry-after") or headers.get("x-ratelimit-reset") or ""
    return float(said) if re.fullmatch(r"\d{1,6}", said) else 0.0


class DayFiles:
    """Lines in a folder, one file a day (UTC), each line on the disk before it counts.

    A line that was written and not noted is known again as the last one, and not written twice. One that was cut off
    by a full disk is taken back.
    """

    def __init__(self, sink: str, folder: Path, clock: Clock) -> None:
        self._sink = sink
        self._folder = folder
        self._clock = clock

    async def append(self, line: bytes) -> None:
        """Write one line.

        Raises:
            DeliveryFailed: it is not on the disk.
        """
        path = self._folder / f"alerts-{self._clock():%Y-%m-%d}.ndjson"
        try:
            await asyncio.to_thread(_append, path, line + b"\n")
        except OSError as error:
            raise DeliveryFailed(self._sink, error.strerror or type(error).__name__) from error


def _append(path: Path, line: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    is_new = not path.exists()
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        size = os.fstat(handle).st_size
        if os.pread(handle, len(line), max(0, size - len(line))) == line:
            return
        if size and os.pread(handle, 1, size - 1) != b"\n":  # a crash left half a line
            line = b"\n" + line
        try:
            _write_whole(handle, line)
            os.fsync(handle)
        except OSError:
            os.ftruncate(handle, size)
            raise
    finally:
        os.close(handle)
    if is_new:
        _sync_folder(path.parent)


def _write_whole(handle: int, line: bytes) -> None:
    if os.write(handle, line) != len(line):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
