"""The fast evaluator: decides a line of NDJSON without making a dictionary of it.

Each category has a plan. A line is decoded straight into the columns that the category's rules ask for; the value of
each column is looked up in what was learned from equal values before, and so is what the columns decide together. Only
where a rule is still open are its late columns asked, and only if they hold a text without which it cannot be true.

Law: `decide` answers as the plain evaluator does, rule by rule, on every spelling of the same record.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final, TypeAlias, Union

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
_NOTHING: Final = object()


class Kernel:
    """Asks all rules of one record at a time.

    `derived` works out what records do not hold by themselves. Lines of the categories `apart` are not decided: they
    are there to be read. `shown` are columns that are decoded for somebody else, by category. `fallbacks` counts lines
    that had to be decoded in full.
    """

    def __init__(
        self,
        trees: Sequence[Tree],
        derived: Derived | None = None,
        *,
        apart: frozenset[str] = frozenset(),
        shown: Mapping[str, Sequence[Root]] = MappingProxyType({}),
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
        return next((fired for _, fired in self.decide_all([line])), ())

    def decide_all(self, lines: Sequence[bytes], is_news: "News | None" = None) -> Iterator[tuple[int, Fired | None]]:
        """Yield the lines that answer a rule, by their place, each with what `decide` says of it.

        Of lines that answer none, those are yielded whose columns to show are news.
        """
        for start in range(0, len(lines), _BLOCK):
            block = lines[start : start + _BLOCK]
            found = self._side_by_side(block, is_news) if len(block) > 1 else None
            for place, fired in self._one_by_one(block, is_news) if found is None else found:
                yield start + place, fired

    def _side_by_side(
        self, lines: Sequence[bytes], is_news: "News | None"
    ) -> Sequence[tuple[int, Fired | None]] | None:
        """Return what `decide_all` yields of a block of lines; None where one of them is not as usual."""
        decode, lanes = self._quickly
        found: dict[int, Fired | None] = {}
        try:
            records = list(map(decode, lines))
            kinds = by_kind(records)
            for kind, places in kinds.items():
                own = [records[place] for place in places]
                fired = fired_in(lanes[kind], own, [lines[place] for place in places])
                found.update((places[i], each) for i, each in fired.items())
            for line in lines:
                if not line.isascii():
                    line.decode()
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, Overflow):
            return None
        if is_news is not None:
            for kind, places in kinds.items():
                if (show := lanes[kind].show) is not None:
                    name = kind.__name__
                    news = [each for each in places if each not in found and is_news(name, show(records[each]))]
                    found.update(dict.fromkeys(news, ()))
        return sorted(found.items())

    def _one_by_one(self, lines: Sequence[bytes], is_news: "News | None") -> Iterator[tuple[int, Fired | None]]:
        decode, lanes = self._quickly
        fired: Any
        for place, line in enumerate(lines):
            try:
                record = decode(line)
                few, top, values, more, show = lanes[type(record)]
                key = astuple(record.properties)[:few]
                decision = values[key if top is None else key + top(record)]
                if more:
                    decision = decision[tuple([memo[take(record)] for take, memo in more])]
                fired = decision.fired
                for group in decision.open:
                    if also := group.ask(record, line):
                        fired = tuple(sorted(fired + also))
                keep = fired or _is_worth_keeping(line, record, show, is_news)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                fired, keep = self._fallback(line, is_news)
                decode, lanes = self._quickly
            except Overflow as overflow:
                self._give_up(type(record).__name__, overflow.root)
                decode, lanes = self._quickly
                fired = next((fired for _, fired in self._one_by_one([line], is_news)), _NOTHING)
                keep = fired is not _NOTHING
            if keep:
                yield place, fired

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
            shown = self.shown.get(category or "", ())
            self._plans[category] = Plan(Scope(self.trees, category, self.derived, shown), _AS_IT_IS)
        return self._plans[category]

    def _change(self, plan: Plan, habits: Habits) -> None:
        self._plans[plan.scope.category] = Plan(plan.scope, habits)
        self._quick = None

    def _give_up(self, category: str | None, root: Root) -> None:
        """Look at a column only where a rule is open: it has too many values to remember."""
        plan = self._plan(category)
        self._change(plan, replace(plan.habits, late=plan.habits.late | {root}))

    def _fallback(self, line: bytes, is_news: "News | None") -> tuple[Fired | None, bool]:
        """Decide a record whose columns are not of the types that the quick way expects; say whether to keep its line.

        A line without a record that can be decided is kept.
        """
        try:
            record = msgspec.json.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None, True
        self._meet(record)
        if not _is_bare(record) or record["category"] in self.apart:
            return None, True
        fired = self.decide_record(record)
        return fired, bool(fired) or (is_news is not None and record["category"] in self.shown)

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


News: TypeAlias = Callable[[str, tuple[Any, ...] | None], bool]
"""Says of a category and the columns to show of a line whether they are new to whoever wants to see them.

None stands for columns that are not as usual.
"""

_Quick: TypeAlias = tuple[Callable[[bytes], Any], dict[type, Lane]]


def _is_worth_keeping(
    line: bytes, record: Any, show: Callable[[Any], tuple[Any, ...] | None] | None, is_news: News | None
) -> bool:
    """Say whether a line that answers no rule shows news.

    Raises:
        UnicodeDecodeError: it is not UTF-8, which nobody would see who does not read it again.
    """
    if not line.isascii():
        line.decode()
    return show is not None and is_news is not None and is_news(type(record).__name__, show(record))


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
