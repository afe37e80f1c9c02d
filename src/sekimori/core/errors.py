"""One tree of errors: a code, words for the person, a hint for the operator, an exit status."""

from typing import ClassVar


class SekimoriError(Exception):
    """Something that could not be done.

    Attributes:
        code: stable, ``noun.what_went_wrong``; for logs and tests.
        words: what to tell whoever asked; safe in a shared channel, holds nothing personal.
        hint: what the operator should look at or do next.
        exit_status: what a command ends with.
    """

    code: ClassVar[str] = "sekimori.failed"
    exit_status: ClassVar[int] = 2

    def __init__(self, words: str, *, hint: str = "") -> None:
        super().__init__(words)
        self.words = words
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.words} ({self.hint})" if self.hint else self.words
