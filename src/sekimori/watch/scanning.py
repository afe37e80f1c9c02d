"""A scan: log files in, findings out, and a count of what could not be read."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from sekimori.watch.documents import Unreadable
from sekimori.watch.domain.detection import Detector
from sekimori.watch.domain.finding import Finding
from sekimori.watch.domain.records import Record, Source
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
        """Yield findings and troubles in the order of the input."""
        for record, source in records_of(self.intake, paths):
            self.progress()
            if isinstance(record, Trouble):
                yield record
                continue
            for finding in self.detector.detect(record, source):
                if finding.fingerprint not in self._seen:
                    self._seen.add(finding.fingerprint)
                    yield finding


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
