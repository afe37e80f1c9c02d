"""Carries techniques out on the proving ground and makes the matrix and the proof of what came of it."""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sekimori import __version__
from sekimori.cli._drill.gaps import read_gaps
from sekimori.cli._drill.ground import Carried, Raised, id_of, proving_ground
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
    carried: list[Carried] = []
    async with proving_ground(folder) as ground:
        for technique in techniques:
            told(technique)
            carried.append(await ground.detonate(technique))
        raised = await ground.raised()
    return _drilled(carried, raised, whole=set(techniques) == set(discovered_techniques()))


def _drilled(carried: Sequence[Carried], raised: Sequence[Raised], *, whole: bool) -> Drilled:
    of = {one.done.technique.id: _told(one, raised, carried) for one in carried}
    rows = tuple(
        Row(
            technique=one.done.technique,
            fired={each.rule: seconds for each, seconds in reversed(of[one.done.technique.id])},
        )
        for one in carried
    )
    rules = tuple(rule.id for rule in shipped_rules())
    matrix = Matrix(rows=rows, rules=rules, gaps=read_gaps(), whole=whole)
    proof = Proof(
        version=1,
        proven_at=datetime.now(UTC).replace(microsecond=0),
        sekimori=__version__,
        techniques=tuple(
            _proven(row, one.done, {each.event for each, _ in of[one.done.technique.id]}, rules)
            for row, one in zip(rows, carried, strict=True)
        ),
        rules=rules,
        gaps=matrix.gaps,
    )
    return Drilled(matrix=matrix, proof=proof)


def _told(carried: Carried, raised: Sequence[Raised], others: Sequence[Carried]) -> list[tuple[Raised, float]]:
    """Return what was told of one technique, the soonest first.

    A finding names its record. One that hangs on something else is of the technique that ran when it was recorded.
    """
    known = {id_of(record) for one in others for record in one.done.records}
    found = []
    for one in raised:
        seconds = carried.seconds(one)
        if seconds is None and one.event not in known and carried.began <= one.recorded_at < carried.ended:
            seconds = (one.told_at - carried.began).total_seconds()
        if seconds is not None:
            found.append((one, seconds))
    return sorted(found, key=lambda pair: pair[1])


def _proven(row: Row, done: Detonated, loud: AbstractSet[str | None], rules: Sequence[str]) -> ProvenTechnique:
    technique = row.technique
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
