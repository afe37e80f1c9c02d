"""The fast evaluator: decides a line of NDJSON without making a dictionary of it.

Each category has a plan. A line is decoded straight into the columns that the category's rules ask for; the value of
each column is looked up in what was learned from equal values before, and so is what the columns decide together. Only
where a rule is still open are its late columns decoded, and only if they hold a text without which it cannot be true.

Law: `decide` answers as the plain evaluator does, rule by rule, on every spelling of the same record.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import getitem
from typing import Annotated, Any, Final, Protocol, TypeAlias, Union

import msgspec
from msgspec.structs import astuple

from sekimori.watch.domain.flaws import flaw_of
from sekimori.watch.domain.sigma.columns import Memo, Overflow, Root, attribute
from sekimori.watch.domain.sigma.evaluate import matches
from sekimori.watch.domain.sigma.literals import may_stand
from sekimori.watch.domain.sigma.logsources import CATEGORIES
from sekimori.watch.domain.sigma.plan import OPERATION, Combined, Decision, Group, Plan, Plans, Together
from sekimori.watch.domain.sigma.tree import Tree
from sekimori.watch.domain.sigma.tuning import dispensable, far_columns
from sekimori.watch.domain.sigma.values import MISSING

_SAMPLE: Final = 100
_USUAL: Final = frozenset({"AuditLogs", "MicrosoftGraphActivityLogs", "ServicePrincipalSignInLogs"})
_RAW: Final = msgspec.Raw(b"")
_Name = Annotated[str, msgspec.Meta(min_length=1)]
_FLAGS: Final = frozenset({"flaggedForReview", "policyEvaluated"})
# A diagnostic record has none of these; what has one is another envelope's.
_OTHER_ENVELOPES: Final = ("records", "evt", "content", "attributes", "logs", "data", "value", "operationname")


class Derived(Protocol):
    """Works out the keys that no log has."""

    def enriched(self, record: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a canonical record with those keys."""
        ...

    def told(self, line: bytes) -> Any:
        """Return a value that the `changes` of a line hang on but for the keys AROUND them, to remember them by.

        None where they hang on more.
        """
        ...

    def bare_changes(self, told: Any) -> Sequence[Any]:
        """Return the changes that such a value tells of, without the keys AROUND them."""
        ...

    def changes(self, line: bytes) -> Sequence[Any] | None:
        """Return the `changes` that the record on a line is enriched with; None where only `enriched` can tell."""
        ...


