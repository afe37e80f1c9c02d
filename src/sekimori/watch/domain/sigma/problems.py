"""What is wrong with a rule, and where: values for `rules check`, one error for whoever must have the rule."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar

from sekimori.core.errors import SekimoriError


class Weight(StrEnum):
    """How much a problem takes from its rule."""

    NOTE = "note"
    PARTLY = "partly"
    CANNOT = "cannot"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing at fault in a rule file: the line, the field or value, words, and the nearest known one."""

    path: str
    line: int
    weight: Weight
    words: str
    at_fault: str | None = None
    suggestion: str | None = None

    def as_plain(self) -> dict[str, Any]:
        """Return the problem as JSON has it."""
        return {
            "line": self.line,
            "weight": self.weight.value,
            "words": self.words,
            "at_fault": self.at_fault,
            "suggestion": self.suggestion,
        }

    def __str__(self) -> str:
        nearest = f"; did you mean {self.suggestion!r}?" if self.suggestion else ""
        return f"{self.path}:{self.line}: {self.words}{nearest}"


class RuleError(SekimoriError):
    """A rule that cannot be read or run."""

    code: ClassVar[str] = "rule.unusable"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)), hint="`sekimori rules check` says more about each rule")
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Fault(Exception):  # noqa: N818 - it never leaves this package: the reader turns it into a Problem
    """Stops the reading of one rule; `where` is the path of keys to the place in the document."""

    words: str
    where: tuple[str | int, ...] = ()
    at_fault: str | None = None
    suggestion: str | None = None
