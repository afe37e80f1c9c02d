"""How a source that the manifest declares becomes a collector: each collector's module opens its own kind."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from starlette.routing import BaseRoute

from sekimori.core.clock import Clock
from sekimori.core.confidential import Secret
from sekimori.manifest.tables.endpoints import Endpoints
from sekimori.manifest.tables.sources import WatchSource
from sekimori.watch.batch import Collector, Stored
from sekimori.watch.meters import Meters


class Tokens(Protocol):
    """Gives access tokens for Microsoft Graph."""

    async def token(self) -> Secret[str]:
        """Return a valid token.

        Raises:
            SekimoriError: none was to be had.
        """
        ...

    async def renewed(self) -> Secret[str]:
        """Return a token newly obtained, because the last is no longer accepted.

        Raises:
            SekimoriError: none was to be had.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What collectors are opened with: where the manifest lies, how its references become secrets, whom to trust."""

    folder: Path
    stored: Stored
    secret: Callable[[str], Secret[str]]
    tokens: Callable[[WatchSource], Tokens]
    endpoints: Endpoints
    clock: Clock
    meters: Meters
    ca_bundle: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A source that is open: its collector, and the routes that it is reached by."""

    collector: Collector
    routes: Sequence[BaseRoute] = ()


class Kind(Protocol):
    """A module of :mod:`sekimori.watch.collectors`."""

    KIND: str

    def open_source(self, source: WatchSource, around: Around) -> Opened:
        """Open a source of this kind.

        Raises:
            SecretNotFound: a secret is not where the manifest says.
        """
        ...


def open_sources(
    sources: Sequence[WatchSource], kinds: Mapping[str, Kind], around: Callable[[WatchSource], Around]
) -> dict[str, Opened]:
    """Open every source, by the name of its stream."""
    return {source.stream: kinds[source.kind.value].open_source(source, around(source)) for source in sources}
