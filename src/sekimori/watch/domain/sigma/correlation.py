"""Sigma correlation rules (specification 2.0): several events, of one rule or of several, within a span of time.

Four types are run: `event_count`, `value_count`, `temporal` and `temporal_ordered`. A correlation becomes a
:class:`SigmaRule` whose tree holds for each event of a rule it refers to, with the correlation beside it: what is
counted, and how, is for the engine of state to say.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from difflib import get_close_matches
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from sekimori.watch.domain.sigma.documents import Document
from sekimori.watch.domain.sigma.fields import FieldMap
from sekimori.watch.domain.sigma.problems import Fault, Problem, RuleError, Weight
from sekimori.watch.domain.sigma.reader import Correlated, SigmaRule, problem_of, said_of
from sekimori.watch.domain.sigma.tree import any_of

_SPAN: Final = re.compile(r"([0-9]{1,6})([smhd])")
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_LONGEST: Final = timedelta(days=31)
_BOUNDS: Final = ("gt", "gte", "lt", "lte", "eq")
_AND: Final = re.compile(r"\s+and\s+", re.IGNORECASE)
_OTHER_TYPES: Final = frozenset(
    {"value_sum", "value_avg", "value_min", "value_max", "value_percentile", "value_median"}
)
MOST: Final = 10_000
"""The largest count that is remembered."""
_OWN: Final = ("actor", "app", "app_ids", "address", "network", "client", "call", "mailbox")
OWN_FIELDS: Final = tuple(f"event.{name}" for name in _OWN)
"""What the watch itself reads out of an event, for `group-by`, `field` and aliases; Sigma has no field for it."""


class Kind(StrEnum):
    """The types of correlation."""

    EVENT_COUNT = "event_count"
    VALUE_COUNT = "value_count"
    TEMPORAL = "temporal"
    TEMPORAL_ORDERED = "temporal_ordered"


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many make it: at least, and at most where there is a limit."""

    least: int
    most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Correlation:
    """A correlation as its document says it; `rules` are names or ids, still to be found.

    `counted` are the fields whose values `value_count` counts; `aliases` are by alias, then by the name of a rule.
    """

    kind: Kind
    rules: tuple[str, ...]
    group_by: tuple[str, ...]
    timespan: timedelta
    bounds: Bounds
    counted: tuple[str, ...] = ()
    aliases: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))
    generate: bool = False
    document: Document = field(repr=False, compare=False)
    path: str

    @property
    def id(self) -> str:
        """The id, or else the name, or else the title."""
        content = self.document.content
        return str(content.get("id") or content.get("name") or self.title)

    @property
    def title(self) -> str:
        """The title."""
        return str(self.document.content.get("title") or self.path)

    @property
    def names(self) -> frozenset[str]:
        """What others may call it."""
        content = self.document.content
        return frozenset(str(content[key]) for key in ("id", "name", "title") if content.get(key))


def correlation_of(document: Document, path: str) -> Correlation:
    """Read one correlation.

    Raises:
        RuleError: it says something that the specification does not have, or that cannot be run here.
    """
    try:
        return _correlation(document, path)
    except Fault as fault:
        raise RuleError((problem_of(fault, Weight.CANNOT, document, path),)) from None


def _correlation(document: Document, path: str) -> Correlation:
    block = document.content["correlation"]
    if not isinstance(block, Mapping):
        raise Fault("a correlation is a mapping", ("correlation",))
    kind = _kind(block.get("type"))
    rules = _names(block, "rules")
    if not rules:
        raise Fault("a correlation refers to rules", ("correlation", "rules"))
    if len(set(rules)) < len(rules):
        raise Fault("a rule is named twice", ("correlation", "rules"))
    condition = block.get("condition")
    fields = _counted(condition, block) if kind is Kind.VALUE_COUNT else ()
    return Correlation(
        kind=kind,
        rules=rules,
        group_by=_names(block, "group-by"),
        timespan=span_of(block.get("timespan"), ("correlation", "timespan")),
        bounds=_bounds(condition, kind, rules),
        counted=fields,
        aliases=_aliases(block.get("aliases"), rules),
        generate=bool(block.get("generate", document.content.get("generate", False))),
        document=document,
        path=path,
    )


def _kind(raw: Any) -> Kind:
    try:
        return Kind(str(raw))
    except ValueError:
        where = ("correlation", "type")
        if str(raw) in _OTHER_TYPES:
            raise Fault(f"correlations of the type {raw} are not run here: they compute with values", where) from None
        near = get_close_matches(str(raw), list(Kind), n=1)
        raise Fault(f"no correlation is of the type {raw!r}", where, str(raw), near[0] if near else None) from None


