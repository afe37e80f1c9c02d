"""How entries hang together: each names the hash of the one before it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from sekimori.audit.canonical import Json, canonical_bytes
from sekimori.audit.entry import Entry, EntryKind
from sekimori.core.ids import EntryId

GENESIS: Final = "0" * 64
"""What the first entry names as the hash before it."""

_MEMBERS: Final = {"at", "body", "id", "kind", "previous", "seq"}


def link(
    *, seq: int, entry_id: EntryId, at: datetime, kind: EntryKind, body: Mapping[str, Json], previous: str
) -> tuple[Entry, bytes]:
    """Make an entry that follows ``previous``; returns it with its canonical text.

    Raises:
        NotCanonicalError: the body holds something that an entry may not hold.
    """
    instant = at.astimezone(UTC)
    draft = Entry(seq=seq, id=entry_id, at=instant, kind=kind, body=body, previous=previous, hash="")
    text = canonical_bytes(members(draft))
    return replace(draft, body=json.loads(text)["body"], hash=hash_of(text)), text


def members(entry: Entry) -> dict[str, Json]:
    """Return what an entry's canonical text holds: all of it but its own hash."""
    return {
        "seq": entry.seq,
        "id": entry.id,
        "at": _written(entry.at),
        "kind": entry.kind.value,
        "body": entry.body,
        "previous": entry.previous,
    }


def hash_of(text: bytes) -> str:
    """Hash an entry's canonical text: SHA-256, lower-case hexadecimal."""
    return hashlib.sha256(text).hexdigest()


def restored(text: bytes) -> Entry:
    """Read an entry back from its canonical text; its hash is computed, not believed.

    Raises:
        ValueError: the text is no entry, or not in its canonical spelling.
    """
    raw = _members(text)
    try:
        entry = Entry(
            seq=raw["seq"],
            id=EntryId(raw["id"]),
            at=datetime.fromisoformat(raw["at"]),
            kind=EntryKind(raw["kind"]),
            body=raw["body"],
            previous=raw["previous"],
            hash=hash_of(text),
        )
    except (TypeError, AttributeError) as error:
        raise ValueError("a member has the wrong type") from error
    if canonical_bytes(raw) != text or _written(entry.at) != raw["at"]:
        raise ValueError("the text is not in its canonical spelling")
    return entry


def _members(text: bytes) -> dict[str, Any]:
    try:
        raw = json.loads(text.decode())
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise ValueError("the text is not JSON") from error
    if not isinstance(raw, dict) or set(raw) != _MEMBERS:
        raise ValueError("the text has not an entry's members")
    if type(raw["seq"]) is not int or not isinstance(raw["body"], dict):
        raise ValueError("a member has the wrong type")
    return raw


def _written(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
