"""Makes the report: gathers the register, the proof and the manifest, compares, renders, writes."""

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from sekimori.cli._assessing import known_rules, proof_of, reader, tell, write
from sekimori.risk.checked import read_checked
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
    """What the caller asked for; a language that is None is the manifest's, or English."""

    form: str
    language: Language | None
    out: Path | None
    register: Path | None = None
    threats: Path | None = None
    manifest: Path | None = None
    since: Path | None = None
    rules: Path | None = None
    proof: Path | None = None
    checked: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Language and zone of the report, and what the manifest declares."""

    language: Language
    zone: tzinfo = UTC
    declared: tuple[tuple[str, str], ...] = ()


def made(wish: Wish) -> tuple[str, ...]:
    """Write the report, and return what of the register could not be used."""
    setting = _setting(wish)
    rules = {rule.id: rule for rule in known_rules(wish.rules)}
    loaded = load(wish.register, rules)
    problems = tuple(str(problem) for problem in loaded.problems)
    assessment = Assessment(
        register=loaded.register,
        rules=rules,
        proof=proof_of(wish.proof),
        now=datetime.now(UTC),
        read=reader(),
        zone=setting.zone,
        declared=setting.declared,
        problems=problems,
        checked=read_checked(wish.checked) if wish.checked else None,
        reported=tuple(read_kept_threats(wish.threats)) if wish.threats else (),
    )
    beside = wish.out.with_suffix(".snapshot.json") if wish.out else None
    kept = read_kept(wish.since) if wish.since else read_kept(beside, expected=False) if beside else None
    snapshot = snapshot_of(assessment)
    told = document(assessment, setting.language, compared_with(kept, snapshot))
    write(rendered(told, Form(wish.form)), wish.out, tell=tell)
    if beside is not None:
        write(to_keep(kept, snapshot), beside)
    return problems


def _setting(wish: Wish) -> Setting:
    if wish.manifest is None:
        return Setting(language=wish.language or Language.EN)
    from sekimori.manifest.loader import load as load_manifest

    manifest = load_manifest(wish.manifest)
    language = wish.language or Language(manifest.service.language.value)
    return Setting(language=language, zone=manifest.service.zone, declared=declared_facts(manifest, language))