def _names(block: Mapping[str, Any], key: str) -> tuple[str, ...]:
    raw = block.get(key)
    listed = raw if isinstance(raw, list) else [] if raw is None else [raw]
    return tuple(str(each) for each in listed)


def span_of(raw: Any, where: tuple[str, ...]) -> timedelta:
    """Read `90s`, `10m`, `1h` or `7d`.

    Raises:
        Fault: it is none, or longer than a month.
    """
    found = _SPAN.fullmatch(str(raw))
    if found is None or not int(found[1]):
        raise Fault("a span of time is a number and one of s, m, h, d: 90s, 10m, 1h, 7d", where, str(raw))
    span = timedelta(**{_UNITS[found[2]]: int(found[1])})
    if span > _LONGEST:
        raise Fault("a span of time longer than 31 days is not remembered", where, str(raw))
    return span


def _counted(condition: Any, block: Mapping[str, Any]) -> tuple[str, ...]:
    raw = condition.get("field") if isinstance(condition, Mapping) else None
    raw = block.get("field") if raw is None else raw
    fields = tuple(str(each) for each in (raw if isinstance(raw, list) else [raw]) if each)
    if not fields:
        raise Fault("value_count needs a field in its condition", ("correlation", "condition"))
    return fields


def _bounds(condition: Any, kind: Kind, rules: tuple[str, ...]) -> Bounds:
    where = ("correlation", "condition")
    temporal = kind in {Kind.TEMPORAL, Kind.TEMPORAL_ORDERED}
    if condition is None and temporal:
        return Bounds(len(rules))
    if isinstance(condition, str) and temporal:
        if {part.strip("() ") for part in _AND.split(condition)} != set(rules):
            raise Fault("of a condition in words, only all rules joined by and are run", where, condition)
        return Bounds(len(rules))
    bounds = _numbers(condition, where)
    if temporal and bounds.least > len(rules):
        raise Fault(f"the condition can never be true: it has {len(rules)} rules only", where)
    if kind is Kind.TEMPORAL_ORDERED and bounds != Bounds(len(rules)):
        raise Fault("in an order, all rules must occur; a smaller number of them is not run", where)
    return bounds


def _numbers(condition: Any, where: tuple[str, ...]) -> Bounds:
    if not isinstance(condition, Mapping):
        raise Fault("a condition is a mapping such as gte: 10", where)
    for key, value in condition.items():
        if key == "field":
            continue
        if key not in _BOUNDS:
            near = get_close_matches(str(key), _BOUNDS, n=1)
            raise Fault(f"no condition is called {key!r}", (*where, key), str(key), near[0] if near else None)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST:
            raise Fault(f"a count is a number up to {MOST:,}", (*where, key), str(value))
    said = {key: int(value) for key, value in condition.items() if key != "field"}
    if not said:
        raise Fault("a condition needs one of gt, gte, lt, lte, eq", where)
    # A group that nothing fell into does not exist: one at least is there to be counted.
    least = max(1, said.get("gte", 1), said.get("gt", 0) + 1, said.get("eq", 1))
    upper = [said[key] - (key == "lt") for key in ("lt", "lte", "eq") if key in said]
    most = min(upper) if upper else None
    if most is not None and most < least:
        raise Fault("the condition can never be true", where)
    return Bounds(least, most)


def _aliases(raw: Any, rules: tuple[str, ...]) -> Mapping[str, Mapping[str, str]]:
    where = ("correlation", "aliases")
    if raw is None:
        return MappingProxyType({})
    if not isinstance(raw, Mapping) or not all(isinstance(each, Mapping) for each in raw.values()):
        raise Fault("aliases are by alias, then by the name of a rule", where)
    for alias, names in raw.items():
        for name in names:
            if str(name) not in rules:
                near = get_close_matches(str(name), rules, n=1)
                words = f"the alias {alias} is of a rule that the correlation does not refer to"
                raise Fault(words, (*where, alias, name), str(name), near[0] if near else None)
    return {str(alias): {str(name): str(value) for name, value in names.items()} for alias, names in raw.items()}


def resolved(correlation: Correlation, known: Sequence[SigmaRule], others: Sequence[Correlation] = ()) -> SigmaRule:
    """Find the rules that a correlation refers to, by id or name, and make a rule of it.

    Raises:
        RuleError: one is not there, or is a correlation that cannot be a part of this one.
    """
    path = correlation.path
    try:
        bases = tuple(_found(correlation, place, known, others) for place in range(len(correlation.rules)))
        notes = tuple(_notes(correlation))
    except Fault as fault:
        raise RuleError((problem_of(fault, Weight.CANNOT, correlation.document, path),)) from None
    said = said_of(correlation.document, path)
    known_categories = [base.categories for base in bases]
    named = [each for each in known_categories if each is not None]
    return SigmaRule(
        **said,
        logsource=bases[0].logsource,
        categories=frozenset().union(*named) if len(named) == len(known_categories) else None,
        tree=any_of([base.tree for base in bases]),
        notes=(*(note for base in bases for note in base.notes), *notes),
        correlation=Correlated(correlation, bases),
    )


