"""The fast evaluator: decides a line of NDJSON without making a dictionary of it.

Each category has a plan. A line is decoded straight into the columns that the category's rules ask for; the value of
each column is looked up in what was learned from equal values before, and so is what the columns decide together. Only
where a rule is still open are its late columns asked, and only if they hold a text without which it cannot be true.

Law: `decide` answers as the plain evaluator does, rule by rule, on every spelling of the same record.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final, NamedTuple, Protocol, TypeAlias, Union

import msgspec
from msgspec.structs import astuple

from sekimori.watch.domain.flaws import flaw_of
from sekimori.watch.domain.sigma.block import by_kind, fired_in
from sekimori.watch.domain.sigma.columns import MEMO_SIZE, Overflow, Root
from sekimori.watch.domain.sigma.derived import Derived, Nothing
from sekimori.watch.domain.sigma.evaluate import matches
from sekimori.watch.domain.sigma.groups import Fired
from sekimori.watch.domain.sigma.logsources import CATEGORIES
from sekimori.watch.domain.sigma.plan import Habits, Lane, Plan
from sekimori.watch.domain.sigma.scope import Scope
from sekimori.watch.domain.sigma.shapes import OTHER_ENVELOPES
from sekimori.watch.domain.sigma.tree import Tree
from sekimori.watch.domain.sigma.tuning import Sample, dispensable, far_columns, few_of, habits_of

_SAMPLE: Final = 30
_BLOCK: Final = 128
"""Lines that are decided side by side."""
_USUAL: Final = frozenset({"AuditLogs", "MicrosoftGraphActivityLogs", "ServicePrincipalSignInLogs"})
_AS_IT_IS: Final = Habits()


class Kernel:
    """Asks all rules of one record at a time.

    `derived` works out what records do not hold by themselves. Lines of the categories `apart` are not decided: they
    are there to be read. `shown` are columns that are decoded for an onlooker, by category, each with the keys of the
    object that is there, or None for all of it. `fallbacks` counts lines that had to be decoded in full.
    """

    def __init__(
        self,
        trees: Sequence[Tree],
        derived: Derived | None = None,
        *,
        apart: frozenset[str] = frozenset(),
        shown: Mapping[str, Mapping[Root, frozenset[str] | None]] = MappingProxyType({}),
    ) -> None:
        self.trees = tuple(trees)
        self.derived = derived or Nothing()
        self.apart = apart
        self.shown = shown
        self.fallbacks = 0
        self._plans: dict[str | None, Plan] = {}
        self._met = _USUAL
        self._quick: _Quick | None = None

    def decide(self, line: bytes) -> Fired | None:
        """Return the rules that a line answers, by number; None if it is no bare diagnostic record.

        What the line is then, and whether it can be read at all, is for the envelopes to say.
        """
        return self.sift([line]).fired.get(0, ())

    def decide_all(self, lines: Sequence[bytes]) -> Iterable[tuple[int, Fired | None]]:
        """Return the lines that answer a rule, by their place, each with what `decide` says of it."""
        return sorted(self.sift(lines).fired.items())

    def sift(self, lines: Sequence[bytes], onlooker: "Onlooker | None" = None) -> "Sifted":
        """Decide lines, and show each that is decided to the onlooker."""
        sifted = Sifted({}, [])
        for start in range(0, len(lines), _BLOCK):
            block = lines[start : start + _BLOCK]
            if len(block) == 1 or not self._side_by_side(start, block, sifted, onlooker):
                for place, line in enumerate(block, start):
                    self._by_itself(place, line, sifted, onlooker)
        return sifted

    def _side_by_side(self, start: int, lines: Sequence[bytes], sifted: "Sifted", onlooker: "Onlooker | None") -> bool:
        """Decide a block of lines at once; do nothing, and say so, where one of them is not as usual."""
        decode, lanes = self._quickly
        found: dict[int, Fired | None] = {}
        try:
            records = list(map(decode, lines))
            kinds = by_kind(records)
            for kind, places in kinds.items():
                found.update(fired_in(lanes[kind], records, lines, places))
            for line in lines:
                if not line.isascii():
                    line.decode()  # what is not UTF-8 nobody would see who does not read it again
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, Overflow):
            return False
        sifted.fired.update((start + place, fired) for place, fired in found.items())
        if onlooker is not None:
            for kind, places in kinds.items():
                _show(onlooker, lanes[kind], [(start + place, records[place]) for place in places], sifted)
        return True

    def _by_itself(self, place: int, line: bytes, sifted: "Sifted", onlooker: "Onlooker | None") -> None:
        decode, lanes = self._quickly
        try:
            record = decode(line)
            fired = fired_in(lanes[type(record)], [record], [line], [0])
            if not line.isascii():
                line.decode()
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            self._fallback(place, line, sifted)
        except Overflow as overflow:
            self._give_up(type(record).__name__, overflow.root)
            self._by_itself(place, line, sifted, onlooker)
        else:
            sifted.fired.update(dict.fromkeys([place], fired[0]) if fired else {})
            if onlooker is not None:
                _show(onlooker, lanes[type(record)], [(place, record)], sifted)

    def decide_record(self, record: Mapping[str, Any]) -> Fired:
        """Return the rules that a canonical record answers, by number."""
        if not isinstance(record.get("properties", {}), Mapping):
            whole = self.derived.enriched(record)
            return tuple(i for i, tree in enumerate(self.trees) if matches(tree, whole))
        try:
            plan = self._plan(None)
            decision = plan.decisions[plan.numbers_of(record)]
        except Overflow as overflow:
            self._give_up(None, overflow.root)
            return self.decide_record(record)
        if not decision.open:
            return decision.fired
        whole = self.derived.enriched(record)
        return tuple(sorted(decision.fired + tuple(i for group in decision.open for i in group.fired(whole))))

    def tune(self, sample: Iterable[bytes]) -> None:
        """Learn from some thousand lines what is worth looking at first; the answers stay the same."""
        lines = list(sample)
        learned = habits_of(lines)
        known = {category: habits for category, habits in learned.items() if category in CATEGORIES - self.apart}
        self._met |= known.keys()
        for category, habits in known.items():
            self._change(self._plan(category), habits)
        for learn in (_late, _few, _far):
            for category, values in self._sampled(lines).items():
                plan = self._plan(category)
                self._change(plan, learn(plan, values))

    def _sampled(self, lines: Iterable[bytes]) -> dict[str, Sample]:
        """Return by category what the early columns of lines hold, where there are enough to learn from."""
        found: dict[type, Counter[tuple[Any, ...]]] = {}
        decode, lanes = self._quickly
        for line in lines:
            try:
                record = decode(line)
            except (msgspec.DecodeError, RecursionError):
                continue
            few, top, _, more, _ = lanes[type(record)]
            values = *astuple(record.properties)[:few], *(top(record) if top else ()), *[get(record) for get, _ in more]
            found.setdefault(type(record), Counter())[values] += 1
        enough = {kind: sample for kind, sample in found.items() if _SAMPLE <= sample.total() < MEMO_SIZE}
        return {kind.__name__: sample for kind, sample in enough.items()}

    def _plan(self, category: str | None) -> Plan:
        """Return the plan of a category, made when it is first asked for."""
        if category not in self._plans:
            shown = self.shown.get(category or "", {})
            self._plans[category] = Plan(Scope(self.trees, category, self.derived, shown), _AS_IT_IS)
        return self._plans[category]

    def _change(self, plan: Plan, habits: Habits) -> None:
        self._plans[plan.scope.category] = Plan(plan.scope, habits)
        self._quick = None

    def _give_up(self, category: str | None, root: Root) -> None:
        """Look at a column only where a rule is open: it has too many values to remember."""
        plan = self._plan(category)
        self._change(plan, replace(plan.habits, late=plan.habits.late | {root}))

    def _fallback(self, place: int, line: bytes, sifted: "Sifted") -> None:
        """Decide a record whose columns are not of the types that the quick way expects."""
        try:
            line.decode()
            record = msgspec.json.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            sifted.fired[place] = None
            return
        self._meet(record)
        if not _is_bare(record) or record["category"] in self.apart:
            sifted.fired[place] = None
            return
        if fired := self.decide_record(record):
            sifted.fired[place] = fired
        if record["category"] in self.shown:
            sifted.unseen.append(place)

    def _meet(self, record: Any) -> None:
        """Read the lines of a category quickly from its second line on; count what is no such first line."""
        category = record.get("category") if isinstance(record, dict) else None
        if isinstance(category, str) and category in CATEGORIES - self.apart - self._met:
            self._met |= {category}
            self._quick = None
        else:
            self.fallbacks += 1

    @property
    def _quickly(self) -> "_Quick":
        """What reads the lines of all categories, made when the first line comes."""
        if self._quick is None:
            plans = [self._plan(category) for category in sorted(self._met - self.apart)]
            lanes = {plan.shape(): plan.lane() for plan in plans}
            self._quick = msgspec.json.Decoder(_union(lanes)).decode, lanes
        return self._quick


_Quick: TypeAlias = tuple[Callable[[bytes], Any], dict[type, Lane]]


class Sifted(NamedTuple):
    """Lines worth a closer look, by their place.

    `fired` has those that answer rules, each with what `Kernel.decide` says of it; `unseen` those that an onlooker has
    to read by itself.
    """

    fired: dict[int, Fired | None]
    unseen: list[int]


class Onlooker(Protocol):
    """Looks at columns of the lines that are decided."""

    def look(self, category: str, shown: Sequence[tuple[Any, ...] | None], places: Sequence[int]) -> Iterable[int]:
        """Look at the columns of lines of one category; return the places of those it cannot make out.

        None stands for columns that are not as usual.
        """
        ...


def _show(onlooker: Onlooker, lane: Lane, records: Sequence[tuple[int, Any]], sifted: Sifted) -> None:
    if lane.show is not None:
        shown = [lane.show(record) for _, record in records]
        sifted.unseen.extend(onlooker.look(type(records[0][1]).__name__, shown, [place for place, _ in records]))


def _late(plan: Plan, sample: Sample) -> Habits:
    return replace(plan.habits, late=dispensable(plan, sample))


def _few(plan: Plan, sample: Sample) -> Habits:
    return replace(plan.habits, few=few_of(plan, sample))


def _far(plan: Plan, sample: Sample) -> Habits:
    return replace(plan.habits, far=far_columns(plan, sample))


def _is_bare(record: Any) -> bool:
    """Say whether a value is a diagnostic record in no envelope, and nothing keeps it from being read."""
    if not isinstance(record, dict) or any(name in record for name in OTHER_ENVELOPES):
        return False
    said = isinstance(record.get("category"), str) and "operationName" in record and "properties" in record
    return said and flaw_of(record) is None


def _union(kinds: Iterable[type]) -> Any:
    return Union[tuple(kinds)]  # noqa: UP007 - the members are known at run time only
