"""The words of the engine of state: what is observed, where it is kept, and what it may raise."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple, Protocol, TypeAlias

import msgspec

from sekimori.watch.domain.records import Record, Source

CellKey: TypeAlias = tuple[str, str]
"""The id of a rule, and the group that a cell is about: JSON, so that no value can be taken for another."""

Point: TypeAlias = tuple[int, str]
"""When something happened, in milliseconds since 1970, and the id of the event that says so."""

BEGINNING: Final = -(1 << 62)
"""An instant before all others: where the watermark stands while anything may still come."""

END: Final = 1 << 62
"""An instant after all others: where the watermark stands when nothing can come any more."""

DAY: Final = 86_400_000
SHOWN: Final = 20
"""How many ids of events a finding names."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The record behind an observation, and where it stood."""

    record: Record
    source: Source | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One event, as one rule of state sees it.

    Attributes:
        rule: the rule's id.
        group: what tells one case from another, as JSON.
        step: which of the rule's conditions the event answers.
        value: what is counted, remembered or compared.
        at: when it happened, in milliseconds since 1970.
        event: the event's id.
    """

    rule: str
    group: str
    step: int = 0
    value: str = ""
    at: int
    event: str
    evidence: Evidence = field(compare=False, repr=False)

    @property
    def point(self) -> Point:
        """When it happened, and the event."""
        return self.at, self.event


class DaySeen(NamedTuple):
    """An event that, for one part of a rule, means the same as any other one of its day with that group and value.

    The day is one of UTC, in days since 1970.
    """

    rule: str
    group: str
    step: int
    value: str
    day: int
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """A rule of state has something to say.

    ``identity`` is the same whenever the same rule says it of the same group and the same window.
    """

    rule: str
    identity: str
    evidence: Evidence
    count: int = 1
    events: tuple[str, ...] = ()


class Witness(msgspec.Struct, frozen=True, omit_defaults=True):
    """A record that is kept until its finding is decided."""

    record: dict[str, Any]
    path: str | None = None
    line: int = 0

    @property
    def evidence(self) -> Evidence:
        """The record and its place."""
        return Evidence(self.record, Source(path=self.path, line=self.line) if self.path is not None else None)


def witness_of(evidence: Evidence) -> Witness:
    """Return what is to be kept of an event."""
    source = evidence.source
    return Witness(dict(evidence.record), source.path if source else None, source.line if source else 0)


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of a cell: what it raises, when to look again at the latest, when it can be forgotten."""

    raised: tuple[Raised, ...]
    due: int | None
    expires: int


Shape: TypeAlias = msgspec.Struct
Cells: TypeAlias = dict[CellKey, Shape]
Batch: TypeAlias = Mapping[str, Evidence]
"""The records that arrived together, by the id of their event."""


class Keeper(Protocol):
    """What one rule of state keeps, and how it decides."""

    @property
    def rule(self) -> str:
        """The rule's id."""
        ...

    def shape(self, key: CellKey) -> type[Shape]:
        """Say what a cell holds."""
        ...

    def keys(self, observation: Observation) -> tuple[CellKey, ...]:
        """Return the cells that an observation changes, or that are asked to decide on it."""
        ...

    def companions(self, key: CellKey) -> tuple[CellKey, ...]:
        """Return the cells that are asked besides, to decide on one."""
        ...

    def sameness(self, observation: Observation) -> Hashable | None:
        """Return what observations have in common that mean the same, or None where each means something."""
        ...

    def absorb(self, observation: Observation, cells: Cells) -> None:
        """Take an observation in; taking it in again, or in another order, changes nothing."""
        ...

    def decide(self, key: CellKey, cells: Cells, watermark: int, batch: Batch) -> Decided:
        """Say what a cell raises now that nothing from before the watermark comes any more."""
        ...


def milliseconds(instant: datetime) -> int:
    """Return an instant in milliseconds since 1970, rounded down."""
    return (instant - _EPOCH) // timedelta(milliseconds=1)


def span_in_ms(span: timedelta) -> int:
    """Return a length in milliseconds."""
    return span // timedelta(milliseconds=1)
