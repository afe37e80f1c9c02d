"""The use case: a question comes in, and what may be told goes out, recorded before and after."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sekimori.audit.entry import Entry
from sekimori.audit.log import AuditUnavailable
from sekimori.core.clock import Clock
from sekimori.core.confidential import Personal
from sekimori.desk.domain.asker import Actor, Place, Unconfirmed
from sekimori.desk.domain.disclosure import Schedule, Terms, disclose
from sekimori.desk.domain.free_busy import FbType
from sekimori.desk.domain.grammar import read
from sekimori.desk.domain.journal import Journal
from sekimori.desk.domain.policy import Allow, Deny, Language, Policy, Several, admit, decide
from sekimori.desk.domain.ports import Finding, FreeBusyProvider, Problem
from sekimori.desk.domain.question import NotUnderstood, Question, Unclear

SHOWN: Final = "shown"
UNKNOWN: Final = "unknown"
FAILED: Final = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """One question as it arrived."""

    actor: Actor | Unconfirmed
    place: Place
    text: Personal[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What may be shown; ``problem`` says why parts of it are unknown."""

    allow: Allow
    question: Question
    schedule: Schedule
    problem: Problem | None
    record: Entry
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The question does not pass. Nothing here says why, so that no reply can."""

    language: Language
    record: Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A permitted requester's words were not understood; they are asked back."""

    language: Language
    reason: Unclear
    candidates: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotRecorded:
    """The audit log could not be written: nothing is disclosed."""

    language: Language


Reply = Shown | Refused | Asked | NotRecorded


@dataclass(frozen=True, slots=True, kw_only=True)
class Understanding:
    """What the desk makes of a question, before anything is asked of a calendar or recorded."""

    question: Question | NotUnderstood | None
    decision: Allow | Deny | NotUnderstood
    language: Language
    partner: str | None = None


def understand(policy: Policy, asking: Asking, now: datetime) -> Understanding:
    """Read and decide a question. Whoever may not ask at all is refused before their words are read."""
    standing = admit(policy, asking.actor, asking.place, now)
    if isinstance(standing, Deny):
        return Understanding(question=None, decision=standing, language=standing.language, partner=standing.partner)
    question = read(asking.text, today=now.astimezone(policy.zone).date(), zone=policy.zone)
    return Understanding(
        question=question,
        decision=_decided(policy, asking, question, now),
        language=standing.partner.language,
        partner=standing.partner.partner,
    )


def _decided(
    policy: Policy, asking: Asking, question: Question | NotUnderstood, now: datetime
) -> Allow | Deny | NotUnderstood:
    if isinstance(question, NotUnderstood):
        return question
    decision = decide(policy, asking.actor, asking.place, question, now)
    if isinstance(decision, Several):
        names = tuple(" / ".join(person.names) for person in decision.people)
        return NotUnderstood(reason=Unclear.SEVERAL_PEOPLE, candidates=names)
    return decision


class Desk:
    """Answers questions: decide, record the intent, ask the provider, disclose, record the outcome."""

    def __init__(self, *, policy: Policy, provider: FreeBusyProvider, journal: Journal, clock: Clock) -> None:
        self._policy = policy
        self._provider = provider
        self._journal = journal
        self._clock = clock

    async def ask(self, asking: Asking) -> Reply:
        """Answer one question. Where its entry cannot be written, nothing is disclosed."""
        now = self._clock()
        understanding = understand(self._policy, asking, now)
        try:
            return await self._reply(asking, understanding, now)
        except AuditUnavailable:
            return NotRecorded(language=understanding.language)

    async def _reply(self, asking: Asking, understanding: Understanding, now: datetime) -> Reply:
        decision, actor = understanding.decision, asking.actor
        if isinstance(decision, Deny):
            record = await self._journal.refused(decision, actor, asking.place)
            return Refused(language=decision.language, record=record)
        assert isinstance(actor, Actor)  # whoever is not confirmed has been denied
        if isinstance(decision, NotUnderstood):
            await self._journal.unclear(decision.reason, understanding.partner or "", actor, asking.place)
            return Asked(language=understanding.language, reason=decision.reason, candidates=decision.candidates)
        assert isinstance(understanding.question, Question)  # only a question is allowed
        return await self._answer(actor, asking.place, decision, understanding.question, now)

    async def _answer(self, actor: Actor, place: Place, allow: Allow, question: Question, now: datetime) -> Shown:
        intent = await self._journal.intent(allow, actor, place)
        finding = await self._find(allow, intent)
        schedule = self._disclosed(allow, question, finding, now)
        record = await self._record(intent, allow, finding, schedule)
        return Shown(allow=allow, question=question, schedule=schedule, problem=finding.problem, record=record, at=now)

    async def _find(self, allow: Allow, intent: Entry) -> Finding:
        """Ask the provider; a defect in it is recorded and ends the question."""
        calls = self._journal.calls(intent, self._provider.name)
        try:
            return await self._provider.free_busy(allow.person.person, allow.window, calls)
        except AuditUnavailable:
            raise
        except Exception:
            surface = allow.standing.partner.answer_in.value
            await self._journal.outcome(intent, result=FAILED, periods=0, unknown=0, surface=surface)
            raise

    def _disclosed(self, allow: Allow, question: Question, finding: Finding, now: datetime) -> Schedule:
        hours = allow.person.hours.within(question.hours)
        if hours is None:
            return Schedule(zone=self._policy.zone, days=())
        terms = Terms(precision=allow.person.precision, hours=hours, zone=self._policy.zone)
        return disclose(finding.free_busy, terms, window=allow.window, now=now)

    async def _record(self, intent: Entry, allow: Allow, finding: Finding, schedule: Schedule) -> Entry:
        slots = schedule.slots
        unknown = sum(slot.fb_type is FbType.UNKNOWN for slot in slots)
        nothing_known = finding.problem is not None and unknown == len(slots)
        return await self._journal.outcome(
            intent,
            result=UNKNOWN if nothing_known else SHOWN,
            periods=len(slots),
            unknown=unknown,
            surface=allow.standing.partner.answer_in.value,
        )
