"""Says of every rule in a file whether it runs here, runs partly, or cannot run, and why."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sekimori.watch.domain.sigma.correlation import awaiting, id_of, resolved
from sekimori.watch.domain.sigma.documents import Document
from sekimori.watch.domain.sigma.doubts import (
    blanks,
    contradiction,
    doubled_keys,
    misshapen,
    misspelt_values,
    unknown_techniques,
)
from sekimori.watch.domain.sigma.fields import FieldMap
from sekimori.watch.domain.sigma.partial import Leaf, left_of
from sekimori.watch.domain.sigma.problems import Fault, Problem, RuleError, Weight
from sekimori.watch.domain.sigma.rule import (
    NO_PLACEHOLDERS,
    Correlation,
    Placeholders,
    Refused,
    RuleFile,
    SigmaRule,
    problem_of,
    read_documents,
    read_rules,
)
from sekimori.watch.domain.sigma.tree import ALWAYS, NEVER, Atom
from sekimori.watch.domain.sigma.values import MISSING
from sekimori.watch.domain.state.rules import StateError, state_of


class Verdict(StrEnum):
    """What becomes of a rule here."""

    RUNS = "runs"
    PARTLY = "partly"
    CANNOT = "cannot"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One rule and the verdict on it."""

    path: str
    line: int
    id: str | None
    title: str | None
    verdict: Verdict
    problems: tuple[Problem, ...]

    def but(self, problem: Problem | None) -> "Checked":
        """Return it with one problem more, if there is one."""
        return (
            self if problem is None else _checked(self.path, self.line, self.id, self.title, (*self.problems, problem))
        )

    def as_plain(self) -> dict[str, Any]:
        """Return the verdict as `rules check --format json` prints it."""
        return {
            "path": self.path,
            "id": self.id,
            "title": self.title,
            "verdict": self.verdict.value,
            "problems": [problem.as_plain() for problem in self.problems],
        }


def check_rules(
    text: str, path: str, *, placeholders: Placeholders = NO_PLACEHOLDERS, others: Sequence[RuleFile] = ()
) -> list[Checked]:
    """Check every document of a rule file; a filter has no verdict.

    A correlation may refer to rules of `others`: the files of the same folder.
    """
    checked = []
    beside = [read_rules(text, path, placeholders=placeholders), *others]
    for document, found in read_documents(text, path, placeholders):
        if isinstance(found, Correlation):
            checked.append(_correlation(found, beside))
        elif isinstance(found, Refused):
            line = document.line() if document else found.problems[0].line
            checked.append(_checked(path, line, found.id, found.title, found.problems))
        elif isinstance(found, SigmaRule) and document is not None:
            problems = (*found.notes, *_problems(found, document), *_remembered(found, beside))
            checked.append(_checked(path, found.line, found.id, found.title, problems))
    return checked


def _remembered(rule: SigmaRule, beside: Sequence[RuleFile]) -> Sequence[Problem]:
    """Say what of a rule's `sekimori` block keeps it from remembering."""
    try:
        whole = awaiting(rule, [other for file in beside for other in file.rules if id_of(other) != id_of(rule)])
        state_of(whole, whole.id)
    except RuleError as error:
        return error.problems
    except StateError as error:
        words = error.words.partition(": ")[2] or error.words
        return (Problem(path=rule.path, line=rule.line, weight=Weight.CANNOT, words=words),)
    return ()


def _correlation(found: Correlation, beside: Sequence[RuleFile]) -> Checked:
    known = [rule for file in beside for rule in file.rules]
    try:
        rule = resolved(found, known, [each for file in beside for each in file.correlations])
    except RuleError as error:
        return _checked(found.path, found.document.line(), found.id, found.title, error.problems)
    doubts = (
        problem_of(fault, Weight.NOTE, found.document, found.path) for fault in unknown_techniques(found.document)
    )
    return _checked(found.path, rule.line, found.id, found.title, (*rule.notes, *doubts, *_remembered(rule, ())))


def _checked(path: str, line: int, rule: str | None, title: str | None, problems: tuple[Problem, ...]) -> Checked:
    weights = {problem.weight for problem in problems}
    verdict = (
        Verdict.CANNOT if Weight.CANNOT in weights else Verdict.PARTLY if Weight.PARTLY in weights else Verdict.RUNS
    )
    ordered = tuple(sorted(problems, key=lambda problem: problem.line))
    return Checked(path=path, line=line, id=rule, title=title, verdict=verdict, problems=ordered)


def _problems(rule: SigmaRule, document: Document) -> Iterator[Problem]:
    weighed = [
        *((fault, Weight.CANNOT) for fault in _never(rule)),
        *((fault, Weight.PARTLY) for fault in misspelt_values(document)),
        *((fault, Weight.NOTE) for fault in blanks(document)),
        *((fault, Weight.NOTE) for fault in misshapen(document)),
        *((fault, Weight.PARTLY) for fault in doubled_keys(document)),
        *((fault, Weight.NOTE) for fault in unknown_techniques(document)),
    ]
    return (problem_of(fault, weight, document, rule.path) for fault, weight in weighed)


def _never(rule: SigmaRule) -> Iterator[Fault]:
    """Doubt that a rule can ever fire."""
    condition = ("detection", "condition")
    if rule.categories == frozenset():
        yield Fault(f"no log here is {str(rule.logsource)!r}", ("logsource",), str(rule.logsource))
        return
    unfilled = any((note.at_fault or "").startswith("%") for note in rule.notes)
    without = left_of(rule.tree, lambda leaf: _on_no_log(leaf, rule))
    if rule.tree == NEVER and not unfilled:
        yield Fault("the condition can never be true", condition)
    elif without == NEVER and not unfilled:
        yield Fault("the condition can never be true: it needs a field that no log here has", condition)
    elif ALWAYS in {rule.tree, without}:
        yield Fault("the condition is true of every record", condition)
    elif why := contradiction(rule.tree):
        yield Fault(f"the condition can never be true: {why}", condition)


def _on_no_log(leaf: Leaf, rule: SigmaRule) -> bool | None:
    """Answer the leaves on fields that no log has: such a field is always missing."""
    if not isinstance(leaf, Atom):
        return None
    unknown = {path for note in rule.notes if note.at_fault for path in FieldMap().find(note.at_fault).paths}
    return leaf.test.holds(MISSING) if leaf.path in unknown else None
