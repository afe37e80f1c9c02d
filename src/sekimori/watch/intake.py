"""From a raw JSON value to canonical records, whatever envelope it is in."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from sekimori.watch.domain.records import Record, parsed

_DEEPEST: Final = 3
# Event Hubs clients say body, Splunk _raw and result, Beats and syslog message, Datadog's exports custom.
_WRAPPINGS: Final = ("body", "_raw", "message", "result", "custom", "records", "value", "results", "events", "items")


class Envelope(Protocol):
    """One log envelope: a module of :mod:`sekimori.watch.envelopes`."""

    NAME: str

    def recognises(self, raw: object) -> bool:
        """Say by its shape whether a value is in this envelope."""
        ...

    def records(self, raw: Any) -> Iterator[Record]:
        """Yield the canonical records of a value that is in this envelope."""
        ...


@dataclass(slots=True)
class Intake:
    """Opens envelopes. The one that fitted last is tried first: a file seldom mixes them."""

    envelopes: Sequence[Envelope]
    _last: Envelope | None = None

    def open(self, raw: object, depth: int = _DEEPEST) -> Iterator[Record] | None:
        """Return the records of a value, or None where no envelope knows its shape.

        A list is opened element by element; elements that nobody knows make the whole list unknown. Wrappings are
        taken off, ``depth`` of them at most.
        """
        if isinstance(raw, list):
            opened = [self.open(item, depth - 1) for item in raw] if depth else [None]
            known = [records for records in opened if records is not None]
            return (record for records in known for record in records) if len(known) == len(opened) else None
        envelope = self._envelope_of(raw)
        return envelope.records(raw) if envelope else self._unwrapped(raw, depth)

    def _unwrapped(self, raw: object, depth: int) -> Iterator[Record] | None:
        """Open what a shipper put around a value: its one known key holds the value, a list of them, or its text."""
        if depth == 0 or not isinstance(raw, Mapping):
            return None
        inner = (parsed(raw[key]) for key in _WRAPPINGS if key in raw)
        opened = (self.open(value, depth - 1) for value in inner if isinstance(value, Mapping | list) and value)
        return next((records for records in opened if records is not None), None)

    def _envelope_of(self, raw: object) -> Envelope | None:
        if self._last is not None and self._last.recognises(raw):
            return self._last
        self._last = next((envelope for envelope in self.envelopes if envelope.recognises(raw)), None)
        return self._last


def describe_unknown(raw: object) -> str:
    """Say in a few words what a value is that no envelope knows."""
    if isinstance(raw, Mapping):
        keys = ", ".join(list(map(str, raw))[:6])
        return f"not a log record of a known envelope (keys: {keys})" if keys else "an empty object"
    return f"not a log record: {type(raw).__name__}"
