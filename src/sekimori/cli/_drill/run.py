"""Carries techniques out on the proving ground and makes the matrix and the proof of what came of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sekimori import __version__
from sekimori.cli._drill.gaps import read_gaps
from sekimori.cli._drill.ground import Ground, Raised, id_of, proving_ground
from sekimori.cli._drill.matrix import Cell, Matrix, Row
from sekimori.cli._drill.telling import telling_paths, telling_record
from sekimori.risk.proof import Fired, Proof, ProvenTechnique
from sekimori.sim.control import Detonated
from sekimori.sim.technique import discovered_techniques
from sekimori.watch.rulebook import shipped_rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Drilled:
    """What came of a run: the matrix, and the proof that goes into the file."""

    matrix: Matrix
    proof: Proof


async def drill(folder: Path, techniques: Sequence[str], told: Callable[[str], None]) -> Drilled:
    """Carry techniques out, one after the other, in one running service; ``told`` hears of each before it begins.

    Raises:
        SekimoriError: the service did not come up or did not keep up.
    """
    done: list[Detonated] = []
    async with proving_ground(folder) as ground:
        for technique in techniques:
            told(technique)
            done.append(await ground.detonate(technique))
        raised = await _raised(ground)
    return _drilled(done, raised, whole=set(techniques) == set(discovered_techniques()))


async def _raised(ground: Ground) -> Mapping[str, list[Raised]]:
    by_event: dict[str, list[Raised]] = {}
    for one in await ground.raised():
        by_event.setdefault(one.event, []).append(one)
    return by_event


def _drilled(done: Sequence[Detonated], raised: Mapping[str, list[Raised]], *, whole: bool) -> Drilled:
    rows = tuple(Row(technique=one.technique, fired=_fired(one, raised)) for one in done)
    rules = tuple(rule.id for rule in shipped_rules())
    matrix = Matrix(rows=rows, rules=rules, gaps=read_gaps(), whole=whole)
    proof = Proof(
        version=1,
        proven_at=datetime.now(UTC).replace(microsecond=0),
        sekimori=__version__,
        techniques=tuple(_proven(row, one, raised, rules) for row, one in zip(rows, done, strict=True)),
        rules=rules,
        gaps=matrix.gaps,
    )
    return Drilled(matrix=matrix, proof=proof)


def _fired(done: Detonated, raised: Mapping[str, list[Raised]]) -> dict[str, float]:
    """Return the rules that fired on a technique's records, with the seconds that the first of each took."""
    found = [one for record in done.records for one in raised.get(id_of(record), ())]
    return {one.rule: max(one.seconds, 0.0) for one in sorted(found, key=lambda one: -one.seconds)}


def _proven(row: Row, done: Detonated, raised: Mapping[str, list[Raised]], rules: Sequence[str]) -> ProvenTechnique:
    technique = row.technique
    loud = [id_of(record) for record in done.records if raised.get(id_of(record))]
    event = telling_record(technique, done.records, loud)
    return ProvenTechnique(
        id=technique.id,
        benign=technique.benign,
        mitre=technique.attack,
        fired=tuple(Fired(rule=rule, seconds=round(row.fired[rule], 3)) for rule in sorted(row.fired)),
        quiet=row.rules(Cell.QUIET, among=rules),
        missed=row.rules(Cell.MISSED, among=rules),
        event=event,
        telling=telling_paths(technique, event),
    )
