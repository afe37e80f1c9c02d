"""What a report said, in short, so that the next one can say what changed."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

import msgspec

from sekimori.risk.errors import ReportUnwritable
from sekimori.risk.register.model import Threat
from sekimori.risk.report.assessment import Assessment, State


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """The part that is compared; ``threats`` are scores before and after by id.

    ``measures`` are what prevents and what detects each threat; an older snapshot does not hold them.
    """

    threats: Mapping[str, tuple[int, int]]
    titles: Mapping[str, Mapping[str, str]]
    rules: tuple[str, ...]
    proven: tuple[str, ...]
    gaps: tuple[str, ...]
    measures: Mapping[str, tuple[str, ...]] = msgspec.field(default_factory=dict)


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """One report's content, and when it was made and proven."""

    made_at: datetime
    proven_at: datetime
    content: Content


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """The file beside a report: the last one, and the last one that said something else."""

    last: Snapshot
    before: Snapshot | None = None


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """One change: what kind, of which thing, and its values before and now."""

    kind: str
    name: str
    old: str = ""
    new: str = ""


def snapshot_of(assessment: Assessment) -> Snapshot:
    """Return the short form of an assessment."""
    register = assessment.register
    proven = [rule for rule in assessment.rules if assessment.state_of(rule) is State.PROVEN]
    content = Content(
        threats={threat.id: (threat.before.score, threat.after.score) for threat in register.threats},
        titles={threat.id: {"ja": threat.title.ja, "en": threat.title.en} for threat in register.threats},
        rules=tuple(sorted(assessment.rules)),
        proven=tuple(sorted(proven)),
        measures={threat.id: _measures(threat) for threat in register.threats},
        gaps=tuple(sorted(f"{gap.kind}:{gap.technique or ''}:{gap.rule or ''}" for gap in assessment.proof.gaps)),
    )
    return Snapshot(made_at=assessment.now, proven_at=assessment.proof.proven_at, content=content)


def _measures(threat: Threat) -> tuple[str, ...]:
    found = threat.detected_by
    return (*threat.prevented_by, *found.rules, *(means.value for means in found.means))


def changes(old: Snapshot, new: Snapshot, language: str) -> Iterator[Kind]:
    """Yield what changed between two reports."""
    was, now = old.content, new.content
    titles = {**was.titles, **now.titles}
    for threat in [*now.threats, *(each for each in was.threats if each not in now.threats)]:
        before, after = was.threats.get(threat), now.threats.get(threat)
        title = titles.get(threat, {}).get(language, threat)
        if before is None or after is None:
            yield Kind(kind="threat_added" if before is None else "threat_removed", name=title)
        elif before != after:
            yield Kind(kind="threat_rated", name=title, old="→".join(map(str, before)), new="→".join(map(str, after)))
    for threat in (each for each in now.measures if each in was.measures):
        title = titles.get(threat, {}).get(language, threat)
        had, has = was.measures[threat], now.measures[threat]
        yield from (Kind(kind="measure_added", name=f"{title}: {each}") for each in has if each not in had)
        yield from (Kind(kind="measure_removed", name=f"{title}: {each}") for each in had if each not in has)
    for kind, had, has in (
        ("rule", was.rules, now.rules),
        ("proof", was.proven, now.proven),
        ("gap", was.gaps, now.gaps),
    ):
        yield from (Kind(kind=f"{kind}_added", name=name) for name in has if name not in had)
        yield from (Kind(kind=f"{kind}_removed", name=name) for name in had if name not in has)


def read_kept(path: Path, *, expected: bool = True) -> Kept | None:
    """Return what stands beside an earlier report; where it was not ``expected``, there may be none.

    Raises:
        ReportUnwritable: it cannot be read, or was expected and is not there.
    """
    hint = "name another with --since, or none; only the section on changes needs it"
    if not expected and not path.exists():
        return None
    try:
        return msgspec.json.decode(path.read_bytes(), type=Kept)
    except OSError as error:
        raise ReportUnwritable(f"the snapshot {path} cannot be read: {error.strerror}", hint=hint) from error
    except msgspec.DecodeError as error:
        raise ReportUnwritable(f"{path} is no snapshot of a report: {error}", hint=f"remove it, or {hint}") from error


def compared_with(kept: Kept | None, new: Snapshot) -> Snapshot | None:
    """Return the report that a new one is compared with: the last one that said something else."""
    if kept is None:
        return None
    return kept.before if kept.last.content == new.content else kept.last


def to_keep(kept: Kept | None, new: Snapshot) -> bytes:
    """Return the file to leave beside a report."""
    return msgspec.json.format(msgspec.json.encode(Kept(last=new, before=compared_with(kept, new))), indent=1) + b"\n"