class Nothing:
    """Works nothing out: records are asked as they are."""

    def enriched(self, record: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the record."""
        return record

    def told(self, line: bytes) -> None:
        """Leave it to `enriched`."""

    def bare_changes(self, told: Any) -> Sequence[Any]:  # noqa: ARG002 - one of several ways
        """Return none: nothing is told."""
        return ()

    def changes(self, line: bytes) -> Sequence[Any] | None:  # noqa: ARG002 - as above
        """Leave it to `enriched`."""
        return None


class Kernel:
    """Asks all rules of one record at a time.

    `derived` works out what records do not hold by themselves. Lines of the categories `apart` are not decided: they
    are there to be read. `fallbacks` counts lines that had to be decoded in full.
    """

    def __init__(
        self, trees: Sequence[Tree], derived: "Derived | None" = None, *, apart: frozenset[str] = frozenset()
    ) -> None:
        self.trees = tuple(trees)
        self.derived = derived or Nothing()
        self.apart = apart
        self.fallbacks = 0
        self._plans = Plans(self.trees)
        self._met = _USUAL
        self._quick: _Quick | None = None

    def decide(self, line: bytes) -> tuple[int, ...] | None:
        """Return the rules that a line answers, by number; None if it is no bare diagnostic record.

        What the line is then, and whether it can be read at all, is for the envelopes to say.
        """
        return next((fired for _, fired in self.decide_all([line])), ())

    def decide_all(self, lines: Iterable[bytes]) -> Iterator[tuple[int, tuple[int, ...] | None]]:
        """Yield the lines that answer a rule, by their place, each with what `decide` says of it."""
        decode, lanes = self._quickly
        for place, line in enumerate(lines):
            try:
                record = decode(line)
                common, few, top, inner, objects, raw, decisions = lanes[type(record)]
                properties = astuple(record.properties)
                decision = decisions[
                    (
                        common[properties[:few]],
                        *(map(getitem, top, astuple(record)) if top else ()),
                        *map(getitem, inner, properties[few:raw]),
                        *(map(getitem, objects, map(bytes, properties[raw:])) if objects else ()),
                    )
                ]
            except (msgspec.DecodeError, RecursionError):
                fired = self._fallback(line)
                decode, lanes = self._quickly
            except Overflow as overflow:
                self._give_up(type(record).__name__, overflow.root)
                decode, lanes = self._quickly
                fired = self.decide(line)
            else:
                fired = self._settled(decision, line, record) if decision.open else decision.fired
            if fired or fired is None:
                yield place, fired

    def decide_record(self, record: Mapping[str, Any]) -> tuple[int, ...]:
        """Return the rules that a canonical record answers, by number."""
        if not isinstance(record.get("properties", {}), Mapping):
            whole = self.derived.enriched(record)
            return tuple(i for i, tree in enumerate(self.trees) if matches(tree, whole))
        return self._decided(record, self._plans[None])

    def _decided(self, record: Mapping[str, Any], plan: Plan) -> tuple[int, ...]:
        try:
            decision = plan.decisions[plan.numbers_of(record)]
        except Overflow as overflow:
            self._give_up(plan.category, overflow.root)
            return self._decided(record, self._plans[plan.category])
        if not decision.open:
            return decision.fired
        whole = self.derived.enriched(record)
        return tuple(sorted(decision.fired + tuple(i for group in decision.open for i in group.fired(whole))))

    def tune(self, sample: Iterable[bytes]) -> None:
        """Learn from a sample of lines which columns are worth looking at first; the answers stay the same."""
        lines = list(sample)
        for category, numbers in self._numbered(lines).items():
            if len(numbers) >= _SAMPLE:
                plan = self._plans[category]
                self._plans[category] = plan.put_off(dispensable(plan, Counter(numbers)))
        self._quick = None
        for category, numbers in self._numbered(lines).items():
            if len(numbers) >= _SAMPLE:
                plan = self._plans[category]
                self._plans[category] = plan.left_far(far_columns(plan, Counter(numbers)))
        self._quick = None

    def _numbered(self, lines: Sequence[bytes]) -> dict[str, list[tuple[int, ...]]]:
        """Return by category what the early columns of lines say."""
        found: dict[str, list[tuple[int, ...]]] = {}
        decode, _ = self._quickly
        for line in lines:
            try:
                record = decode(line)
                numbers = self._plans[type(record).__name__].numbers_in(astuple(record), astuple(record.properties))
            except Overflow:
                continue
            except (msgspec.DecodeError, RecursionError):
                self._fallback(line)
                decode, _ = self._quickly
                continue
            found.setdefault(type(record).__name__, []).append(numbers)
        return found

    def _fallback(self, line: bytes) -> tuple[int, ...] | None:
        """Decide a diagnostic record whose columns are not of the types that the quick way expects."""
        try:
            record = msgspec.json.decode(line)
        except (msgspec.DecodeError, RecursionError):
            return None
        self._meet(record)
        asked = _is_bare(record) and record["category"] not in self.apart
        return self._decided(record, self._plans[None]) if asked else None

    def _meet(self, record: Any) -> None:
        """Read the lines of a category quickly from its second line on; count what is no such first line."""
        category = record.get("category") if isinstance(record, dict) else None
        if isinstance(category, str) and category in CATEGORIES - self._met:
            self._met |= {category}
            self._quick = None
        else:
            self.fallbacks += 1

    def _settled(self, decision: Decision, line: bytes, record: Any) -> tuple[int, ...]:
        """Return the rules that a line answers, the open ones settled by its late columns."""
        fired = decision.fired
        for group in decision.open:
            if group.whole:
                fired += self._of_whole(group, line)
            else:
                fired += group.fired_on(line, record)
        return fired if fired is decision.fired else tuple(sorted(fired))

    def _of_whole(self, group: Group, line: bytes) -> tuple[int, ...]:
        if group.derived:
            fired = group.fired_as_told(self.derived.told(line), self.derived.bare_changes)
            if fired is None:
                changes = self.derived.changes(line)
                fired = None if changes is None else group.fired_with(changes, frozenset())
            if fired is not None:
                return fired
        elif group.literals is not None and not may_stand(group.literals, line):
            return ()
        return group.fired(self.derived.enriched(msgspec.json.decode(line)))

    def _give_up(self, category: str | None, root: Root) -> None:
        """Look at a column only where a rule is open: it has too many values to remember."""
        self._plans[category] = self._plans[category].put_off(frozenset({root}))
        self._quick = None

    @property
    def _quickly(self) -> "_Quick":
        """What reads the lines of all categories, made when the first line comes."""
        if self._quick is None:
            plans = [self._plans[category] for category in sorted(self._met)]
            kinds: dict[type, Plan] = {_struct(plan, str(plan.category)): plan for plan in plans}
            lanes = {kind: _lane(plan) for kind, plan in kinds.items()}
            self._quick = msgspec.json.Decoder(_union(kinds)).decode, lanes
        return self._quick


_Lane: TypeAlias = tuple[Combined, int, Sequence[Memo], Sequence[Memo], Sequence[Memo], int, Together]


def _lane(plan: Plan) -> _Lane:
    few = len(plan.common.memos)
    return plan.common, few, plan.top, plan.inner[few:], plan.objects, len(plan.inner), plan.together


_Quick: TypeAlias = tuple[Callable[[bytes], Any], dict[type, _Lane]]


def _is_bare(record: Any) -> bool:
    """Say whether a value is a diagnostic record in no envelope, and nothing keeps it from being read."""
    if not isinstance(record, dict) or any(name in record for name in _OTHER_ENVELOPES):
        return False
    said = isinstance(record.get("category"), str) and "operationName" in record and "properties" in record
    return said and flaw_of(record) is None


def _struct(plan: Plan, category: str) -> type[msgspec.Struct]:
    """Make the shape that one category's lines are decoded into: remembered columns first, raw ones last."""
    inner = _Columns([memo.root for memo in plan.inner], plan.raw_columns(2), sorted(plan.foreign))
    top = _Columns([memo.root for memo in plan.top], plan.raw_columns(1))
    if OPERATION not in top.roots:
        top.raw += [OPERATION]
    return msgspec.defstruct(
        category,
        [*map(_required, top.fields()), ("properties", inner.struct("Properties")), *_GUARDS],
        tag_field="category",
        tag=category,
        rename=top.names(),
        kw_only=True,
        gc=False,
    )


_GUARDS: Final = [(name, msgspec.UnsetType, msgspec.UNSET) for name in _OTHER_ENVELOPES]


class _Columns:
    """The columns of one object, as fields of a struct: any key can be one, so they are numbered."""

    def __init__(self, plain: list[Root], raw: list[Root], barred: Sequence[Root] = ()) -> None:
        self.plain = plain
        self.raw = raw
        self.barred = barred

    @property
    def roots(self) -> list[Root]:
        return [*self.plain, *self.raw, *self.barred]

    def names(self) -> dict[str, str]:
        return {attribute(root): root[-1] for root in self.roots}

    def fields(self) -> list[tuple[str, Any, Any]]:
        raw = [(attribute(root), msgspec.Raw, _RAW) for root in self.raw]
        barred = [(attribute(root), msgspec.UnsetType, msgspec.UNSET) for root in self.barred]
        return [*map(_plain, self.plain), *raw, *barred]

    def struct(self, name: str) -> type[msgspec.Struct]:
        return msgspec.defstruct(name, self.fields(), rename=self.names(), kw_only=True, gc=False)


def _required(field: Any) -> Any:
    # A record without the name of its operation may have a flaw, and is looked at in full.
    return (field[0], _Name) if field[0] == attribute(OPERATION) else field


def _plain(root: Root) -> tuple[str, Any, Any]:
    # True equals 1 in Python, so a column remembers the one or the other; a record with the wrong one falls back.
    key = root[-1]
    flag = key in _FLAGS or (key.startswith("is") and key[2:3].isupper())
    return attribute(root), bool | str | None if flag else int | str | None, MISSING


def _union(kinds: Any) -> Any:
    return Union[tuple(kinds)]  # noqa: UP007 - the members are known at run time only
