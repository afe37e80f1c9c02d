"""What a collector hands over: lines that arrived together, and how far each of its parts has then been read."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One whole line, without its end, and where it stands (counted from 1)."""

    text: bytes
    path: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Lines read together, and the positions that hold once they are dealt with.

    Keys name the parts of a source (a file, a partition); a position is text that only its collector understands.
    """

    lines: tuple[Line, ...]
    positions: Mapping[str, str] = field(default_factory=dict)


class Collector(Protocol):
    """Gives batches for ever; a batch counts as dealt with when the next one is asked for."""

    def batches(self) -> AsyncIterator[Batch]:
        """Yield what arrived."""
        ...
