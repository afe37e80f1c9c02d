"""A scan: log files in, findings out, and a count of what could not be read."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from sekimori.watch.attic import Attic
from sekimori.watch.documents import Unreadable, Value, is_line_by_line, read_text, text_at
from sekimori.watch.domain.detection import Detector
from sekimori.watch.domain.finding import Finding
from sekimori.watch.domain.reading import GRAPH_ACTIVITY, SIGN_INS, instant_of
from sekimori.watch.domain.records import Record, Source, mapping
from sekimori.watch.domain.state.cells import END, DaySeen, Evidence, Observation, Raised, milliseconds
from sekimori.watch.domain.state.discretion import discreet_evidence
from sekimori.watch.domain.state.engine import Engine
from sekimori.watch.domain.state.memory import Memory
from sekimori.watch.intake import Intake, Opened, Unknown, describe_unknown
from sekimori.watch.logfiles import Located, is_plain_file, log_files, read_log, read_logs
from sekimori.watch.seen import Seen
from sekimori.watch.sweep import CHUNK, Kept, sweep

_NOWHERE = Source(path="-", line=0)
_WORTH_A_SWEEP = 4 << 20
"""Bytes; a smaller file is read sooner than workers are started."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A line that could not be read, or that no envelope knows."""

    path: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Found:
    """A record, or what could not be read, and its place; `rules` are those it answers, None if that is to be asked.

    What one that is no news means to those that remember was noted before.
    """

    record: Record | Trouble
    source: Source
    rules: tuple[int, ...] | None = None
    is_news: bool = True


