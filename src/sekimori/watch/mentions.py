"""Which lines can come to an alert: some rules need a declared application, or say too little of any other."""

from collections.abc import Sequence

from sekimori.watch.domain.detection import Detector
from sekimori.watch.domain.judges import LEFT_TO_THE_RULE, NEED_A_PROFILE
from sekimori.watch.domain.level import Level
from sekimori.watch.domain.rule import Rule


class Mentions:
    """Says of a line that answers rules whether they can come to anything, without decoding it.

    Law: a line that is passed over raises no finding of ``least`` or above by itself when it is read in full. To the
    rules that remember it may mean something all the same.
    """

    def __init__(self, detector: Detector, *, least: Level) -> None:
        ids = {each for p in detector.profiles for each in (p.app_id, p.object_id, p.service_principal_id) if each}
        self._ids = sorted(each.casefold().encode() for each in ids)
        self._remembering = frozenset(place for place, rule in enumerate(detector.rules) if rule.state)
        self._needy = frozenset(place for place, rule in enumerate(detector.rules) if _needs_a_profile(rule, least))

    def is_passed_over(self, text: bytes, rules: Sequence[int]) -> bool:
        """Say whether each of the rules needs a declared application, and the line names none of their ids."""
        if not self._needy.issuperset(rules):
            return False
        if self._remembering.issuperset(rules):
            return True
        lowered = text.lower()
        # an escaped ASCII character could be a digit of an id: whoever writes so is read in full
        return b"\\u00" not in lowered and not any(each in lowered for each in self._ids)

    def remembered(self, rules: Sequence[int]) -> tuple[int, ...]:
        """Return those of the rules that remember."""
        return tuple(place for place in rules if place in self._remembering) if rules else ()


def _needs_a_profile(rule: Rule, least: Level) -> bool:
    judge = rule.guidance.judge
    if rule.state:
        return True  # it says nothing on one record; whoever remembers sees the record
    return judge in NEED_A_PROFILE or (judge in LEFT_TO_THE_RULE and not rule.level.at_least(least))
