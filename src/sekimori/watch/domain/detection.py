"""From canonical records to findings."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sekimori.watch.domain.enrichment import enriched
from sekimori.watch.domain.event import Event, OwnEntry
from sekimori.watch.domain.finding import Finding
from sekimori.watch.domain.judges import JUDGES
from sekimori.watch.domain.level import Level
from sekimori.watch.domain.profile import IdentityProfile, profile_of
from sekimori.watch.domain.reading import read_event
from sekimori.watch.domain.records import Record, Source
from sekimori.watch.domain.rule import Rule
from sekimori.watch.domain.sigma.evaluate import matches
from sekimori.watch.domain.trail import MemoryTrail, Trail
from sekimori.watch.domain.verdict import Reason, Verdict


@dataclass(slots=True, kw_only=True)
class Detector:
    """Asks every rule of every record.

    ``profiles`` are the applications that the manifest declares; ``trail`` is what our audit log proves. Entries of our
    audit log may be among the records: they teach a :class:`MemoryTrail`, and raise nothing.
    """

    rules: Sequence[Rule]
    profiles: tuple[IdentityProfile, ...] = ()
    trail: Trail | None = field(default_factory=MemoryTrail)

    def detect(self, record: Record, source: Source | None = None) -> list[Finding]:
        """Return the findings on one canonical record."""
        event = read_event(record, source)
        if isinstance(event.detail, OwnEntry):
            if isinstance(self.trail, MemoryTrail):
                self.trail.learn(event)
            return []
        seen = enriched(event)
        fired = (self._judged(rule, event) for rule in self.rules if matches(rule.sigma.tree, seen))
        return [finding for finding in fired if finding]

    def detect_all(self, records: Iterable[Record]) -> list[Finding]:
        """Return the findings on records, in their order."""
        return [finding for record in records for finding in self.detect(record)]

    def _judged(self, rule: Rule, event: Event) -> Finding | None:
        profile = profile_of(event.app, self.profiles)
        judge = JUDGES[rule.guidance.judge] if rule.guidance.judge else None
        verdict = (judge(event, profile, self.trail) if judge else None) or Verdict(level=rule.level)
        if verdict.level is None:
            return None
        if _declared(rule, event, profile):
            verdict = Verdict(level=Level.INFORMATIONAL, reason=Reason.DECLARED_CHANGE)
        return Finding(
            rule=rule, event=event, level=verdict.level or rule.level, reason=verdict.reason, profile=profile
        )


def _declared(rule: Rule, event: Event, profile: IdentityProfile | None) -> bool:
    if profile is None or event.time is None or rule.guidance.window is None:
        return False
    kind, when = rule.guidance.window, event.time
    return any(kind in window.what and when in window.span for window in profile.change_windows)
