"""Techniques against rules: what fired, what did not, and what of that nobody explained. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sekimori.risk.proof import Gap
from sekimori.sim.technique import Technique


class Cell(StrEnum):
    """What became of one rule on one technique."""

    FIRED = "●"
    ALSO = "○"
    MISSED = "✗"
    LOUD = "!"
    QUIET = "·"
    NOT_ASKED = " "


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One technique as it was carried out: the rules that fired with the seconds to the alert."""

    technique: Technique
    fired: Mapping[str, float]

    def cell(self, rule: str) -> Cell:
        """Say what became of a rule."""
        if rule in self.fired:
            if rule in self.technique.must_fire:
                return Cell.FIRED
            return Cell.LOUD if self.technique.keeps_quiet(rule) else Cell.ALSO
        if rule in self.technique.must_fire:
            return Cell.MISSED
        return Cell.QUIET if self.technique.keeps_quiet(rule) else Cell.NOT_ASKED

    def rules(self, *cells: Cell, among: Sequence[str]) -> tuple[str, ...]:
        """Return the rules with which it came to one of these."""
        return tuple(rule for rule in among if self.cell(rule) in cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Something that should not be; ``gap`` explains it where it was written down."""

    kind: str
    technique: str | None
    rule: str | None
    gap: Gap | None = None

    def __str__(self) -> str:
        match self.kind:
            case "rule_not_fired":
                return f"no technique fires {self.rule}"
            case "technique_not_caught":
                return f"{self.technique} is not caught by {self.rule or 'any rule'}"
            case "look_alike_fires":
                return f"{self.technique} makes {self.rule} fire, which must stay quiet"
            case "unknown_rule":
                return f"{self.technique} names a rule that there is not: {self.rule}"
            case _:
                about = " ".join(part for part in (self.technique, self.rule) if part)
                return f"a gap is written down and is none any more: {about}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """Every technique that was carried out against every rule."""

    rows: tuple[Row, ...]
    rules: tuple[str, ...]
    gaps: tuple[Gap, ...]
    whole: bool = True

    @property
    def explained(self) -> tuple[Trouble, ...]:
        """What should not be and was written down."""
        return tuple(trouble for trouble in self._troubles() if trouble.gap)

    @property
    def unexplained(self) -> tuple[Trouble, ...]:
        """What should not be and nobody explained, gaps that no longer hold among it."""
        held = {_place(trouble) for trouble in self._troubles()}
        stale = tuple(
            Trouble(kind="gap_closed", technique=gap.technique, rule=gap.rule)
            for gap in self.gaps
            if (gap.kind, gap.technique, gap.rule) not in held and self._reaches(gap)
        )
        return (*(trouble for trouble in self._troubles() if not trouble.gap), *stale)

    def fired_by(self, rule: str) -> tuple[str, ...]:
        """Return the techniques that fire a rule."""
        return tuple(row.technique.id for row in self.rows if rule in row.fired)

    def _reaches(self, gap: Gap) -> bool:
        """Whether this run can tell that the gap is closed: a part of the techniques cannot tell of a rule."""
        return self.whole or gap.technique in {row.technique.id for row in self.rows}

    def _troubles(self) -> tuple[Trouble, ...]:
        known = {(gap.kind, gap.technique, gap.rule): gap for gap in self.gaps}
        return tuple(
            Trouble(kind=kind, technique=technique, rule=rule, gap=known.get((kind, technique, rule)))
            for kind, technique, rule in self._found()
        )

    def _found(self) -> list[tuple[str, str | None, str | None]]:
        found: list[tuple[str, str | None, str | None]] = []
        for row in self.rows:
            name, fired = row.technique.id, row.fired
            found += [("unknown_rule", name, rule) for rule in sorted(row.technique.must_fire - set(self.rules))]
            found += [("technique_not_caught", name, rule) for rule in row.rules(Cell.MISSED, among=self.rules)]
            if not row.technique.benign and not fired and not row.technique.must_fire:
                found.append(("technique_not_caught", name, None))
            found += [("look_alike_fires", name, rule) for rule in row.rules(Cell.LOUD, among=self.rules)]
        if self.whole:
            found += [("rule_not_fired", None, rule) for rule in self.rules if not self.fired_by(rule)]
        return found


def _place(trouble: Trouble) -> tuple[str, str | None, str | None]:
    return trouble.kind, trouble.technique, trouble.rule
