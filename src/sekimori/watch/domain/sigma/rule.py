"""Rule files: several documents, collection actions, correlation rules and filters among them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from sekimori.watch.domain.sigma.correlation import Correlation, correlated, correlation_of
from sekimori.watch.domain.sigma.documents import Document, documents
from sekimori.watch.domain.sigma.fields import FieldMap
from sekimori.watch.domain.sigma.logsources import LogSource
from sekimori.watch.domain.sigma.problems import Fault, Problem, RuleError, Weight
from sekimori.watch.domain.sigma.reader import (
    NO_PLACEHOLDERS,
    Placeholders,
    SigmaRule,
    detection_tree,
    logsource_of,
    problem_of,
    rule_of,
)
from sekimori.watch.domain.sigma.selections import Scope
from sekimori.watch.domain.sigma.tree import Tree, all_of

__all__ = [
    "NO_PLACEHOLDERS",
    "Correlation",
    "Filter",
    "Placeholders",
    "Refused",
    "RuleFile",
    "SigmaRule",
    "correlated",
    "filtered",
    "load_rules",
    "problem_of",
    "read_documents",
    "read_rules",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A document that is no rule we run: what it calls itself, and why."""

    id: str | None
    title: str | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A Sigma filter: narrows the rules it names (`any`: all of its log source)."""

    title: str
    rules: frozenset[str]
    logsource: LogSource
    tree: Tree

    def narrows(self, rule: SigmaRule) -> bool:
        """Say whether the filter is meant for a rule."""
        named = "any" in self.rules or not self.rules.isdisjoint({rule.id, rule.name, rule.title})
        return named and self.logsource.covers(rule.logsource)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFile:
    """What one file holds."""

    rules: tuple[SigmaRule, ...] = ()
    filters: tuple[Filter, ...] = ()
    correlations: tuple[Correlation, ...] = ()
    refused: tuple[Refused, ...] = ()


Read: TypeAlias = SigmaRule | Correlation | Filter | Refused
"""What one document is."""


def load_rules(text: str, path: str, *, placeholders: Placeholders = NO_PLACEHOLDERS) -> list[SigmaRule]:
    """Read the rules of a file; its own filters narrow them, its correlations correlate them.

    Raises:
        RuleError: the text is no YAML, or a rule in it cannot run.
    """
    found = read_rules(text, path, placeholders=placeholders)
    if found.refused:
        raise RuleError(tuple(problem for refused in found.refused for problem in refused.problems))
    return correlated(filtered(found.rules, found.filters), found.correlations)


def filtered(rules: Sequence[SigmaRule], filters: Sequence[Filter]) -> list[SigmaRule]:
    """Narrow each rule by the filters meant for it."""
    return [_narrowed(rule, [each.tree for each in filters if each.narrows(rule)]) for rule in rules]


def _narrowed(rule: SigmaRule, trees: list[Tree]) -> SigmaRule:
    return replace(rule, tree=all_of([rule.tree, *trees])) if trees else rule


def read_rules(text: str, path: str, *, placeholders: Placeholders = NO_PLACEHOLDERS) -> RuleFile:
    """Read everything in a file; what cannot run is told apart, and does not stop the rest."""
    found = [each for _, each in read_documents(text, path, placeholders)]
    return RuleFile(
        rules=tuple(each for each in found if isinstance(each, SigmaRule)),
        filters=tuple(each for each in found if isinstance(each, Filter)),
        correlations=tuple(each for each in found if isinstance(each, Correlation)),
        refused=tuple(each for each in found if isinstance(each, Refused)),
    )


def read_documents(
    text: str, path: str, placeholders: Placeholders = NO_PLACEHOLDERS
) -> Iterator[tuple[Document | None, Read]]:
    """Yield each document of a file with what it is; without a document where the text is no YAML."""
    try:
        for document in _acted(documents(text, path)):
            try:
                yield document, _read(document, path, placeholders)
            except RuleError as error:
                yield document, _refused(document.content, error.problems)
    except RuleError as error:
        yield None, _refused({}, error.problems)


def _read(document: Document, path: str, placeholders: Placeholders) -> Read:
    if "correlation" in document.content:
        return correlation_of(document, path)
    if "filter" in document.content:
        return _filter(document, path, placeholders)
    return rule_of(document, path, placeholders)


def _acted(found: Iterator[Document]) -> Iterator[Document]:
    """Carry out Sigma's collection actions: `global` is merged into what follows, `repeat` repeats the last rule."""
    shared: Mapping[str, Any] = {}
    previous: Mapping[str, Any] = {}
    for document in found:
        content = {key: value for key, value in document.content.items() if key != "action"}
        match document.content.get("action"):
            case "global":
                shared = _merged(shared, content)
                continue
            case "reset":
                shared = {}
                continue
            case "repeat":
                content = _merged(previous, content)
        previous = content
        yield replace(document, content=_merged(shared, content))


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        merged[key] = _merged(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return merged


def _filter(document: Document, path: str, placeholders: Placeholders) -> Filter:
    content = document.content
    scope = Scope(FieldMap(), placeholders)
    try:
        tree = detection_tree(content["filter"], scope, "filter")
        named = content["filter"].get("rules") or ["any"]
        return Filter(
            title=str(content.get("title") or path),
            rules=frozenset(str(each) for each in (named if isinstance(named, list) else [named])),
            logsource=logsource_of(content.get("logsource") or {}),
            tree=tree,
        )
    except Fault as fault:
        raise RuleError((problem_of(fault, Weight.CANNOT, document, path),)) from None


def _refused(content: Mapping[str, Any], problems: tuple[Problem, ...]) -> Refused:
    return Refused(id=_text(content.get("id")), title=_text(content.get("title")), problems=problems)


def _text(raw: Any) -> str | None:
    return None if raw is None else str(raw)
