"""From a raw JSON value to canonical records, whatever envelope it is in."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeAlias

from sekimori.watch.domain.flaws import flaw_of
from sekimori.watch.domain.records import Record, parsed

_DEEPEST: Final = 3
_BATCHES: Final = ("records", "value")
# Event Hubs clients say body, Splunk _raw and result, Beats and syslog message, Datadog's exports custom. Answers of
# Datadog (logs, data) and Elastic (hits) may hold other events too.
_WRAPPINGS: Final = (
    *("body", "_raw", "message", "result", "custom", "records", "value", "results", "events", "items"),
    *("logs", "data", "hits"),
)


class Envelope(Protocol):
    """One log envelope: a module of :mod:`sekimori.watch.envelopes`."""

    NAME: str

    def recognises(self, raw: object) -> bool:
        """Say by its shape whether a value is in this envelope."""
        ...

    def records(self, raw: Any) -> Iterator[Record]:
        """Yield the canonical records of a value that is in this envelope."""
        ...


@dataclass(frozen=True, slots=True)
class Unknown:
    """A part of a value that is no record, or none that can be read, and why."""

    reason: str


Opened: TypeAlias = Iterator[Record | Unknown]


@dataclass(slots=True)
class Intake:
    """Opens envelopes. The one that fitted last is tried first: a file seldom mixes them."""

    envelopes: Sequence[Envelope]
    _last: Envelope | None = None

    @property
    def latest(self) -> str:
        """Return the name of the envelope that was opened last."""
        return self._last.NAME if self._last else "unknown"

    def open(self, raw: object, depth: int = _DEEPEST) -> Opened | None:
        """Return what a value holds, or None where no envelope knows its shape.

        A list, and a batch, is opened element by element; an element that nobody knows is one :class:`Unknown`.
        Wrappings are taken off, ``depth`` of them at most.
        """
        if isinstance(raw, list):
            return self._each(raw, depth - 1) if depth > 0 else None
        envelope = self._envelope_of(raw)
        if (envelope or depth > 0) and (batch := _batch_of(raw)):
            return self._each(batch, depth - 1)
        return map(_checked, envelope.records(raw)) if envelope else self._unwrapped(raw, depth)

    def _each(self, items: Sequence[object], depth: int) -> Opened:
        for item in items:
            opened = self.open(item, depth)
            yield from (Unknown(describe_unknown(item)),) if opened is None else opened

    def _unwrapped(self, raw: object, depth: int) -> Opened | None:
        """Open what a shipper put around a value: its one known key holds the value, a list of them, or its text."""
        if depth <= 0 or not isinstance(raw, Mapping):
            return None
        inner = (parsed(raw[key]) for key in _WRAPPINGS if key in raw)
        opened = (self.open(value, depth - 1) for value in inner if isinstance(value, Mapping | list) and value)
        found = [list(each) for each in opened if each is not None]
        return next((iter(each) for each in found if any(records_in(each))), iter(found[0]) if found else None)

    def _envelope_of(self, raw: object) -> Envelope | None:
        if self._last is not None and self._last.recognises(raw):
            return self._last
        self._last = next((envelope for envelope in self.envelopes if envelope.recognises(raw)), None)
        return self._last


def _batch_of(raw: object) -> Sequence[object]:
    """Return the elements of a batch: a list under a key of its own."""
    held = [raw[key] for key in _BATCHES if isinstance(raw.get(key), list)] if isinstance(raw, Mapping) else []
    return next(iter(held), ())


def records_in(opened: Iterable[Record | Unknown]) -> Iterator[Record]:
    """Yield the records of what was opened, without what could not be read."""
    return (each for each in opened if not isinstance(each, Unknown))


def _checked(record: Record) -> Record | Unknown:
    flaw = flaw_of(record)
    return record if flaw is None else Unknown(flaw)


def describe_unknown(raw: object) -> str:
    """Say in a few words what a value is that no envelope knows."""
    if isinstance(raw, Mapping):
        keys = ", ".join(list(map(str, raw))[:6])
        return f"not a log record of a known envelope (keys: {keys})" if keys else "an empty object"
    return f"not a log record: {type(raw).__name__}"
