"""The port of what remembers from batch to batch, and of what time itself decides."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from sekimori.watch.batch import Line
from sekimori.watch.documents import Value, read_line
from sekimori.watch.domain.finding import Finding
from sekimori.watch.domain.records import Record, Source


class Sighting:
    """One canonical record of a batch and where it stood; a line is decoded when its record is first asked for.

    ``text`` is the line that the record is, where it is one as it stands; it is empty where an envelope was opened.
    ``fired`` are the rules that the record answers, by their number, those that remember at least; None where nobody
    has asked it yet.
    """

    __slots__ = ("_line", "_record", "fired", "text")

    def __init__(self, line: Line, *, record: Record | None = None, fired: tuple[int, ...] | None = None) -> None:
        self._line = line
        self._record = record
        self.fired = fired
        self.text = line.text if record is None else b""

    @property
    def path(self) -> str:
        """Return the part of a source that it was read from."""
        return self._line.path

    @property
    def source(self) -> Source:
        """Return where it stood."""
        return Source(path=self._line.path, line=self._line.line)

    @property
    def record(self) -> Record:
        """Return the record; an empty one where the line cannot be decoded to its end after all."""
        if self._record is None:
            read = read_line((self._line.line, self._line.text))
            self._record = read.value if isinstance(read, Value) else {}
        return self._record


class Stage(Protocol):
    """Sees every record in order, and keeps what it remembers in the transaction that commits their positions.

    The order of calls for one batch: ``look``, ``decide``, then ``committed`` or ``abandoned``. No two batches overlap
    within a process; between processes only one is between the beginning of ``decide`` and its commit. What is held in
    memory is true only from ``committed`` on, and as long as no other process writes: read what is decided upon in
    ``decide``. A batch can be looked at again (another instance was first with something); it is decided once.
    """

    def look(self, sightings: Sequence[Sighting]) -> Any:
        """Return what the batch means to this stage; called in a worker thread, without side effects."""
        ...

    async def decide(self, looked: Any, now: datetime) -> Sequence[Finding]:
        """Read and write the stage's tables, inside the transaction, and return what is found."""
        ...

    async def tick(self, now: datetime) -> Sequence[Finding]:
        """Return what is found because time went by; inside a transaction of its own, every few seconds.

        Called between batches, and while nothing arrives at all.
        """
        ...

    def committed(self) -> None:
        """Learn that what the last ``decide`` or ``tick`` wrote is durable."""
        ...

    def abandoned(self) -> None:
        """Learn that nothing of the last ``decide`` or ``tick`` was written."""
        ...
