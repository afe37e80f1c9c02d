"""Makes the report: gathers the register, the proof and the manifest, compares, renders, writes."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sekimori.cli._assessing import known_rules, proof_of, reader, write
from sekimori.risk.register.loader import load
from sekimori.risk.report.assessment import Assessment
from sekimori.risk.report.declared import declared_facts
from sekimori.risk.report.document import document
from sekimori.risk.report.rendering import Form, rendered
from sekimori.risk.report.snapshot import compared_with, read_kept, snapshot_of, to_keep
from sekimori.risk.threats.kept import read_kept_threats
from sekimori.watch.domain.language import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the caller asked for."""

    form: str
    language: Language
    out: Path | None
    register: Path | None = None
    threats: Path | None = None
    manifest: Path | None = None
    since: Path | None = None
    proof: Path | None = None


def made(wish: Wish) -> tuple[str, ...]:
    """Write the report, and return what of the register could not be used."""
    rules = {rule.id: rule for rule in known_rules()}
    loaded = load(wish.register, rules)
    problems = tuple(str(problem) for problem in loaded.problems)
    assessment = Assessment(
        register=loaded.register,
        rules=rules,
        proof=proof_of(wish.proof),
        now=datetime.now(UTC),
        read=reader(),
        declared=_declared(wish),
        problems=problems,
        reported=tuple(read_kept_threats(wish.threats)) if wish.threats else (),
    )
    beside = wish.out.with_suffix(".snapshot.json") if wish.out else None
    earlier = wish.since or beside
    kept = read_kept(earlier) if earlier else None
    snapshot = snapshot_of(assessment)
    told = document(assessment, wish.language, compared_with(kept, snapshot))
    write(rendered(told, Form(wish.form)), wish.out)
    if beside is not None:
        beside.write_bytes(to_keep(kept, snapshot))
    return problems


def _declared(wish: Wish) -> tuple[tuple[str, str], ...]:
    if wish.manifest is None:
        return ()
    from sekimori.manifest.loader import load as load_manifest

    return declared_facts(load_manifest(wish.manifest), wish.language)
