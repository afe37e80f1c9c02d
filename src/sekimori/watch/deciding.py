"""From the lines of a batch to findings: the kernel looks at all of them, and only what it keeps is read in full."""

import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import msgspec
import structlog

from sekimori.watch.batch import Line
from sekimori.watch.documents import LONGEST_LINE, Unreadable, Value, read_line
from sekimori.watch.domain.detection import Detector
from sekimori.watch.domain.finding import Finding
from sekimori.watch.domain.instants import parse_instant
from sekimori.watch.domain.level import Level
from sekimori.watch.domain.records import Record, Source
from sekimori.watch.intake import Intake, Unknown, describe_unknown
from sekimori.watch.mentions import Mentions
from sekimori.watch.stage import Sighting

BARE: Final = "azure diagnostic"
"""The envelope of what the kernel decides by itself: records as they stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotRead:
    """A line, or a part of one, that no record could be made of, and why."""

    line: Line
    reason: str


@dataclass(slots=True, kw_only=True)
class Decided:
    """What a batch holds: findings, what could not be read, its records by envelope, and each of them if wanted."""

    findings: list[Finding] = field(default_factory=list)
    not_read: list[NotRead] = field(default_factory=list)
    sightings: list[Sighting] = field(default_factory=list)
    records: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Decided") -> None:
        """Take in what further lines hold."""
        self.findings += other.findings
        self.not_read += other.not_read
        self.sightings += other.sightings
        self.records += other.records


@dataclass(slots=True, kw_only=True)
class Decider:
    """Decides on lines; ``remembers`` says whether somebody wants to see every record afterwards.

    Law: the findings of level ``least`` and above are those of reading every line in full and asking every rule of
    every record.
    """

    intake: Intake
    detector: Detector
    remembers: bool = False
    least: Level = Level.INFORMATIONAL
    _mentions: Mentions = field(init=False)

    def __post_init__(self) -> None:
        self._mentions = Mentions(self.detector, least=self.least)

    def decide(self, lines: Sequence[Line]) -> Decided:
        """Return what lines hold, in their order. A line that a rule fails on is told, and the rest is decided."""
        try:
            return self._decide(lines)
        except Exception:  # noqa: BLE001 - a fault of ours must not make the watch blind to everything else
            return self._one_by_one(lines)

    def _one_by_one(self, lines: Sequence[Line]) -> Decided:
        decided = Decided()
        for line in lines:
            try:
                decided.add(self._decide([line]))
            except Exception as error:  # noqa: BLE001 - as above
                _tell(line, error)
                decided.not_read.append(NotRead(line=line, reason=f"a rule failed on it: {type(error).__name__}"))
        return decided

    def _decide(self, lines: Sequence[Line]) -> Decided:
        decided = Decided()
        apart = frozenset(place for place, line in enumerate(lines) if not _is_decidable(line.text))
        texts = [b"{}" if place in apart else line.text for place, line in enumerate(lines)]
        kept = dict(self.detector.kernel.decide_all(texts))
        passed = 0
        for place, line in enumerate(lines):
            rules = None if place in apart else kept.get(place, ())
            if rules is None or (rules and not self._mentions.is_passed_over(line.text, rules)):
                self._look_closer(line, rules, decided)
                continue
            passed += 1
            if self.remembers:
                decided.sightings.append(Sighting(line, fired=self._mentions.remembered(rules)))
        decided.records[BARE] += passed
        return decided

    def _look_closer(self, line: Line, rules: tuple[int, ...] | None, decided: Decided) -> None:
        read = read_line((line.line, line.text))
        if isinstance(read, Unreadable):
            decided.not_read.append(NotRead(line=line, reason=read.reason))
        elif read is not None:
            for record in self._records(read, rules):
                self._judge(line, record, rules, decided)

    def _records(self, read: Value, rules: tuple[int, ...] | None) -> Iterator[Record | Unknown]:
        if rules is not None:
            # What the kernel decides is in no envelope: it is a canonical record as it stands.
            return iter((read.value,))
        opened = self.intake.open(read.value)
        return iter((Unknown(describe_unknown(read.value)),)) if opened is None else opened

    def _judge(self, line: Line, record: Record | Unknown, rules: tuple[int, ...] | None, decided: Decided) -> None:
        if isinstance(record, Unknown):
            decided.not_read.append(NotRead(line=line, reason=record.reason))
            return
        source = _source(line)
        detector = self.detector
        decided.records[BARE if rules is not None else self.intake.latest] += 1
        decided.findings += detector.detect(record, source) if rules is None else detector.judged(record, rules, source)
        if self.remembers:
            decided.sightings.append(Sighting(line, record=record, fired=rules))


class _Timed(msgspec.Struct):
    time: str | int | float | None = None


_TIMED: Final = msgspec.json.Decoder(_Timed)


def newest_instant(lines: Sequence[Line]) -> datetime | None:
    """Return when the last of the lines says that it was written; None where it does not say so at once."""
    try:
        return parse_instant(_TIMED.decode(lines[-1].text).time) if lines else None
    except (msgspec.DecodeError, RecursionError):
        return None


def _tell(line: Line, error: Exception) -> None:
    """Log where a rule failed; what the error says may be out of the record, and stays out of the log."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    structlog.get_logger("sekimori.watch").error(
        "record.failed", path=line.path, line=line.line, error=type(error).__name__, at=f"{last.name}:{last.lineno}"
    )


def _source(line: Line) -> Source:
    return Source(path=line.path, line=line.line)


def _is_decidable(text: bytes) -> bool:
    """Say whether a line is for the kernel: of a bearable length, and in UTF-8 to its end."""
    if len(text) >= LONGEST_LINE:
        return False
    if text.isascii():
        return True
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True
