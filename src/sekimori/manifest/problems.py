"""What is wrong with a manifest: every problem with its place, its key and the nearest right word."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import ClassVar, TypeAlias

from sekimori.core.errors import SekimoriError

KeyPath: TypeAlias = tuple[str | int, ...]
"""Where a value stands: ``("people", 0, "precision")``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A problem before its line is known: where it stands, what is wrong, what was probably meant."""

    path: KeyPath
    words: str
    suggestion: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong; ``line`` and ``column`` count from 1. Printed as compilers print: place, key, words."""

    file: str
    line: int
    column: int
    key: str
    words: str
    suggestion: str | None = None

    def __str__(self) -> str:
        meant = f'; did you mean "{self.suggestion}"?' if self.suggestion else ""
        key = f"{self.key}: " if self.key else ""
        return f"{self.file}:{self.line}:{self.column}: {key}{self.words}{meant}"


class ManifestError(SekimoriError):
    """The manifest cannot be used; ``problems`` holds all of them, in the order of the file."""

    code: ClassVar[str] = "manifest.invalid"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(
            "the manifest is not valid:\n" + "\n".join(str(problem) for problem in problems),
            hint="mend these places; `sekimori manifest schema` prints everything a manifest may hold",
        )
        self.problems = tuple(problems)


class ManifestUnreadable(SekimoriError):  # noqa: N818 - the name says what happened
    """There is no manifest where one was looked for, or it cannot be read."""

    code: ClassVar[str] = "manifest.unreadable"


def written(path: KeyPath) -> str:
    """Write a path as people do: ``people[0].precision``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word most like this one, or None where none is like it."""
    return next(iter(get_close_matches(word, list(known), n=1, cutoff=0.6)), None)