@dataclass(slots=True, kw_only=True)
class Scan:
    """One pass over log files. A finding that comes again, from a log delivered twice, is given once.

    Plain files of lines from `swept_from` bytes are swept by `workers` processes, and only lines that answer a rule are
    read in full; findings, troubles and their order are the same. `progress` is told how many lines or records more
    were read. An instant of the log that lies after `not_after` is a mistake, and time has not come to it.
    """

    intake: Intake
    detector: Detector
    workers: int = 1
    swept_from: int = _WORTH_A_SWEEP
    chunk: int = CHUNK
    progress: Callable[[int], None] = lambda _: None
    not_after: datetime | None = None
    _seen: Seen = field(default_factory=Seen)
    _attic: Attic = field(default_factory=Attic)
    _lost: dict[Trouble, None] = field(default_factory=dict)
    _memory: Memory = field(init=False)

    def __post_init__(self) -> None:
        engine = Engine(state.keeper for state in self.detector.remembering)
        until = END if self.not_after is None else milliseconds(self.not_after)
        self._memory = Memory(
            engine, until, shelf=self._attic, put_away=self._attic.put_away, diary=self._attic, recall=self._recall
        )

    def run(self, paths: list[str]) -> Iterator[Finding | Trouble]:
        """Yield findings and troubles in the order of the input.

        Sign-ins and Graph calls of an application whose calls our audit log records come last: the entry behind one may
        stand in a later file. Where no entry is known at all, nothing is reconciled.
        """
        waiting: list[tuple[Evidence, tuple[int, ...] | None]] = []
        for path in [path for named in paths for path in log_files(named)]:
            for found in self._read(path):
                if isinstance(found.record, Trouble):
                    yield found.record
                elif self._waits(found.record):
                    waiting.append((self._attic.put_away(Evidence(found.record, found.source)), found.rules))
                else:
                    yield from self._new(found.record, found)
        self.detector.reconcile_if_possible()
        for put_away, rules in waiting:
            evidence = self._fetched(put_away)
            if isinstance(evidence, Trouble):
                yield evidence
            else:
                yield from self._new(evidence.record, Found(evidence.record, put_away.source or _NOWHERE, rules))
        yield from self._recalled(self._memory.end())
        yield from self._lost

    def _fetched(self, put_away: Evidence) -> Evidence | Trouble:
        source = put_away.source or _NOWHERE
        try:
            evidence = self._attic.fetch(put_away)
        except OSError as error:
            return Trouble(path=source.path, line=source.line, reason=f"cannot be read again: {error}")
        changed = Trouble(path=source.path, line=source.line, reason="the file changed while it was read")
        return changed if evidence is None else evidence

    def _read(self, path: str) -> Iterator[Found]:
        if is_plain_file(path, self.swept_from) and is_line_by_line(Path(path)):
            yield from self._swept(path)
            return
        for record, source in _records(self.intake, read_log(path)):
            self.progress(1)
            if not isinstance(record, Trouble):
                self._see(record)
            yield Found(record, source)

    def _swept(self, path: str) -> Iterator[Found]:
        """Yield what is worth a closer look in a file of lines."""
        line, detector = 0, self.detector
        swept = sweep(
            Path(path),
            detector.kernel,
            workers=self.workers,
            spotter=detector.spotter() if detector.remembering else None,
            chunk=self.chunk,
            progress=self.progress,
        )
        try:
            with Path(path).open("rb") as file:
                for looked in swept:
                    self._attic.note_lines(path, looked.spotted)
                    if looked.latest is not None:
                        self._memory.see(milliseconds(looked.latest))
                    for each in looked.kept:
                        line, text = each.number, text_at(file, each.start)
                        yield from self._looked_at(path, each, read_text(line, text))
        except OSError as error:
            reason = f"the file cannot be read further: {error}"
            yield Found(Trouble(path=path, line=line + 1, reason=reason), Source(path=path, line=line + 1))

    def _see(self, record: Record) -> None:
        if self.detector.remembering and (time := instant_of(record)) is not None:
            self._memory.see(milliseconds(time))

    def _looked_at(self, path: str, kept: Kept, value: Value | Unreadable | None) -> Iterator[Found]:
        if isinstance(value, Value) and kept.rules is not None:
            # What the kernel decides is in no envelope: it is a canonical record as it stands.
            if kept.unseen:
                self._see(value.value)
            yield Found(value.value, Source(path=path, line=kept.number, start=kept.start), kept.rules, kept.unseen)
        elif value is not None:
            for record, source in _records(self.intake, iter([Located(path=path, value=value)])):
                if not isinstance(record, Trouble):
                    self._see(record)
                yield Found(record, source)

    def _new(self, record: Record, found: Found) -> Iterator[Finding | Trouble]:
        if found.rules is None:
            findings = self.detector.detect(record, found.source)
        else:
            findings = self.detector.judged(record, found.rules, found.source)
        yield from (finding for finding in findings if self._seen.add(finding.fingerprint))
        seen = self.detector.observed(record, found.rules, found.source, is_news=found.is_news)
        if seen:
            yield from self._recalled(self._memory.take(seen))

    def _recalled(self, raised: Iterable[Raised]) -> Iterator[Finding | Trouble]:
        """Yield what several records come to, each once; the record with the finding is one of them."""
        for each in raised:
            evidence = self._fetched(each.evidence)
            if isinstance(evidence, Trouble):
                yield evidence
                continue
            # From its file a record comes as it was; what is recalled is told as memory keeps it.
            finding = self.detector.recalled(replace(each, evidence=discreet_evidence(evidence)))
            if finding and self._seen.add(finding.fingerprint):
                yield finding

    def _recall(self, seen: DaySeen) -> Observation | None:
        """Observe again what was noted of a record."""
        evidence = self._fetched(seen.evidence)
        if isinstance(evidence, Trouble):
            self._lost[evidence] = None
            return None
        observed = self.detector.observed_by(seen.rule, evidence.record, evidence.source)
        wanted = (seen.group, seen.step, seen.value)
        found = (each for each in observed if (each.group, each.step, each.value) == wanted)
        return next((replace(each, evidence=seen.evidence) for each in found), None)

    def _waits(self, record: Record) -> bool:
        if record.get("category") not in {GRAPH_ACTIVITY, *SIGN_INS}:
            return False
        app_id = mapping(record.get("properties")).get("appId")
        return any(profile.recorded and profile.app_id == str(app_id).casefold() for profile in self.detector.profiles)


def records_of(intake: Intake, paths: list[str]) -> Iterator[tuple[Record | Trouble, Source]]:
    """Yield every canonical record with its place; troubles stand where the record would."""
    return _records(intake, read_logs(paths))


def _records(intake: Intake, values: Iterator[Located]) -> Iterator[tuple[Record | Trouble, Source]]:
    for located in values:
        source = Source(path=located.path, line=located.value.line)
        opened = _opened(intake, located)
        if isinstance(opened, Trouble):
            yield opened, source
        else:
            for record in opened:
                yield _trouble(source, record.reason) if isinstance(record, Unknown) else record, source


def _trouble(source: Source, reason: str) -> Trouble:
    return Trouble(path=source.path, line=source.line, reason=reason)


def _opened(intake: Intake, located: Located) -> Opened | Trouble:
    value = located.value
    if isinstance(value, Unreadable):
        return Trouble(path=located.path, line=value.line, reason=value.reason)
    records = intake.open(value.value)
    if records is None:
        return Trouble(path=located.path, line=value.line, reason=describe_unknown(value.value))
    return records
