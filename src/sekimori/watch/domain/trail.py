"""What our own audit log proves: which Graph calls were ours."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Protocol

from sekimori.watch.domain.event import Event, OwnEntry
from sekimori.watch.domain.records import mapping, text

CALL_INTENT: Final = "call.intent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """A call that the desk recorded before it makes it; ``resource`` is the end of its path."""

    entry_id: str
    at: datetime | None
    method: str | None
    resource: str | None


class Trail(Protocol):
    """Answers what our audit log holds; ids are lower case."""

    def intent(self, entry_id: str) -> Intent | None:
        """Return the call that an entry announced, or None where no such entry exists."""
        ...

    def claim(self, entry_id: str, request_id: str) -> str:
        """Note that a request used an entry, and return the id of the request that used it first."""
        ...


@dataclass(slots=True)
class MemoryTrail:
    """A trail made of the entries it was shown, in memory.

    Whoever keeps claims elsewhere takes ``fresh`` after each piece of work, and gives back by :meth:`adopt` what is
    kept: what an earlier run or another instance noted first.
    """

    fresh: dict[str, str] = field(default_factory=dict)
    _intents: dict[str, Intent] = field(default_factory=dict)
    _claims: dict[str, str] = field(default_factory=dict)

    @property
    def knows_any(self) -> bool:
        """Whether any announced call was ever shown."""
        return bool(self._intents)

    def learn(self, event: Event) -> None:
        """Take in one entry of our audit log; anything but an announced call is passed over."""
        if isinstance(event.detail, OwnEntry) and event.detail.kind == CALL_INTENT:
            found = intent_of(event.detail.entry_id, event.time, mapping(event.record.get("properties")))
            self._intents[found.entry_id] = found

    def intent(self, entry_id: str) -> Intent | None:
        """Return the call that an entry announced."""
        return self._intents.get(entry_id)

    def claim(self, entry_id: str, request_id: str) -> str:
        """Note who used an entry first; a claim is fresh until it is adopted."""
        first = self._claims.get(entry_id)
        if first is None:
            self._claims[entry_id] = self.fresh[entry_id] = first = request_id
        return first

    def adopt(self, claims: Mapping[str, str]) -> None:
        """Take over claims that are kept; they stand above our own."""
        self._claims.update(claims)
        for entry_id in claims:
            self.fresh.pop(entry_id, None)


def intent_of(entry_id: str, at: datetime | None, properties: Mapping[str, Any]) -> Intent:
    """Return the announced call of an entry's ``body``."""
    body = mapping(properties.get("body"))
    return Intent(
        entry_id=entry_id.casefold(), at=at, method=text(body.get("method")), resource=text(body.get("resource"))
    )
