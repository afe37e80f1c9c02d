"""Makes keepers of rules: what a rule of state looks for in an event, and what it keeps of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any, ClassVar, Final

from sekimori.core.errors import SekimoriError
from sekimori.watch.domain.event import Event
from sekimori.watch.domain.sigma.correlation import Bounds, Correlation, Kind, span_of
from sekimori.watch.domain.sigma.evaluate import matches
from sekimori.watch.domain.sigma.problems import Fault
from sekimori.watch.domain.sigma.reader import SigmaRule
from sekimori.watch.domain.sigma.tree import Atom, Tree, all_of, any_of
from sekimori.watch.domain.sigma.values import Place, Text
from sekimori.watch.domain.state.cells import DAY, Evidence, Keeper, Observation, milliseconds, span_in_ms
from sekimori.watch.domain.state.discretion import discreet, discreet_evidence
from sekimori.watch.domain.state.fields import Bare, Field, cases, field_of
from sekimori.watch.domain.state.sightings import FirstSeen
from sekimori.watch.domain.state.unless import Unless
from sekimori.watch.domain.state.windows import Windowed, as_json

KEYS: Final = frozenset({"first_seen", "unless", "differs", "once", "first_of_day", "watched"})
"""The keys of a rule's `sekimori` block that make it a rule of state, or say more of one."""

_FIRST_SEEN: Final = frozenset({"key", "value", "memory", "learning"})
_UNLESS: Final = frozenset({"rule", "within", "before", "key", "aliases", "once"})


class StateError(SekimoriError):
    """A rule says something of what is to be remembered that we do not understand."""

    code: ClassVar[str] = "rule.state_invalid"


@dataclass(frozen=True, slots=True)
class Part:
    """One condition of a rule of state: which events answer it, what groups them, and what is counted in them.

    ``counts`` is None where the events themselves are counted. Of a ``daily`` part, events of one day with the same
    group and value mean the same, and the first to come is enough.
    """

    tree: Tree
    group: tuple[Field, ...]
    counts: tuple[Field, ...] | None
    categories: frozenset[str] | None = None
    daily: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """A rule of state: its keeper and its parts; a ``watched`` one looks at the applications of the manifest alone."""

    keeper: Keeper
    parts: tuple[Part, ...]
    watched: bool = False

    def of(self, app_ids: Sequence[str]) -> "State":
        """Return the rule as it looks at some applications, told by their ids in sign-ins and Graph calls."""
        if not self.watched:
            return self
        theirs = any_of([Atom(("properties", "appId"), Text(Place.WHOLE, each.casefold())) for each in app_ids])
        return replace(self, parts=tuple(replace(part, tree=all_of([part.tree, theirs])) for part in self.parts))

    def observations(self, event: Event, whole: Mapping[str, Any], evidence: Evidence) -> list[Observation]:
        """Return what an event means to the rule; an event without a time cannot be placed, and means nothing."""
        if event.time is None:
            return []
        return [
            each
            for step, part in enumerate(self.parts)
            if part.categories is None or event.category in part.categories
            for each in self._of_part(step, (event, whole), evidence)
        ]

    def _of_part(self, step: int, seen: tuple[Event, Mapping[str, Any]], evidence: Evidence) -> Iterator[Observation]:
        part, event = self.parts[step], seen[0]
        assert event.time is not None
        if not matches(part.tree, seen[1]):
            return
        evidence, name = discreet_evidence(evidence), event.id.casefold()
        values = [name] if part.counts is None else values_of(part, *seen)
        for group in groups_of(part, *seen):
            for value in values:
                yield Observation(
                    rule=self.keeper.rule,
                    group=group,
                    step=step,
                    value=value,
                    at=milliseconds(event.time),
                    event=name,
                    evidence=evidence,
                )


def groups_of(part: Part, event: Event | Bare, whole: Mapping[str, Any]) -> list[str]:
    """Return what an event is about, as JSON; it hangs on the columns of `part.group` alone."""
    return [discreet(as_json(each)) for each in cases(part.group, event, whole)]


def values_of(part: Part, event: Event | Bare, whole: Mapping[str, Any]) -> list[str]:
    """Return what is counted in an event; it hangs on the columns of `part.counts` alone, and there are some."""
    found = cases(part.counts or (), event, whole)
    return [discreet(each[0] if len(each) == 1 else as_json(each)) for each in found]


def state_of(rule: SigmaRule, rule_id: str) -> State | None:
    """Return what a rule remembers, or None where every event speaks for itself.

    Raises:
        StateError: its ``sekimori`` block is not understood.
    """
    where = f"{rule.path}:{rule.line}: sekimori"
    watched = rule.sekimori.get("watched", False)
    try:
        state = _state(rule, rule_id)
        if not isinstance(watched, bool):
            raise Fault("expected true or false", ("watched",))  # noqa: TRY301 - said with its place below
        return replace(state, watched=watched) if state else None
    except Fault as fault:
        raise StateError(f"{where}.{'.'.join(map(str, fault.where))}: {fault.words}".replace(".: ", ": ")) from None


def _state(rule: SigmaRule, rule_id: str) -> State | None:
    if rule.correlation is not None and rule.correlation.said is not None:
        return _correlation(rule.correlation.said, rule.correlation.bases, rule.sekimori, rule_id)
    if rule.correlation is not None:
        return _unless(rule.sekimori["unless"], rule.correlation.bases, rule_id)
    if "first_seen" in rule.sekimori:
        return _first_seen(rule.sekimori["first_seen"], rule, rule_id)
    if stray := KEYS & set(rule.sekimori):
        raise Fault(f"{min(stray)}: only a rule that remembers has it")
    return None


