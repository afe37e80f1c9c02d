"""Rules that are still open after a line's early columns, and how the late ones settle them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import msgspec

from sekimori.watch.domain.sigma.columns import Root, attribute, decoded, is_derived, record_with, root_of
from sekimori.watch.domain.sigma.compiled import compiled, holding
from sekimori.watch.domain.sigma.elements import elements_in
from sekimori.watch.domain.sigma.evaluate import elements_at
from sekimori.watch.domain.sigma.known_fields import AROUND
from sekimori.watch.domain.sigma.literals import Literals, may_stand, required
from sekimori.watch.domain.sigma.partial import Leaf, leaves_of, left_of
from sekimori.watch.domain.sigma.shapes import Kind, getter
from sekimori.watch.domain.sigma.tree import ALWAYS, NEVER, Atom, Elements, Tree
from sekimori.watch.domain.sigma.values import Place, Text, Value, ValueTest

if TYPE_CHECKING:
    from sekimori.watch.domain.sigma.plan import Plan

CHANGES: Final[Root] = ("changes",)
_ANSWERS_SIZE: Final = 4096
_TOLD_SIZE: Final = 1024

Fired: TypeAlias = tuple[int, ...]
"""The rules that fire, by number."""

Way: TypeAlias = Callable[[Any, bytes], Fired]
"""Settles a group on a line: given as it was decoded, and as it is."""

Sieve: TypeAlias = Callable[[Sequence[Any]], Sequence[int] | None]
"""Says which of some decoded lines a group may fire on, by their place; None where each is to be asked."""


class Group:
    """Rules still open that hang on the same late columns: `roots`, or the `whole` record where there are none.

    `ask` settles them on a line.
    """

    def __init__(self, roots: tuple[Root, ...], rules: Sequence[tuple[int, Tree]], plan: "Plan") -> None:
        self.roots = roots
        self.whole = not roots
        self.rules = tuple(rules)
        self.leaves = tuple(dict.fromkeys(leaf for _, tree in rules for leaf in leaves_of(tree)))
        self._derived = plan.scope.derived
        self._tells = plan.tells
        self.lists = tuple(
            plan.scope.elements_of(path)
            for path in dict.fromkeys(x.path for x in self.leaves if isinstance(x, Elements))
        )
        self.others = tuple(leaf for leaf in self.leaves if not isinstance(leaf, Elements))
        self.literals = _joined([required(tree) for _, tree in rules])
        self._of_changes = next((plan for plan in self.lists if plan.path == CHANGES), None)
        self._by_told: dict[Any, Fired] = {}
        self._by_changes: dict[tuple[int, int], Fired | None] = {}
        self._questions = tuple((1 << i, compiled(leaf)) for i, leaf in enumerate(self.others))
        self._fired: dict[tuple[int, tuple[int, ...]], Fired] = {}
        self._sieve: Sieve = lambda _: None
        self.ask: Way = self._way(plan)

    def sifted(self, records: Sequence[Any], places: Sequence[int]) -> Sequence[int]:
        """Leave out the records, by their place, on which no rule can fire: a look at all of them at once tells."""
        left = self._sieve([records[place] for place in places])
        return places if left is None else [places[i] for i in left]

    def _way(self, plan: "Plan") -> Way:
        """Choose how to settle the rules: on one column that was decoded with the line, or by reading more of it."""
        if any(is_derived(root_of(leaf)) for leaf in self.leaves):
            return self._on_changes
        if self.whole:
            return self._on_whole
        kind = plan.near.get(self.roots[0]) if len(self.roots) == 1 else None
        tests = [leaf.test for leaf in self.others if isinstance(leaf, Atom) and (leaf.path,) == self.roots]
        if kind is Kind.LIST:
            return self._on_lists(self.roots[0])
        if kind is Kind.PLAIN and len(tests) == len(self.others) and not self.lists:
            return self._on_value(getter(self.roots[0]), tests)
        if kind is Kind.RAW:
            raw = getter(self.roots[0], raw=True)
            return lambda record, _: self._fired_in([raw(record)])
        read = _reader(self.roots)
        return lambda _, line: self._fired_in(read(line))

    def _on_lists(self, root: Root) -> Way:
        lists = [(plan.answers_in, elements_in(root, plan.path)) for plan in self.lists]
        none = self._settle(0, tuple(plan.answer(()) for plan in self.lists))
        if len(lists) > 1:
            return lambda record, _: self._settled(0, tuple([answers(found(record) or ()) for answers, found in lists]))
        answers, found = lists[0]
        by_answer: dict[int, Fired] = {}
        if not none:
            self._sieve = lambda records: [i for i, elements in enumerate(map(found, records)) if elements]

        def ask(record: Any, _: bytes) -> Fired:
            elements = found(record)
            if not elements:
                return none
            answer = answers(elements)
            fired = by_answer.get(answer)
            if fired is None:
                fired = by_answer[answer] = self._settle(0, (answer,))
            return fired

        return ask

    def _on_value(self, value_of: Callable[[Any], Value], tests: Sequence[ValueTest]) -> Way:
        whole = [test.text for test in tests if isinstance(test, Text) and test.place is Place.WHOLE]
        holds = [(1 << i, holding(test)) for i, test in enumerate(tests)]
        if len(whole) == len(tests):
            return self._on_one_of(value_of, whole, holds)
        if self.literals is None:
            return lambda record, _: self._settled(_answers(holds, value_of(record)), ())
        pieces = [piece.decode() for piece in self.literals]

        def sieve(records: Sequence[Any]) -> Sequence[int] | None:
            values = _lowered(map(value_of, records))
            if values is None:
                return None
            told = "\n".join(values)
            if not any(piece in told for piece in pieces):
                return ()
            return [i for i, value in enumerate(values) if any(piece in value for piece in pieces)]

        self._sieve = sieve

        def ask(record: Any, _: bytes) -> Fired:
            value = value_of(record)
            # Case folding makes ASCII of other letters, and JSON inside a text may escape any.
            if type(value) is str and value.isascii() and "\\" not in value:
                lowered = value.lower()
                for piece in pieces:
                    if piece in lowered:
                        break
                else:
                    return ()
            return self._settled(_answers(holds, value), ())

        return ask

    def _on_one_of(self, value_of: Callable[[Any], Value], texts: Sequence[str], holds: "_Tests") -> Way:
        """Settle rules that ask whether a value is one of some whole texts: it is looked up."""
        bits = {text: sum(1 << i for i, each in enumerate(texts) if each == text) for text in texts}
        by_text = {text: self._settle(answers, ()) for text, answers in bits.items()}
        none = self._settle(0, ())

        def sieve(records: Sequence[Any]) -> Sequence[int] | None:
            values: list[Any] = list(map(value_of, records))
            if none or not set(map(type, values)) <= {str}:
                return None
            return () if by_text.keys().isdisjoint(map(str.casefold, values)) else None

        self._sieve = sieve

        def ask(record: Any, _: bytes) -> Fired:
            value = value_of(record)
            if type(value) is str:
                return by_text.get(value.casefold(), none)
            return self._settled(_answers(holds, value), ())

        return ask

    def _fired_in(self, raws: Sequence[bytes]) -> Fired:
        if self.literals is not None and not may_stand(self.literals, b" ".join(raws)):
            return ()
        return self.fired(record_with(dict(zip(self.roots, map(decoded, raws), strict=True))))

    def _on_whole(self, _: Any, line: bytes) -> Fired:
        if self.literals is not None and not may_stand(self.literals, line):
            return ()
        return self.fired(self._derived.enriched(msgspec.json.decode(line)))

    def _on_changes(self, record: Any, line: bytes) -> Fired:
        """Settle rules on what was changed; as far as they ask for more, on the whole record."""
        told = self._derived.told(record) if self._tells else None
        fired = self._by_told.get(told) if told is not None else None
        if fired is None:
            fired = self._worked_out(told, line)
        return self.fired(self._derived.enriched(msgspec.json.decode(line))) if fired is None else fired

    def _worked_out(self, told: Any, line: bytes) -> Fired | None:
        if told is not None and (fired := self._fired_with(self._derived.changes_told(told), AROUND)) is not None:
            if len(self._by_told) >= _TOLD_SIZE:
                self._by_told.clear()
            self._by_told[told] = fired
            return fired
        changes = self._derived.changes(line)
        if changes is None:
            return None
        fired = self._fired_with(changes.bare, AROUND)
        return self._fired_with(changes.whole(), frozenset()) if fired is None else fired

    def _fired_with(self, changes: Sequence[Any], lacking: frozenset[str]) -> Fired | None:
        """Return the rules that fire on a record with these changes; None where that hangs on more than they say."""
        plan = self._of_changes
        answer = plan.answers_without(changes, lacking) if plan else None
        if plan is None or answer is None:
            return None
        if answer not in self._by_changes:
            held, unsaid = answer
            said = [(i, block) for i, block in enumerate(plan.blocks) if not unsaid >> i & 1]
            known: dict[Leaf, bool] = {block: bool(held >> i & 1) for i, block in said}
            left = [(rule, left_of(tree, known.get)) for rule, tree in self.rules]
            settled = all(tree in {ALWAYS, NEVER} for _, tree in left)
            self._by_changes[answer] = tuple(rule for rule, tree in left if tree == ALWAYS) if settled else None
        return self._by_changes[answer]

    def fired(self, record: Mapping[str, Any]) -> Fired:
        """Return the rules that fire on a record that has at least the group's columns."""
        answers = _answers(self._questions, record)
        held = tuple([plan.answers(elements_at(record, plan.path)) for plan in self.lists])
        return self._settled(answers, held)

    def _settled(self, answers: int, held: tuple[int, ...]) -> Fired:
        fired = self._fired.get((answers, held))
        return self._settle(answers, held) if fired is None else fired

    def _settle(self, answers: int, held: tuple[int, ...]) -> Fired:
        known: dict[Leaf, bool] = {leaf: bool(answers >> i & 1) for i, leaf in enumerate(self.others)}
        for plan, blocks in zip(self.lists, held, strict=True):
            known |= {block: bool(blocks >> i & 1) for i, block in enumerate(plan.blocks)}
        fired = tuple(rule for rule, tree in self.rules if left_of(tree, known.get) == ALWAYS)
        if len(self._fired) >= _ANSWERS_SIZE:
            self._fired.clear()
        self._fired[answers, held] = fired
        return fired


