"""A rule's samples: events that fire it, that nearly do, and that are ordinary; one a line beside the rule."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from enum import StrEnum
from ipaddress import ip_network
from pathlib import Path
from typing import Any, ClassVar, Final

import msgspec

from sekimori.core.errors import SekimoriError
from sekimori.manifest.formats import minutes_of
from sekimori.watch.domain.calls import parse_call
from sekimori.watch.domain.detection import Detector
from sekimori.watch.domain.finding import Finding
from sekimori.watch.domain.level import Level
from sekimori.watch.domain.presence import Presence
from sekimori.watch.domain.profile import IdentityProfile, Proof
from sekimori.watch.domain.reading import instant_of
from sekimori.watch.domain.rule import Rule
from sekimori.watch.domain.state.cells import BEGINNING, milliseconds
from sekimori.watch.domain.state.engine import Engine
from sekimori.watch.domain.state.memory import Memory
from sekimori.watch.intake import Intake, records_in
from sekimori.watch.series import Further, followed

SUFFIX: Final = ".samples.ndjson"


class Expectation(StrEnum):
    """What a rule makes of a sample."""

    FIRES = "fires"
    NEARLY = "nearly"
    QUIET = "quiet"


class Watched(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The manifest's word on the application of a sample."""

    app_id: str
    object_id: str | None = None
    egress: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    permissions: tuple[str, ...] = ()
    credential: Proof | None = None
    key_ids: tuple[str, ...] = ()
    thumbprints: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    active_hours: str | None = None
    idle: bool = False
    calls: tuple[str, ...] = ()
    user_agents: tuple[str, ...] = ()
    mailboxes: Mapping[str, str] = {}
    recorded: bool = False

    def profile(self) -> IdentityProfile:
        """Return the profile that the manifest would give."""
        return IdentityProfile(
            name="sample",
            app_id=self.app_id,
            object_id=self.object_id,
            egress=tuple(ip_network(net) for net in self.egress),
            countries=frozenset(self.countries),
            permissions=frozenset(self.permissions),
            credential=self.credential,
            key_ids=frozenset(self.key_ids),
            thumbprints=frozenset(self.thumbprints),
            owners=frozenset(self.owners),
            resources=frozenset(self.resources),
            presence=self._presence(),
            calls=tuple(map(parse_call, self.calls)),
            user_agents=self.user_agents,
            mailboxes=self.mailboxes,
            recorded=self.recorded,
        )

    def _presence(self) -> Presence | None:
        if self.idle:
            return Presence(zone=UTC, days=frozenset())
        return Presence(zone=UTC, minutes=minutes_of(self.active_hours)) if self.active_hours else None


class Sample(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One event in any envelope, what the rule makes of it, and why that is right.

    ``before`` is shown to the watch first, ``then`` follows. A rule that remembers is shown everything and the end of
    the log, and what ``before`` comes to by itself does not count; any other is asked of ``raw`` alone. ``level`` is
    what a firing sample is worth, where it is not the rule's own.
    """

    expect: Expectation
    why: str
    raw: Any
    before: tuple[Any, ...] = ()
    then: tuple[Further, ...] = ()
    watched: Watched | None = None
    level: Level | None = None


class SamplesError(SekimoriError):
    """A file of samples cannot be read."""

    code: ClassVar[str] = "rules.samples_invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a rule made of one sample; ``problem`` is None where it was as expected."""

    sample: Sample
    line: int
    problem: str | None


def samples_file(rule: Rule) -> Path:
    """Return where the samples of a rule are: beside it, under the same name."""
    path = Path(rule.sigma.path)
    return path.with_name(path.stem + SUFFIX)


def read_samples(file: Path) -> list[Sample]:
    """Return the samples of a file; a file that does not exist has none.

    Raises:
        SamplesError: a line is no sample.
    """
    if not file.exists():
        return []
    samples = []
    for number, line in enumerate(file.read_bytes().splitlines(), 1):
        try:
            samples.append(msgspec.json.decode(line, type=Sample))
        except msgspec.DecodeError as error:
            raise SamplesError(f"{file}:{number}: {error}") from error
    return samples


def tried(rule: Rule, intake: Intake) -> list[Trial]:
    """Show a rule its samples, each to a fresh watch of that rule alone."""
    samples = read_samples(samples_file(rule))
    return [
        Trial(sample=sample, line=number, problem=_problem(rule, sample, intake))
        for number, sample in enumerate(samples, 1)
    ]


def _problem(rule: Rule, sample: Sample, intake: Intake) -> str | None:
    detector = Detector(rules=[rule], profiles=(sample.watched.profile(),) if sample.watched else ())
    for earlier in sample.before:
        _shown(detector, intake, earlier)
    found = _remembered(detector, intake, sample) if rule.state else _shown(detector, intake, sample.raw)
    if found is None:
        return "no envelope knows this sample"
    if sample.expect is Expectation.FIRES:
        return _not_fired(rule, sample, found)
    return f"fired, but should not: {sample.why}" if found else None


def _not_fired(rule: Rule, sample: Sample, found: list[Finding]) -> str | None:
    if not found:
        return f"did not fire: {sample.why}"
    wanted = sample.level or rule.level
    return None if found[0].level is wanted else f"fired as {found[0].level}, not {wanted}: {sample.why}"


def _shown(detector: Detector, intake: Intake, raw: Any) -> list[Finding] | None:
    records = intake.open(raw)
    return None if records is None else detector.detect_all(records_in(records))


def _remembered(detector: Detector, intake: Intake, sample: Sample) -> list[Finding] | None:
    """Show a rule that remembers everything there is to a sample; what came before speaks for itself."""
    try:
        following = list(followed(sample.raw, sample.before, sample.then))
    except (ValueError, LookupError, TypeError) as error:
        raise SamplesError(f"a sample cannot be followed: {error}") from error
    found = _found(detector, intake, (*sample.before, sample.raw, *following))
    earlier = _found(detector, intake, sample.before) if sample.before else {}
    if found is None or earlier is None:
        return None
    return [finding for identity, finding in found.items() if identity not in earlier]


def _found(detector: Detector, intake: Intake, raws: Sequence[Any]) -> dict[str, Finding] | None:
    """Return what is found from the beginning of a log to its end, by what makes it the same finding."""
    memory = Memory(Engine(state.keeper for state in detector.remembering))
    raised = []
    for raw in raws:
        opened = intake.open(raw)
        if opened is None:
            return None
        for record in records_in(opened):
            raised += memory.take(detector.observed(record))
            time = instant_of(record)
            memory.see(milliseconds(time) if time else BEGINNING)
    return {each.identity: finding for each in [*raised, *memory.end()] if (finding := detector.recalled(each))}


def counted(trials: Iterable[Trial]) -> Mapping[Expectation, int]:
    """Return how many samples there are of each kind."""
    trials = list(trials)
    return {kind: sum(trial.sample.expect is kind for trial in trials) for kind in Expectation}
