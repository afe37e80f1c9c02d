"""The condition of a rule: `and`, `or`, `not`, brackets, selection names, `1 of x*`, `all of them`."""

import re
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase

from sekimori.watch.domain.sigma.problems import Fault
from sekimori.watch.domain.sigma.tree import Tree, all_of, any_of, negated

_TOKEN = re.compile(r"\s*(?:(?P<bracket>[()])|(?P<word>[^\s()|]+)|(?P<pipe>\|))")
_MAX_DEPTH = 60


def parsed_condition(text: str, selections: Mapping[str, Tree]) -> Tree:
    """Read a condition over named selections.

    Raises:
        Fault: words that make no condition, a selection that is not there, or Sigma's old aggregations.
    """
    tokens = _tokens(text)
    if not tokens:
        raise Fault("the condition is empty", at_fault=text)
    reader = _Reader(tokens, selections)
    tree = reader.alternatives(0)
    if reader.rest:
        raise Fault(f"the condition should end before {reader.rest[0]!r}", at_fault=reader.rest[0])
    return tree


def _tokens(text: str) -> list[str]:
    tokens: list[str] = []
    position = 0
    while text[position:].strip():
        found = _TOKEN.match(text, position)
        assert found is not None
        if found["pipe"]:
            raise Fault(
                "aggregations after `|` are Sigma's old way; write them as correlation rules",
                at_fault=text[found.start("pipe") :],
            )
        tokens.append(found["bracket"] or found["word"])
        position = found.end()
    return tokens


class _Reader:
    """Reads tokens from left to right; each method is one level of the grammar, loosest first."""

    def __init__(self, tokens: list[str], selections: Mapping[str, Tree]) -> None:
        self.rest = tokens
        self.selections = selections

    def alternatives(self, depth: int) -> Tree:
        return any_of(self._joined("or", self.conjunction, depth))

    def conjunction(self, depth: int) -> Tree:
        return all_of(self._joined("and", self.negation, depth))

    def negation(self, depth: int) -> Tree:
        if depth > _MAX_DEPTH:
            raise Fault("the condition is nested too deeply")
        if self._taken("not"):
            return negated(self.negation(depth + 1))
        return self._operand(depth)

    def _joined(self, word: str, part: Callable[[int], Tree], depth: int) -> list[Tree]:
        parts = [part(depth)]
        while self._taken(word):
            parts.append(part(depth))
        return parts

    def _operand(self, depth: int) -> Tree:
        word = self._next()
        if word == "(":
            inner = self.alternatives(depth + 1)
            if self._next() != ")":
                raise Fault("a bracket of the condition is not closed")
            return inner
        if word.lower() in {"1", "any", "all"} and self._taken("of"):
            return self._quantified(word.lower(), self._next())
        if word == ")" or word.lower() in {"and", "or", "of"}:
            raise Fault(f"the condition has {word!r} where a selection should stand", at_fault=word)
        return self._selection(word)

    def _quantified(self, quantifier: str, pattern: str) -> Tree:
        join = all_of if quantifier == "all" else any_of
        return join([self.selections[name] for name in self._names(pattern)])

    def _names(self, pattern: str) -> list[str]:
        if pattern.lower() == "them":
            names = [name for name in self.selections if not name.startswith("_")]
        else:
            plain = pattern.replace("[", "[[]")
            names = [name for name in self.selections if fnmatchcase(name, plain)]
        if not names:
            raise Fault(f"no selection is called {pattern!r}", at_fault=pattern)
        return names

    def _selection(self, name: str) -> Tree:
        try:
            return self.selections[name]
        except KeyError:
            raise Fault(f"no selection is called {name!r}", at_fault=name) from None

    def _taken(self, word: str) -> bool:
        if self.rest and self.rest[0].lower() == word:
            self.rest = self.rest[1:]
            return True
        return False

    def _next(self) -> str:
        if not self.rest:
            raise Fault("the condition ends too early")
        token, self.rest = self.rest[0], self.rest[1:]
        return token