_Tests: TypeAlias = Sequence[tuple[int, Callable[[Any], bool]]]


def _answers(tests: _Tests, thing: Any) -> int:
    """Return the set of the tests that a thing passes, as bits."""
    answers = 0
    for bit, holds in tests:
        if holds(thing):
            answers |= bit
    return answers


def _lowered(values: Iterable[Any]) -> list[str] | None:
    """Return texts in lower case; None where one is no text, or one in which lower case is not all there is to it."""
    try:
        told = "\n".join(values)
    except TypeError:
        return None
    # Case folding makes ASCII of other letters, and JSON inside a text may escape any.
    return told.lower().split("\n") if told.isascii() and "\\" not in told else None


def _joined(found: list[Literals | None]) -> tuple[bytes, ...] | None:
    known = [literals for literals in found if literals is not None]
    return tuple(sorted(frozenset().union(*known))) if len(known) == len(found) else None


def _reader(roots: Sequence[Root]) -> Callable[[bytes], list[bytes]]:
    """Return what reads the JSON of columns from a line."""
    shapes = {depth: [root for root in roots if len(root) == depth] for depth in (1, 2)}
    inner, top = (_raw_struct(shapes[depth]) for depth in (2, 1))
    line = msgspec.defstruct("Line", [("properties", inner)], bases=(top,), gc=False)
    decode = msgspec.json.Decoder(line).decode
    takes = [attrgetter(attribute(root) if len(root) == 1 else f"{root[0]}.{attribute(root)}") for root in roots]

    def read(json: bytes) -> list[bytes]:
        record = decode(json)
        return [bytes(take(record)) for take in takes]

    return read


def _raw_struct(roots: Sequence[Root]) -> type[msgspec.Struct]:
    fields = [(attribute(root), msgspec.Raw, msgspec.Raw(b"")) for root in roots]
    return msgspec.defstruct("Raws", fields, rename={attribute(root): root[-1] for root in roots}, kw_only=True)
