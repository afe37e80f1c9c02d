"""The port of where the watch keeps what it found and how far it read."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from sekimori.watch.alert import Alert


async def nothing_more() -> Sequence[Alert]:
    """Add nothing to what is committed."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What one batch comes to, to be committed whole.

    ``since`` are positions of ``stream`` that must still be stored. ``within`` runs inside the transaction, reads and
    writes what it likes there, and returns further alerts.
    """

    stream: str = ""
    alerts: Sequence[Alert] = ()
    positions: Mapping[str, str] = field(default_factory=dict)
    since: Mapping[str, str] = field(default_factory=dict)
    claims: Mapping[str, str] = field(default_factory=dict)
    within: Callable[[], Awaitable[Sequence[Alert]]] = nothing_more


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """Everything was written; so many alerts were new."""

    fresh: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Contested:
    """Nothing was written: another instance knows of requests that used these entries first."""

    claims: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overtaken:
    """Nothing was written: another instance has read these parts further already."""

    parts: frozenset[str]


Outcome: TypeAlias = Committed | Contested | Overtaken


class Ledger(Protocol):
    """Where alerts, positions, and the claims on our audit entries are kept."""

    async def claims(self) -> Mapping[str, str]:
        """Return which request used which entry first, as far as it is kept."""
        ...

    async def commit(self, work: Work) -> Outcome:
        """Write all of it or nothing.

        Raises:
            StorageUnavailable: nothing was written.
        """
        ...
