"""What a collector hands over: lines that arrived together, and how far each of its parts has then been read."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

import msgspec

Stored: TypeAlias = Callable[[], Awaitable[Mapping[str, str]]]
"""Reads how far each part of a source was read, as it was last committed, by whatever process."""


class Line(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One whole line, without its end, and where it stands (counted from 1)."""

    text: bytes
    path: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Lines read together, and the positions that hold once they are dealt with.

    Keys name the parts of a source (a file, a partition); a position is text that only its collector understands.
    ``since`` are the positions that the lines were read from: where another process has committed a part further
    meanwhile, nothing of the batch is. A part that ``since`` does not name is not compared; an empty position says
    that nothing of the part was ever read.
    """

    lines: tuple[Line, ...]
    positions: Mapping[str, str] = field(default_factory=dict)
    since: Mapping[str, str] = field(default_factory=dict)


class Collector(Protocol):
    """Gives batches for ever; a batch counts as dealt with when the next one is asked for.

    Whoever stops asking, and asks anew for ``batches()``, gets them from what is stored then.
    """

    def batches(self) -> AsyncGenerator[Batch]:
        """Yield what arrived since the positions that are stored."""
        ...
