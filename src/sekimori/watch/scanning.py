"""A scan: log files in, findings out, and a count of what could not be read."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from sekimori.watch.documents import Unreadable
from sekimori.watch.domain.detection import Detector
from sekimori.watch.domain.finding import Finding
from sekimori.watch.domain.reading import GRAPH_ACTIVITY
from sekimori.watch.domain.records import Record, Source, mapping
from sekimori.watch.intake import Intake, describe_unknown
from sekimori.watch.logfiles import Located, read_logs


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A line that could not be read, or that no envelope knows."""

    path: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.reason}"


@dataclass(slots=True, kw_only=True)
class Scan:
    """One pass over log files. A finding that comes again, from a log delivered twice, is given once."""

    intake: Intake
    detector: Detector
    progress: Callable[[], None] = lambda: None
    _seen: set[str] = field(default_factory=set)

    def run(self, paths: list[str]) -> Iterator[Finding | Trouble]:
        """Yield findings and troubles in the order of the input.

        Graph calls of an application whose calls our audit log records come last: the entry behind a call may stand in
        a later file. Where no entry is known at all, nothing is reconciled.
        """
        waiting: list[tuple[Record, Source]] = []
        for record, source in records_of(self.intake, paths):
            self.progress()
            if isinstance(record, Trouble):
                yield record
            elif self._waits(record):
                waiting.append((record, source))
            else:
                yield from self._new(record, source)
        self.detector.reconcile_if_possible()
        for record, source in waiting:
            yield from self._new(record, source)

    def _new(self, record: Record, source: Source) -> Iterator[Finding]:
        for finding in self.detector.detect(record, source):
            if finding.fingerprint not in self._seen:
                self._seen.add(finding.fingerprint)
                yield finding

    def _waits(self, record: Record) -> bool:
        if record.get("category") != GRAPH_ACTIVITY:
            return False
        app_id = mapping(record.get("properties")).get("appId")
        return any(profile.recorded and profile.app_id == str(app_id).casefold() for profile in self.detector.profiles)


def records_of(intake: Intake, paths: list[str]) -> Iterator[tuple[Record | Trouble, Source]]:
    """Yield every canonical record with its place; troubles stand where the record would."""
    for located in read_logs(paths):
        source = Source(path=located.path, line=located.value.line)
        opened = _opened(intake, located)
        if isinstance(opened, Trouble):
            yield opened, source
        else:
            yield from ((record, source) for record in opened)


def _opened(intake: Intake, located: Located) -> Iterator[Record] | Trouble:
    value = located.value
    if isinstance(value, Unreadable):
        return Trouble(path=located.path, line=value.line, reason=value.reason)
    records = intake.open(value.value)
    if records is None:
        return Trouble(path=located.path, line=value.line, reason=describe_unknown(value.value))
    return records
