"""What events, changes and verdicts are called in each language: one language a file."""

from collections.abc import Mapping
from datetime import tzinfo
from typing import Final, Protocol

from sekimori.watch.domain.event import Event
from sekimori.watch.domain.finding import Finding
from sekimori.watch.domain.language import Language
from sekimori.watch.domain.words import en, ja


class Words(Protocol):
    """How one language says what the watch knows."""

    def sentence(self, event: Event, zone: tzinfo) -> str:
        """Say who did what to which application, from where and when."""
        ...

    def enables(self, event: Event) -> str | None:
        """Say what the changes of an event make possible, or None where there is nothing to say."""
        ...

    def why(self, finding: Finding, zone: tzinfo) -> str | None:
        """Say why a judge spoke, or None where none did."""
        ...

    def together(self, finding: Finding) -> str | None:
        """Say that several events make the finding, or that nothing like its event was seen before; else None."""
        ...

    def first_check(self, question: str) -> str:
        """Lead to the first thing to check."""
        ...


WORDS: Final[Mapping[Language, Words]] = {Language.EN: en, Language.JA: ja}