def _correlation(said: Correlation, bases: Sequence[SigmaRule], block: Mapping[str, Any], rule_id: str) -> State:
    ordered = said.kind is Kind.TEMPORAL_ORDERED
    differs = _named(block, "differs", ())
    if differs and not ordered:
        raise Fault("only an order (temporal_ordered) compares its steps", ("differs",))
    daily = _named(block, "first_of_day", ())
    if stray := set(daily) - set(said.rules):
        raise Fault(f"the correlation refers to no rule {min(stray)!r}", ("first_of_day",))
    keeper = Windowed(
        rule=rule_id,
        daily=frozenset(step for step, name in enumerate(said.rules) if name in daily),
        span=span_in_ms(said.timespan),
        bounds=Bounds(1) if ordered else said.bounds,
        steps=len(bases) if ordered else 0,
        differs=bool(differs),
        crowds={step: crowd for step, base in enumerate(bases) if (crowd := _crowd(base))},
        once=span_in_ms(span_of(block["once"], ("once",))) if "once" in block else 0,
    )
    parts = []
    for step, (base, called) in enumerate(zip(bases, said.rules, strict=True)):
        group = _fields(said.group_by, said.aliases, called)
        counts = _fields(differs if ordered else said.counted, said.aliases, called)
        counted = _counted(said.kind, counts, step)
        parts.append(Part(base.tree, group, counted, base.categories, daily=called in daily))
    return State(keeper, tuple(parts))


def _crowd(base: SigmaRule) -> tuple[int, int] | None:
    """Return what a part that is a correlation itself asks for: so many events, in so many milliseconds."""
    said = base.correlation.said if base.correlation else None
    return (said.bounds.least, span_in_ms(said.timespan)) if said else None


def _counted(kind: Kind, counts: tuple[Field, ...], step: int) -> tuple[Field, ...] | None:
    match kind:
        case Kind.EVENT_COUNT:
            return None
        case Kind.TEMPORAL:
            return (_Step(str(step)),)
        case Kind.TEMPORAL_ORDERED:
            return counts or (_Step("any"),)
        case Kind.VALUE_COUNT:
            return counts


@dataclass(frozen=True, slots=True)
class _Step(Field):
    """A value that is the same for every event."""

    name: str
    spots: tuple[()] = ()

    def values(self, _event: Event | Bare, _whole: Mapping[str, Any]) -> tuple[str, ...]:
        return (self.name,)


def _first_seen(block: Any, rule: SigmaRule, rule_id: str) -> State:
    block = _checked(block, "first_seen", _FIRST_SEEN)
    key, value = _named(block, "key", ("first_seen",)), _named(block, "value", ("first_seen",))
    if not key or not value:
        raise Fault("needs a key, whose memory it is, and a value, which is new or not", ("first_seen",))
    keeper = FirstSeen(
        rule=rule_id,
        memory=_days(block.get("memory", "30d"), "memory"),
        learning=_days(block.get("learning", "7d"), "learning"),
    )
    fields = tuple(map(field_of, key)), tuple(map(field_of, value))
    return State(keeper, (Part(rule.tree, *fields, rule.categories, daily=True),))


def _unless(block: Any, bases: Sequence[SigmaRule], rule_id: str) -> State:
    block = _checked(block, "unless", _UNLESS)
    aliases = block.get("aliases", {})
    key = _named(block, "key", ("unless",))
    if not key:
        raise Fault("needs a key: what both events have in common", ("unless",))
    keeper = Unless(
        rule=rule_id,
        within=span_in_ms(span_of(block.get("within"), ("unless", "within"))),
        before=span_in_ms(span_of(block["before"], ("unless", "before"))) if "before" in block else 0,
        once=span_in_ms(span_of(block["once"], ("unless", "once"))) if "once" in block else DAY,
    )
    parts = [Part(base.tree, _fields(key, aliases, base.name or base.id), None, base.categories) for base in bases]
    return State(keeper, tuple(parts))


def _fields(names: Sequence[str], aliases: Mapping[str, Mapping[str, str]], called: str) -> tuple[Field, ...]:
    return tuple(field_of(aliases.get(name, {}).get(called, name)) for name in names)


def _checked(block: Any, key: str, known: frozenset[str]) -> Mapping[str, Any]:
    if not isinstance(block, Mapping):
        raise Fault("expected a mapping", (key,))
    for name in block:
        if name not in known:
            near = get_close_matches(str(name), known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"known keys: {', '.join(sorted(known))}"
            raise Fault(f"unknown key {name!r}; {hint}", (key,))
    return block


def _named(block: Mapping[str, Any], key: str, where: tuple[str, ...]) -> tuple[str, ...]:
    raw = block.get(key, [])
    listed = raw if isinstance(raw, list) else [raw]
    if not all(isinstance(each, str) for each in listed):
        raise Fault("expected names of fields", (*where, key))
    return tuple(listed)


def _days(raw: Any, key: str) -> int:
    if raw == "0d":
        return 0
    span = span_of(raw, ("first_seen", key))
    if span.seconds:
        raise Fault("first sightings are remembered by whole days: 7d, 30d", ("first_seen", key))
    return span.days
