"""Who asked about somebody: the record, as its owner reads it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from sekimori.audit.canonical import Json
from sekimori.audit.entry import Entry, EntryKind
from sekimori.core.ids import PersonId
from sekimori.core.timespan import Timespan

POST: Final = "post"
"""The surface of what was posted without anybody's asking."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """One question about a person, or one post of the person's weeks, as the audit log has it.

    Attributes:
        seq: the number of its entry in the log.
        window: what was asked about; None where it was refused.
        precision: how much could be shown at the most.
        result: what came of it (``shown``, ``unknown``, ``offered``, ``refused`` …); None where it never ended.
        periods: how many slots were shown, ``unknown`` of them as unknown.
        surface: where it was shown.
    """

    seq: int
    at: datetime
    person: PersonId
    partner: str | None
    user: str | None
    purpose: str
    window: Timespan | None
    precision: str | None
    result: str | None
    periods: int
    unknown: int
    surface: str | None


class Lookups(Protocol):
    """Finds the questions about somebody."""

    async def about(self, person: PersonId, *, most: int) -> tuple[Lookup, ...]:
        """Return the latest questions about a person, the newest first.

        Raises:
            SekimoriError: the log cannot be read, or is not the one we wrote.
        """
        ...


def lookup_of(asked: Entry, outcome: Entry | None) -> Lookup | None:
    """Read a question's entry and its outcome's; None where the entry is about nobody."""
    body, ended = asked.body, outcome.body if outcome else {}
    if asked.kind is EntryKind.POST_SENT:  # it says of itself what was shown
        ended = {**body, "surface": POST}
    person = _text(body, "person")
    if person is None:
        return None
    refused = asked.kind is EntryKind.QUESTION_REFUSED
    return Lookup(
        seq=asked.seq,
        at=asked.at,
        person=PersonId(person),
        partner=_text(body, "partner"),
        user=_text(body, "user"),
        purpose=_text(body, "purpose") or "",
        window=_window(body.get("window")),
        precision=_text(body, "precision"),
        result="refused" if refused else _text(ended, "result"),
        periods=_number(ended, "periods"),
        unknown=_number(ended, "unknown"),
        surface=_text(ended, "surface"),
    )


def _window(value: Json) -> Timespan | None:
    match value:
        case [str(start), str(end)]:
            return Timespan(datetime.fromisoformat(start), datetime.fromisoformat(end))
    return None


def _text(body: Mapping[str, Json], key: str) -> str | None:
    value = body.get(key)
    return value if isinstance(value, str) else None


def _number(body: Mapping[str, Json], key: str) -> int:
    value = body.get(key)
    return value if isinstance(value, int) else 0
