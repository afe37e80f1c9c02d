"""Everything that the report is made of, before it is put into words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from enum import StrEnum

from sekimori.risk.checked import Checks
from sekimori.risk.proof import Proof, ProvenTechnique
from sekimori.risk.register.model import Rating, Register, Threat
from sekimori.risk.table import Reader, Row, table_rows
from sekimori.risk.threats.kept import KeptThreat
from sekimori.watch.domain import attack
from sekimori.watch.domain.event import Event
from sekimori.watch.domain.rule import Rule


class Band(StrEnum):
    """How much a rating matters: likelihood times impact."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


def band_of(score: int) -> Band:
    """Return the band of a score from 1 to 25: low up to 4, medium up to 9, high up to 14, critical above."""
    for band, most in ((Band.LOW, 4), (Band.MEDIUM, 9), (Band.HIGH, 14)):
        if score <= most:
            return band
    return Band.CRITICAL


class State(StrEnum):
    """What can be said of a detection or a technique."""

    PROVEN = "proven"
    RULE_ONLY = "rule_only"
    MISSED = "missed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """An act of the drill, its log event, and the rules of a threat that found it."""

    act: ProvenTechnique
    event: Event | None
    rules: tuple[str, ...]
    in_this_log: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """A register held against the rules that there are and the proof of them. ``now`` is when it was done."""

    register: Register
    rules: Mapping[str, Rule]
    proof: Proof
    now: datetime
    read: Reader
    zone: tzinfo = UTC
    declared: tuple[tuple[str, str], ...] = ()
    problems: tuple[str, ...] = ()
    reported: tuple[KeptThreat, ...] = ()
    checked: Checks | None = None
    rows: tuple[Row, ...] = field(init=False)

    def __post_init__(self) -> None:
        rows = tuple(table_rows(self.proof, self.rules.values(), self.read))
        object.__setattr__(self, "rows", rows)

    def told(self, instant: datetime) -> str:
        """Return an instant in the report's zone, to the minute."""
        return f"{instant.astimezone(self.zone):%Y-%m-%d %H:%M %Z}"

    def state_of(self, rule: str) -> State:
        """Say whether the drill proved a rule."""
        return State.PROVEN if any(act.rules and rule in act.rules for act in self.proof.attacks) else State.RULE_ONLY

    def evidence_for(self, threat: Threat) -> Evidence | None:
        """Return what shows a threat's detection best: by the rule and of the technique that it names first."""
        found = [self._evidence(act, threat) for act in self.proof.attacks if act.event]
        return min((each for each in found if each.rules), key=lambda each: self._fit(each, threat), default=None)

    def _evidence(self, act: ProvenTechnique, threat: Threat) -> Evidence:
        """Return an act with those rules of a threat that found it, in the log that its event is in if any did."""
        event = self.read(act.event)
        rules = tuple(rule for rule in threat.detected_by.rules if rule in act.rules)
        service = event.category.casefold() if event else ""
        here = tuple(rule for rule in rules if self.rules[rule].sigma.logsource.service == service)
        return Evidence(act=act, event=event, rules=here or rules, in_this_log=bool(here))

    def _fit(self, evidence: Evidence, threat: Threat) -> tuple[object, ...]:
        act = evidence.act
        shared = sum(technique in threat.techniques for technique in act.mitre)
        first = threat.detected_by.rules.index(evidence.rules[0])
        another = act.mitre[:1] != threat.techniques[:1]
        return (not evidence.in_this_log, not shared, first, another, -shared, len(act.rules), act.id)

    def techniques(self) -> Iterator[tuple[str, State]]:
        """Yield each technique that a rule, an act or the register names, and what can be said of it."""
        claimed = {technique.upper() for rule in self.rules.values() for technique in rule.techniques}
        acted: dict[str, bool] = {}
        for act in self.proof.attacks:
            for technique in act.mitre:
                acted[technique] = acted.get(technique, False) or any(rule in self.rules for rule in act.rules)
        named = {technique for threat in self.register.threats for technique in threat.techniques}
        for technique in sorted((claimed | acted.keys() | named) & attack.techniques()):
            if acted.get(technique):
                yield technique, State.PROVEN
            else:
                yield technique, State.RULE_ONLY if technique in claimed else State.MISSED


def cells_of(register: Register, *, after: bool) -> Mapping[tuple[int, int], list[int]]:
    """Return the heat map: the numbers of the threats by likelihood and impact."""
    found: dict[tuple[int, int], list[int]] = {}
    for number, threat in enumerate(register.threats, 1):
        rating: Rating = threat.after if after else threat.before
        found.setdefault((rating.likelihood, rating.impact), []).append(number)
    return found
