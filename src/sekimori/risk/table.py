"""The article's table, printed from what was proven: target, technique, event name, property, rule, last proven."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from typing import Any, TypeAlias

from sekimori.risk.evidence import telling_properties
from sekimori.risk.proof import Proof, ProvenTechnique
from sekimori.risk.targets import PROPERTIES, is_of_the_article, modified_properties, name_of_target, rank, targets_of
from sekimori.watch.domain import attack
from sekimori.watch.domain.event import Event, GraphCall
from sekimori.watch.domain.language import Language
from sekimori.watch.domain.rule import Rule

Reader: TypeAlias = Callable[[Any], Event | None]
"""Reads a raw log event in whatever envelope it is; None where nobody knows its shape."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of the table. ``article`` where the article had it; ``properties`` is empty where it has none."""

    target: str
    technique: str
    event: str
    properties: tuple[str, ...]
    rules: tuple[str, ...]
    proven_at: datetime
    article: bool
    proofs: tuple[str, ...]


def table_rows(proof: Proof, known: Iterable[Rule], read: Reader) -> list[Row]:
    """Return the rows that a proof bears out, the article's first, in its order.

    A technique that no rule of ``known`` found gives no row: the table says what is seen, not what is hoped for. A
    row names the rules over the log that its event is in; where an act shows in two logs, the others have theirs.
    """
    rules = {rule.id: rule for rule in known}
    alike: dict[tuple[Any, ...], list[Row]] = {}
    for row in (row for technique in proof.attacks for row in _rows(technique, proof, rules, read)):
        alike.setdefault((row.target, row.technique, row.event, row.properties), []).append(row)
    return sorted(map(_joined, alike.values()), key=_place)


def _place(row: Row) -> tuple[object, ...]:
    return (rank(row.target, of_the_article=row.article), row.technique, row.event, row.properties)


def _rows(technique: ProvenTechnique, proof: Proof, known: Mapping[str, Rule], read: Reader) -> Iterator[Row]:
    fired = tuple(rule for rule in technique.rules if rule in known)
    event = read(technique.event) if technique.event else None
    if event is None or not fired or not technique.mitre:
        return
    over_this_log = tuple(rule for rule in fired if known[rule].sigma.logsource.service == event.category.casefold())
    targets = targets_of(event)
    for target in targets:
        yield Row(
            target=target,
            technique=technique.mitre[0],
            event=event.operation.strip(),
            properties=_properties(technique, event, target, alone=len(targets) == 1),
            rules=over_this_log or fired,
            proven_at=proof.proven_at,
            article=is_of_the_article(target, technique.mitre[0], event.operation),
            proofs=(technique.id,),
        )


def _properties(technique: ProvenTechnique, event: Event, target: str, *, alone: bool) -> tuple[str, ...]:
    """Name the properties that tell: those that the proof names, or those that such a change is known by."""
    if isinstance(event.detail, GraphCall):
        return tuple(dict.fromkeys(path.rpartition(".")[2] for path in technique.telling))
    known = PROPERTIES.get(target, ())
    there = {str(prop["displayName"]) for prop in modified_properties(technique.event)}
    expected = tuple(name for name in known if name in there)
    named = telling_properties(technique.event, technique.telling)
    if known and not alone:
        return expected
    if not known and not target.startswith("policy:"):
        return ()  # that it was made or deleted tells, whatever its properties
    return named or expected


def _joined(rows: Sequence[Row]) -> Row:
    """Make one row of several; the rule that most acts made fire comes first."""
    fired = Counter(rule for row in rows for rule in row.rules)
    return replace(
        rows[0],
        rules=tuple(rule for rule, _ in fired.most_common()),
        proven_at=max(row.proven_at for row in rows),
        proofs=tuple(proof for row in rows for proof in row.proofs),
    )


HEADS: Mapping[Language, tuple[str, ...]] = {
    Language.JA: ("変更対象", "テクニック", "イベント名", "プロパティ名", "ルール", "最終実証日"),
    Language.EN: ("Target", "Technique", "Event name", "Property", "Rule", "Last proven"),
}


def cells(row: Row, language: Language, zone: tzinfo = UTC) -> tuple[str, ...]:
    """Return a row as text, in the order of :data:`HEADS`; the date is the zone's."""
    return (
        name_of_target(row.target, language),
        f"{row.technique} {attack.name_of(row.technique)}".strip(),
        row.event,
        ", ".join(row.properties) or "-",
        ", ".join(row.rules),
        f"{row.proven_at.astimezone(zone):%Y-%m-%d}",
    )


def row_as_plain(row: Row, language: Language) -> dict[str, Any]:
    """Return a row for JSON."""
    return {
        "target": name_of_target(row.target, language),
        "technique": row.technique,
        "technique_name": attack.name_of(row.technique),
        "event": row.event,
        "properties": list(row.properties),
        "rules": list(row.rules),
        "last_proven": f"{row.proven_at:%Y-%m-%dT%H:%M:%SZ}",
        "article": row.article,
        "proofs": list(row.proofs),
    }


def markdown_table(rows: Iterable[Row], language: Language) -> str:
    """Return the rows as a table in Markdown."""
    lines = [HEADS[language], tuple("---" for _ in HEADS[language]), *(cells(row, language) for row in rows)]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)
