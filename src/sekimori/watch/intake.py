"""From a raw JSON value to canonical records, whatever envelope it is in."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sekimori.watch.domain.records import Record


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

    def open(self, raw: object) -> Iterator[Record] | None:
        """Return the records of a value, or None where no envelope knows its shape.

        A list is opened element by element; elements that nobody knows make the whole list unknown.
        """
        if isinstance(raw, list):
            opened = [self.open(item) for item in raw]
            known = [records for records in opened if records is not None]
            return (record for records in known for record in records) if len(known) == len(opened) else None
        envelope = self._envelope_of(raw)
        return envelope.records(raw) if envelope else None

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
