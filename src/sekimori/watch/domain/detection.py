"""From canonical records to findings."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from sekimori.watch.domain.call_target import call_target
from sekimori.watch.domain.derivation import Derivation
from sekimori.watch.domain.enrichment import enriched
from sekimori.watch.domain.event import Event, GraphCall, OwnEntry
from sekimori.watch.domain.finding import Finding, Pattern
from sekimori.watch.domain.joining import joined
from sekimori.watch.domain.judges import JUDGES, NEED_A_PROFILE
from sekimori.watch.domain.level import Level
from sekimori.watch.domain.naming import named
from sekimori.watch.domain.profile import ChangeWindow, IdentityProfile, profile_of
from sekimori.watch.domain.reading import OWN_AUDIT, read_event
from sekimori.watch.domain.records import Record, Source
from sekimori.watch.domain.rule import Rule
from sekimori.watch.domain.sigma.kernel import Kernel
from sekimori.watch.domain.sigma.tree import Tree, any_of
from sekimori.watch.domain.state.cells import Evidence, Observation, Raised
from sekimori.watch.domain.state.glance import Glance, columns_of
from sekimori.watch.domain.state.spotting import Spotter
from sekimori.watch.domain.trail import MemoryTrail, Trail
from sekimori.watch.domain.verdict import Reason, Verdict

_CHANGES: Final = frozenset({"credential", "permission"})
"""Kinds of windows in which an application is changed, by whomever; in the others it acts itself."""


class Detector:
    """Asks every rule of every record.

    ``profiles`` are the applications that the manifest declares; ``trail`` is what our audit log proves. Entries of our
    audit log may be among the records: they raise nothing, and teach a :class:`MemoryTrail` unless ``believes_logs`` is
    False, because the log itself is at hand. Without a trail no call is reconciled.
    """

    def __init__(
        self, rules: Sequence[Rule], *, profiles: Sequence[IdentityProfile] = (), trail: Trail | None = None
    ) -> None:
        self.profiles = tuple(profiles)
        self.trail: Trail | None = MemoryTrail() if trail is None else trail
        self.believes_logs = True
        self.rules = tuple(_of_profiles(rule, profiles) for rule in rules if profiles or not _needs_a_profile(rule))
        self.remembering = tuple(rule.state for rule in self.rules if rule.state)
        self._latest: Event | None = None
        self._by_id = {rule.id: rule for rule in self.rules}
        glanced = [part for state in self.remembering for part in state.parts if columns_of(part)]
        self._glanced = tuple(s for s in self.remembering if any(columns_of(part) for part in s.parts))
        self.glance = Glance(glanced) if glanced else None
        shown = self.spotter().columns if self.remembering else {}
        self.kernel = Kernel(self.trees, Derivation(), apart=frozenset({OWN_AUDIT}), shown=shown)

    def spotter(self) -> Spotter:
        """Return what looks, for the rules that remember, at lines that the kernel decides."""
        return Spotter(self.remembering)

    @property
    def trees(self) -> list[Tree]:
        """What the kernel asks for each rule, without what is told at a glance."""
        return [asked_tree(rule) for rule in self.rules]

    def detect(self, record: Record, source: Source | None = None) -> list[Finding]:
        """Return the findings on one canonical record."""
        if record.get("category") == OWN_AUDIT:
            self._learn(read_event(record, source))
            return []
        return self.judged(record, self.kernel.decide_record(record), source)

    def judged(self, record: Record, fired: Sequence[int], source: Source | None = None) -> list[Finding]:
        """Return the findings on a canonical record that answers these rules, by their number."""
        speaking = [self.rules[place] for place in fired if self.rules[place].state is None]
        if not speaking:
            return []
        event = named(self._event(record, source), self.profiles)
        return joined([finding for rule in speaking if (finding := self._judged(rule, event))])

    def observed(
        self,
        record: Record,
        fired: Sequence[int] | None = None,
        source: Source | None = None,
        *,
        is_news: bool = True,
    ) -> list[Observation]:
        """Return what a record means to the rules that remember; `fired` are those it answers, if that is known.

        Of a record that is no news, only what a :class:`Glance` or a :class:`Spotter` does not tell is asked.
        """
        if not self.remembering:
            return []
        if fired is None:
            fired = self.kernel.decide_record(record)
        glanced = self._glanced if is_news else ()
        others = (state for place in fired if (state := self.rules[place].state))
        states = [*glanced, *(state for state in others if all(state is not each for each in glanced))]
        if not states:
            return []
        event = named(self._event(record, source), self.profiles)
        whole, evidence = enriched(event), Evidence(record, source)
        return [each for state in states for each in state.observations(event, whole, evidence)]

    def observed_by(self, rule: str, record: Record, source: Source | None) -> list[Observation]:
        """Return what a record means to one rule that remembers."""
        event = named(self._event(record, source), self.profiles)
        states = [state for state in self.remembering if state.keeper.rule == rule]
        return [
            each for state in states for each in state.observations(event, enriched(event), Evidence(record, source))
        ]

    def recalled(self, raised: Raised) -> Finding | None:
        """Return the finding that a rule that remembers came to, or None where a judge is silent on it."""
        rule = self._by_id.get(raised.rule)
        if rule is None:
            return None
        evidence = raised.evidence
        event = named(read_event(evidence.record, evidence.source), self.profiles)
        finding = self._judged(rule, event)
        pattern = Pattern(identity=raised.identity, count=raised.count, events=raised.events)
        return replace(finding, pattern=pattern) if finding else None

    def detect_all(self, records: Iterable[Record]) -> list[Finding]:
        """Return the findings on records, in their order."""
        return [finding for record in records for finding in self.detect(record)]

    def reconcile_if_possible(self) -> None:
        """Leave out reconciliation where no entry of our audit log was ever seen: it would doubt every call."""
        if isinstance(self.trail, MemoryTrail) and not self.trail.knows_any:
            self.trail = None

    def _event(self, record: Record, source: Source | None) -> Event:
        """Read a record; one that is asked of again at once is not read again."""
        if self._latest is None or self._latest.record is not record or self._latest.source is not source:
            self._latest = read_event(record, source)
        return self._latest

    def _learn(self, event: Event) -> None:
        if self.believes_logs and isinstance(event.detail, OwnEntry) and isinstance(self.trail, MemoryTrail):
            self.trail.learn(event)

    def _judged(self, rule: Rule, event: Event) -> Finding | None:
        profile = profile_of(event.app, self.profiles)
        judge = JUDGES[rule.guidance.judge] if rule.guidance.judge else None
        verdict = (judge(event, profile, self.trail) if judge else None) or Verdict(level=rule.level)
        if verdict.level is None:
            return None
        window = self._window(rule, event, profile) if verdict.excusable else None
        return Finding(
            rule=rule,
            event=event,
            level=Level.INFORMATIONAL if window else verdict.level_of(rule.level) or rule.level,
            reason=Reason.DECLARED_CHANGE if window else verdict.reason,
            profile=profile,
            window=window,
        )

    def _window(self, rule: Rule, event: Event, profile: IdentityProfile | None) -> ChangeWindow | None:
        """Return the declared change that expects an event: of the application that is changed, which a call names."""
        kind = rule.guidance.window
        changed = call_target(event.detail) if isinstance(event.detail, GraphCall) and kind in _CHANGES else None
        concerned = profile_of(changed, self.profiles) if changed else profile
        return concerned.window(kind, event.time) if concerned else None


def _needs_a_profile(rule: Rule) -> bool:
    return rule.guidance.judge in NEED_A_PROFILE or (rule.state is not None and rule.state.watched)


def _of_profiles(rule: Rule, profiles: Sequence[IdentityProfile]) -> Rule:
    if rule.state is None or not rule.state.watched:
        return rule
    return replace(rule, state=rule.state.of([profile.app_id for profile in profiles]))


def asked_tree(rule: Rule) -> Tree:
    """Return what the kernel is asked for a rule: of one that remembers, the parts that are not told at a glance."""
    if rule.state is None:
        return rule.sigma.tree
    return any_of([part.tree for part in rule.state.parts if not columns_of(part)])
