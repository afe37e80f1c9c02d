"""Which lines can come to an alert: some rules need a declared application, or say too little of any other."""

from enum import Enum, auto

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
        self._kinds: dict[tuple[int, ...], _Kind] = {}
        self._remembered: dict[tuple[int, ...], tuple[int, ...]] = {(): ()}
        self._remembering = frozenset(place for place, rule in enumerate(detector.rules) if rule.state)
        self._needy = frozenset(place for place, rule in enumerate(detector.rules) if _needs_a_profile(rule, least))

    def is_passed_over(self, text: bytes, rules: tuple[int, ...]) -> bool:
        """Say whether each of the rules needs a declared application, and the line names none of their ids."""
        if rules not in self._kinds:
            self._kinds[rules] = self._kind(rules)
        kind = self._kinds[rules]
        if kind is not _Kind.IF_NOT_NAMED:
            return kind is _Kind.ALWAYS
        lowered = text.lower()
        # an escaped ASCII character could be a digit of an id: whoever writes so is read in full
        for each in self._ids:
            if each in lowered:
                return False
        return b"\\u00" not in lowered

    def remembered(self, rules: tuple[int, ...]) -> tuple[int, ...]:
        """Return those of the rules that remember."""
        if rules not in self._remembered:
            self._remembered[rules] = tuple(place for place in rules if place in self._remembering)
        return self._remembered[rules]

    def _kind(self, rules: tuple[int, ...]) -> "_Kind":
        if not self._needy.issuperset(rules):
            return _Kind.NEVER
        return _Kind.ALWAYS if self._remembering.issuperset(rules) else _Kind.IF_NOT_NAMED


class _Kind(Enum):
    """When lines that answer certain rules are passed over."""

    NEVER = auto()
    IF_NOT_NAMED = auto()
    ALWAYS = auto()


def _needs_a_profile(rule: Rule, least: Level) -> bool:
    judge = rule.guidance.judge
    if rule.state:
        return True  # it says nothing on one record; whoever remembers sees the record
    return judge in NEED_A_PROFILE or (judge in LEFT_TO_THE_RULE and not rule.level.at_least(least))
