"""What one line of the audit log is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sekimori.audit.canonical import Json
from sekimori.core.ids import EntryId


class EntryKind(StrEnum):
    """What an entry may be about; the vocabulary is closed.

    ``question.*`` is about somebody asking, ``look.*`` and ``post.*`` about what is done because it is time to,
    ``call.*`` about us calling a calendar's owner, ``token.obtained`` about the credential used for it,
    ``alert.judged`` about what somebody said of an alert. An intent is written before the deed, its outcome after it.
    """

    SERVICE_STARTED = "service.started"
    SERVICE_PAUSED = "service.paused"
    SERVICE_RESUMED = "service.resumed"
    PERSON_PAUSED = "person.paused"
    PERSON_RESUMED = "person.resumed"
    PERSON_NARROWED = "person.narrowed"
    QUESTION_REFUSED = "question.refused"
    QUESTION_INTENT = "question.intent"
    QUESTION_OUTCOME = "question.outcome"
    LOOK_INTENT = "look.intent"
    LOOK_OUTCOME = "look.outcome"
    POST_SENT = "post.sent"
    POST_EDITED = "post.edited"
    REMINDER_SENT = "reminder.sent"
    DIGEST_SENT = "digest.sent"
    COLLISION_FOUND = "collision.found"
    COLLISION_GONE = "collision.gone"
    COLLISION_WITHHELD = "collision.withheld"
    TOKEN_OBTAINED = "token.obtained"  # noqa: S105 - a kind, not a token
    DOCTOR_RAN = "doctor.ran"
    CALL_INTENT = "call.intent"
    CALL_OUTCOME = "call.outcome"
    ALERT_JUDGED = "alert.judged"
    CANARY_RELEASED = "canary.released"
    CANARY_ARRIVED = "canary.arrived"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry, linked to the one before it.

    Attributes:
        seq: its number, from 1, without gaps.
        id: its name outside the log, such as Graph's ``client-request-id``.
        at: when it was written, aware, in UTC.
        kind: what it is about.
        body: ids and codes only; no typed words, no address, no calendar text.
        previous: the hash of the entry before it, or the genesis value.
        hash: SHA-256 of its canonical text, lower-case hexadecimal.
    """

    seq: int
    id: EntryId
    at: datetime
    kind: EntryKind
    body: Mapping[str, Json]
    previous: str
    hash: str
