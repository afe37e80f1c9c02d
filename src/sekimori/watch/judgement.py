"""People judge alerts: acknowledged, expected, a false positive; recorded before it counts."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol, TypeAlias

from sekimori.audit.canonical import Json
from sekimori.audit.entry import EntryKind
from sekimori.audit.log import AuditLog
from sekimori.core.clock import Clock
from sekimori.core.ids import EntryId
from sekimori.watch.bundle import Bundle
from sekimori.watch.domain.language import Language
from sekimori.watch.domain.shown import shown
from sekimori.watch.domain.standing import Standing

LONGEST: Final = timedelta(days=366)
"""How far ahead a decision that mutes may end: what is muted for good is forgotten."""

LONGEST_WHY: Final = 500


class Scope(StrEnum):
    """Whose doing a decision is about."""

    ANYBODY = "anybody"
    ACTOR = "actor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What somebody says of an alert.

    Attributes:
        alert: its id, or how it begins, eight characters at least.
        who: ``slack:U…`` or ``cli:name``.
        until: when the same is to be told again; for what mutes.
    """

    alert: str
    standing: Standing
    who: str
    why: str = ""
    until: datetime | None = None
    scope: Scope = Scope.ANYBODY


class Objection(StrEnum):
    """Why a judgement does not count."""

    UNKNOWN_ALERT = "unknown_alert"
    NO_REASON = "no_reason"
    NO_END = "no_end"
    END_PASSED = "end_passed"
    END_TOO_FAR = "end_too_far"
    NO_ACTOR = "no_actor"


OBJECTIONS: Final[Mapping[Language, Mapping[Objection, str]]] = {
    Language.JA: {
        Objection.UNKNOWN_ALERT: "そのアラートは見つかりません。",
        Objection.NO_REASON: "理由を書いてください。",
        Objection.NO_END: "いつまで知らせないか、終わりの日を決めてください。",
        Objection.END_PASSED: "終わりの日は今日より後にしてください。",
        Objection.END_TOO_FAR: "終わりの日は 1 年以内にしてください。",
        Objection.NO_ACTOR: "このアラートからは操作した者が分からないため、その者に限ることはできません。",
    },
    Language.EN: {
        Objection.UNKNOWN_ALERT: "There is no such alert.",
        Objection.NO_REASON: "Please say why.",
        Objection.NO_END: "Please say until when the same is not to be told.",
        Objection.END_PASSED: "The last day must lie ahead.",
        Objection.END_TOO_FAR: "The last day must be within a year.",
        Objection.NO_ACTOR: "The alert does not say who acted, so the decision cannot be about them alone.",
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """It counts from now on; the alert as it stands."""

    bundle: Bundle


@dataclass(frozen=True, slots=True, kw_only=True)
class NotJudged:
    """It does not count; nothing was recorded."""

    objection: Objection


Outcome: TypeAlias = Judged | NotJudged


class AlertBook(Protocol):
    """Where alerts and what was said of them are kept. Every method may raise StorageUnavailable."""

    async def find(self, alert: str) -> Bundle | None:
        """Return the alert of that id, or the only one whose id begins so."""
        ...

    async def judge(self, bundle: Bundle, judgement: Judgement, *, at: datetime, entry: EntryId) -> Bundle:
        """Let a judgement count; return the alert as it stands then."""
        ...


class Judges:
    """Takes judgements: looks whether they can stand, records them, and only then lets them count."""

    def __init__(self, *, book: AlertBook, log: AuditLog, clock: Clock) -> None:
        self._book = book
        self._log = log
        self._clock = clock

    async def find(self, alert: str) -> Bundle | None:
        """Return an alert."""
        return await self._book.find(alert)

    async def judge(self, judgement: Judgement) -> Outcome:
        """Take one judgement.

        Raises:
            AuditUnavailable: it could not be recorded, and does not count.
            StorageUnavailable: it is recorded and does not count yet; to be tried again.
        """
        now = self._clock()
        bundle = await self._book.find(judgement.alert)
        if bundle is None:
            return NotJudged(objection=Objection.UNKNOWN_ALERT)
        if objection := _objection(judgement, bundle, now):
            return NotJudged(objection=objection)
        entry = await self._log.append(EntryKind.ALERT_JUDGED, _recorded(judgement, bundle))
        return Judged(bundle=await self._book.judge(bundle, judgement, at=now, entry=entry.id))


def _objection(judgement: Judgement, bundle: Bundle, now: datetime) -> Objection | None:
    if judgement.scope is Scope.ACTOR and bundle.lead.actor is None:
        return Objection.NO_ACTOR
    if not judgement.standing.mutes:
        return None
    if not shown(judgement.why).strip():
        return Objection.NO_REASON
    if judgement.until is None:
        return Objection.NO_END
    if judgement.until <= now:
        return Objection.END_PASSED
    return Objection.END_TOO_FAR if judgement.until > now + LONGEST else None


def _recorded(judgement: Judgement, bundle: Bundle) -> Mapping[str, Json]:
    """Say what is recorded: ids and codes; of the reason a digest, so that it cannot be changed later."""
    return {
        "alert": bundle.id,
        "rules": list(bundle.rules),
        "standing": judgement.standing.value,
        "by": judgement.who,
        "scope": judgement.scope.value,
        "until": judgement.until.isoformat() if judgement.until else None,
        "why_sha256": hashlib.sha256(judgement.why.encode(errors="surrogatepass")).hexdigest(),
    }