def _found(
    correlation: Correlation, place: int, known: Sequence[SigmaRule], others: Sequence[Correlation]
) -> SigmaRule:
    name = correlation.rules[place]
    found = next((rule for rule in known if name in {rule.id, rule.name, rule.title}), None)
    if found is not None:
        return found
    where = ("correlation", "rules", place)
    inner = next((other for other in others if name in other.names and other is not correlation), None)
    if inner is not None:
        return _inner(inner, correlation, known, where)
    near = get_close_matches(name, [rule.name for rule in known if rule.name], n=1)
    raise Fault(f"no rule here is called {name!r}", where, name, near[0] if near else None)


def _inner(
    inner: Correlation, outer: Correlation, known: Sequence[SigmaRule], where: tuple[str | int, ...]
) -> SigmaRule:
    """Return a correlation as a part of another: of an order, a step that takes several events.

    Raises:
        Fault: it is none of those that can be a step.
    """
    if outer.kind is not Kind.TEMPORAL_ORDERED or inner.kind is not Kind.EVENT_COUNT or inner.bounds.most is not None:
        words = (
            "of correlations of correlations, only an order (temporal_ordered) with a count (event_count, gt or gte)"
        )
        raise Fault(f"{words} is run here", where, outer.rules[int(where[-1])])
    if inner.group_by != outer.group_by or inner.timespan > outer.timespan:
        words = "a count in an order is run where it groups by the same fields, in no longer a span of time"
        raise Fault(words, where, outer.rules[int(where[-1])])
    return resolved(inner, known)


def _notes(correlation: Correlation) -> list[Problem]:
    """Say which fields no log has: events are then not told apart by them."""
    notes = []
    asked = [("group-by", each) for each in correlation.group_by] + [
        ("condition", each) for each in correlation.counted
    ]
    for key, name in asked:
        for called in correlation.rules:
            field_name = correlation.aliases.get(name, {}).get(called, name)
            if field_name in OWN_FIELDS or FieldMap().find(field_name).known:
                continue
            fault = Fault(f"no log here has the field {field_name!r}", ("correlation", key), field_name)
            note = problem_of(fault, Weight.PARTLY, correlation.document, correlation.path)
            if note not in notes:
                notes.append(note)
    return notes


def correlated(rules: Sequence[SigmaRule], correlations: Sequence[Correlation]) -> list[SigmaRule]:
    """Return rules with the correlations among them; those referred to are left out, unless one says `generate`.

    Raises:
        RuleError: a correlation refers to what is not there.
    """
    found = [awaiting(rule, rules) for rule in rules]
    made = [resolved(each, rules, correlations) for each in correlations]
    return without_parts([*found, *made])


def without_parts(rules: Sequence[SigmaRule]) -> list[SigmaRule]:
    """Leave out the rules that are only parts of others."""
    together = [(rule, found) for rule in rules if (found := rule.correlation)]
    bases = [(id_of(rule), base) for rule, found in together for base in found.bases]
    bases += [(whole, inner) for whole, base in bases if base.correlation for inner in base.correlation.bases]
    parts = {id_of(base) for whole, base in bases if id_of(base) != whole}
    loud = {id_of(base) for _, found in together if found.said and found.said.generate for base in found.bases}
    return [rule for rule in rules if id_of(rule) not in parts - loud]


def id_of(rule: SigmaRule) -> tuple[str, int]:
    """Return what tells one document from another, in whatever rule it takes part."""
    return rule.path, rule.line


def awaiting(rule: SigmaRule, known: Sequence[SigmaRule]) -> SigmaRule:
    """Find the rule that calls another one off (`sekimori.unless.rule`); a rule without such stays as it is.

    Raises:
        RuleError: it is not there.
    """
    block = rule.sekimori.get("unless")
    if block is None:
        return rule
    name = str(block.get("rule")) if isinstance(block, Mapping) else ""
    found = next((each for each in known if name in {each.id, each.name, each.title} and each is not rule), None)
    if found is None:
        words = f"sekimori.unless.rule: no rule here is called {name!r}"
        raise RuleError((Problem(path=rule.path, line=rule.line, weight=Weight.CANNOT, words=words, at_fault=name),))
    return replace(rule, tree=any_of([rule.tree, found.tree]), correlation=Correlated(None, (rule, found)))
